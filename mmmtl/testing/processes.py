"""Scripts in processes of their own that need not import everything anew.

A start of Python with torch and mmseg takes as long as many a test. Here one server imports them
once and forks off each process, as fresh as one that has just imported them.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_IMPORTS = ['torch.distributed', 'torchjd', 'mmseg.models', 'mmseg.datasets', 'mmmtl.apis',
            'mmmtl.testing.samples']
_FORKS = 'forkserver' in multiprocessing.get_all_start_methods()
_context = multiprocessing.get_context('forkserver' if _FORKS else 'spawn')


def start_script(path: str | Path, arguments: Sequence[str], folder: str | Path, log: str | Path,
                 environment: Mapping[str, str] | None = None) -> BaseProcess:
    """Start ``python path arguments`` in ``folder``, on one thread.

    What torch and OpenMP read as they are imported comes from the environment of this process.

    Args:
        path: Python file.
        arguments: what it finds in ``sys.argv`` after its name.
        folder: working directory.
        log: file for all that it prints.
        environment: all of its environment; that of this process by default.

    Returns:
        The process; its ``exitcode`` is None while it runs, and -N if signal N ended it.
    """
    if _FORKS:
        _start_server()
    process = _context.Process(target=_run, args=(
        str(path), list(arguments), str(folder), str(log), dict(environment or os.environ)))
    process.start()
    return process


def run_script(path: str | Path, arguments: Sequence[str], folder: str | Path,
               environment: Mapping[str, str] | None = None,
               timeout: float = 300) -> tuple[int, str]:
    """:func:`start_script`, and wait for its end.

    Returns:
        Exit code, and what it printed.

    Raises:
        TimeoutError: if it does not end within ``timeout`` seconds, with what it printed.
    """
    log = Path(folder) / f'{Path(path).stem}.printed'
    process = start_script(path, arguments, folder, log, environment)
    try:
        process.join(timeout)
        text = log.read_text(errors='replace') if log.exists() else ''
        if process.exitcode is None:
            raise TimeoutError(f'{path} did not end within {timeout:g} s; it printed:\n{text}')
        return process.exitcode, text
    finally:
        process.kill()
        process.join()


def _start_server() -> None:
    """Start the server that imports, unless it runs; it finds this checkout first."""
    from multiprocessing import forkserver
    _context.set_forkserver_preload(_IMPORTS)
    before = os.environ.get('PYTHONPATH')
    os.environ['PYTHONPATH'] = os.pathsep.join([str(_ROOT), before or ''])
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ['PYTHONPATH']
        else:
            os.environ['PYTHONPATH'] = before


def _run(path: str, arguments: list[str], folder: str, log: str,
         environment: dict[str, str]) -> None:
    """In the new process: what the interpreter does with ``python path arguments``."""
    with open(log, 'wb') as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    more = [entry for entry in environment.get('PYTHONPATH', '').split(os.pathsep) if entry]
    sys.path[:0] = [str(Path(path).resolve().parent), *more]
    sys.argv = [path, *arguments]
    _own_seeds()
    runpy.run_path(path, run_name='__main__')


def _own_seeds() -> None:
    """Generators as new processes have them: seeded by the system, not those of the server."""
    import numpy as np
    import torch
    np.random.seed()
    torch.seed()
    torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', '1')))
