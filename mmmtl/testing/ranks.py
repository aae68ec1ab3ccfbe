"""Run a script in several processes that talk to each other (gloo), with a time limit."""

import os
import socket
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
# gloo's threads sometimes abort the interpreter's shutdown ("terminate called without an active
# exception"), after all that a script had to show.
_END = '''
import os as _os, sys as _sys
_sys.stdout.flush()
_sys.stderr.flush()
_os._exit(0)
'''


def run_ranks(script: str, world: int, folder: Path, *arguments: str, timeout: float = 120) -> None:
    """Run ``script`` once per rank, in ``folder``; a hang is a failure within ``timeout``.

    Each process finds ``RANK``, ``WORLD_SIZE``, ``MASTER_ADDR`` and ``MASTER_PORT`` in its
    environment, as ``torch.distributed.init_process_group('gloo')`` reads them, and computes on
    one thread.

    Args:
        script: Python source.
        world: number of processes.
        folder: working directory; what ranks have to say they write there.
        arguments: of the script.
        timeout: seconds that all of them have together.

    Raises:
        RuntimeError: if a rank fails, with what it printed.
        subprocess.TimeoutExpired: if a rank does not end in time.
    """
    path = folder / 'rank_script.py'
    path.write_text(script + _END)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    shared = {
        **os.environ, 'WORLD_SIZE': str(world), 'MASTER_ADDR': '127.0.0.1',
        'MASTER_PORT': str(port), 'OMP_NUM_THREADS': '1',
        'PYTHONPATH': os.pathsep.join([str(_ROOT), os.environ.get('PYTHONPATH', '')])}
    ranks = [
        subprocess.Popen([sys.executable, str(path), *arguments], cwd=folder,
                         env={**shared, 'RANK': str(rank), 'LOCAL_RANK': str(rank)},
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for rank in range(world)
    ]
    try:
        outputs = [rank.communicate(timeout=timeout)[0].decode() for rank in ranks]
        for number, (rank, output) in enumerate(zip(ranks, outputs, strict=True)):
            if rank.returncode:
                raise RuntimeError(f'rank {number} of {world} failed:\n{output}')
    finally:
        for rank in ranks:
            rank.kill()
