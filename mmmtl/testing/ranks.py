"""Run a script in several processes that talk to each other (gloo), with a time limit."""

import os
import socket
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from .processes import start_script

_ROOT = Path(__file__).resolve().parents[2]
# gloo's threads sometimes abort the interpreter's shutdown ("terminate called without an active
# exception"), after all that a script had to show.
_END = '''
import os as _os, sys as _sys
_sys.stdout.flush()
_sys.stderr.flush()
_os._exit(0)
'''


_START = 120.0  # seconds until all have imported torch, on a machine that is busy


def join() -> None:
    """Meet the other ranks, in a script of :func:`run_ranks`, whose time counts from here.

    A collective that waits for another rank longer than half a minute is an error.
    """
    from torch import distributed
    distributed.init_process_group('gloo', timeout=timedelta(seconds=30))
    _up(Path.cwd(), distributed.get_rank()).touch()


def _up(folder: Path, rank: int) -> Path:
    return folder / f'rank_{rank}.up'


def run_ranks(script: str, world: int, folder: Path, *arguments: str, timeout: float = 60,
              start: float = _START) -> None:
    """Run ``script`` once per rank, in ``folder``; a hang is a failure within ``timeout``.

    Each process finds ``RANK``, ``WORLD_SIZE``, ``MASTER_ADDR`` and ``MASTER_PORT`` in its
    environment, as ``torch.distributed.init_process_group('gloo')`` reads them, and computes on
    one thread.

    Args:
        script: Python source; it calls :func:`join` after its imports.
        world: number of processes.
        folder: working directory; what ranks have to say they write there.
        arguments: of the script.
        timeout: seconds for all of them together, once all have joined.
        start: seconds until then; a script that never joins has both together.

    Raises:
        RuntimeError: if a rank fails, with what it printed; the others are ended.
        TimeoutError: if they do not end in time, with what they printed.
    """
    path = folder / 'rank_script.py'
    path.write_text(script + _END)
    for rank in range(world):
        _up(folder, rank).unlink(missing_ok=True)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    shared = {
        **os.environ, 'WORLD_SIZE': str(world), 'MASTER_ADDR': '127.0.0.1',
        'MASTER_PORT': str(port), 'OMP_NUM_THREADS': '1',
        'PYTHONPATH': os.pathsep.join([str(_ROOT), os.environ.get('PYTHONPATH', '')])}
    logs = [folder / f'rank_{rank}.log' for rank in range(world)]
    ranks: list[BaseProcess] = []
    try:
        for rank, log in enumerate(logs):
            ranks.append(start_script(path, arguments, folder, log, {
                **shared, 'RANK': str(rank), 'LOCAL_RANK': str(rank)}))
        _wait(ranks, logs, timeout, start)
    finally:
        for rank in ranks:
            rank.kill()
            rank.join()


def _wait(ranks: list[BaseProcess], logs: list[Path], timeout: float, start: float) -> None:
    begin, joined = time.monotonic(), False
    limit = begin + start + timeout
    while True:
        codes = [rank.exitcode for rank in ranks]
        failed = [number for number, code in enumerate(codes) if code]
        if failed:
            raise RuntimeError('\n'.join(f'rank {number} of {len(ranks)} failed:\n'
                                         f'{_text(logs[number])}' for number in failed))
        if all(code == 0 for code in codes):
            return
        if not joined and all(_up(log.parent, number).exists() for number, log in enumerate(logs)):
            limit, joined = time.monotonic() + timeout, True
        if time.monotonic() > limit:
            late = [number for number, code in enumerate(codes) if code is None]
            raise TimeoutError(
                f'ranks {late} of {len(ranks)} did not end within '
                f'{timeout if joined else start + timeout:g} s; they printed:\n'
                + '\n'.join(_text(logs[number]) for number in late))
        time.sleep(0.05)


def _text(log: Path) -> str:
    return log.read_text(errors='replace')
