"""Run trainings as processes, one after the other or side by side."""

import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from mmmtl.engine.run_record_hook import JOBS_VARIABLE

from .plan import Run

LOG = 'output.txt'
_PROGRESS = re.compile(
    r'((?:Iter|Epoch)\(\w+\))\s+(\[[^a-z]*\d\])(?:.*?eta: ((?:\d+ days?, )?\d\S+))?')
_POLL = 0.2  # seconds


class Trainer:
    """Trains one run at a time with ``tools/train.py``; several threads may share it.

    Args:
        script: ``tools/train.py``.
        threads: ``OMP_NUM_THREADS`` of each process; by default what the environment says.
        every: seconds after which a process that is still running is reported.
        say: where messages go.
        jobs: how many there are side by side; ``results.json`` has it, since times of such runs
            mean nothing.
    """

    def __init__(self, script: Path, threads: int | None = None, every: float = 60,
                 say: Callable[[str], None] = print, jobs: int = 1) -> None:
        self.script, self.threads, self.every, self.say = script, threads, every, say
        self.jobs = jobs
        self._processes: set[subprocess.Popen] = set()
        self._stopped = False

    def command(self, run: Run) -> list[str]:
        """The command of a run; it goes on from a checkpoint if there is one."""
        return [sys.executable, str(self.script), str(run.config), '--work-dir', str(run.folder),
                '--resume', '--cfg-options', f'randomness.seed={run.seed}']

    def __call__(self, run: Run) -> int:
        """Train; the exit status. What the process prints goes to ``<folder>/output.txt``."""
        if self._stopped:
            return 1
        run.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, JOBS_VARIABLE: str(self.jobs)}
        if self.threads is not None:
            environment['OMP_NUM_THREADS'] = str(self.threads)
        log = run.folder / LOG
        with open(log, 'ab') as file:
            process = subprocess.Popen(
                self.command(run), stdout=file, stderr=subprocess.STDOUT, env=environment)
        self._processes.add(process)
        if self._stopped:  # in between
            process.terminate()
        try:
            reported = time.monotonic()
            while process.poll() is None:
                time.sleep(_POLL)
                if time.monotonic() - reported > self.every:
                    self.say(f'  {run.title}: {progress_of(log)}')
                    reported = time.monotonic()
        finally:
            self._processes.discard(process)
        return process.returncode

    def stop(self) -> None:
        """End what is running, and start nothing more."""
        self._stopped = True
        for process in list(self._processes):
            process.terminate()


def execute(runs: Sequence[Run], train: Callable[[Run], int], jobs: int = 1,
            say: Callable[[str], None] = print,
            after: Callable[[Run], None] | None = None) -> list[Run]:
    """Train what has no results yet.

    Args:
        runs: in this order.
        train: gives the exit status of one, e.g. a :class:`Trainer`.
        jobs: how many at a time.
        say: where messages go.
        after: called with each run that has just finished.

    Returns:
        Runs that failed; the others go on.
    """
    todo = [run for run in runs if not run.finished]
    say(f'{len(runs)} runs, {len(runs) - len(todo)} of them finished before')
    start, lock = time.monotonic(), Lock()
    done: list[Run] = []
    failed: list[Run] = []

    def one(run: Run) -> None:
        say(f'{run.title}: started ({run.folder})')
        began = time.monotonic()
        status = train(run)
        with lock:
            done.append(run)
            left = (time.monotonic() - start) / len(done) * (len(todo) - len(done))
            count = f'[{len(done)}/{len(todo)}] {run.title}'
            if run.finished:
                say(f'{count}: done in {_time(time.monotonic() - began)}, '
                    f'about {_time(left)} to go')
                if after is not None:
                    after(run)
            else:
                failed.append(run)
                say(f'{count}: FAILED (exit status {status}); the end of {run.folder / LOG}:\n'
                    f'{_tail(run.folder / LOG)}')

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for future in [pool.submit(one, run) for run in todo]:
            future.result()
    except BaseException:
        if isinstance(train, Trainer):
            train.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return failed


def progress_of(log: Path) -> str:
    """Position and remaining time in the last line of a training's log that has them."""
    with open(log, 'rb') as file:
        file.seek(max(0, log.stat().st_size - 20000))
        lines = file.read().decode(errors='replace').splitlines()
    for line in reversed(lines):
        found = _PROGRESS.search(line)
        if found:
            what, position, eta = found.groups()
            return f'{what} {position}' + (f', {eta} to go' if eta else '')
    return 'no step logged yet'


def _tail(path: Path, number: int = 15) -> str:
    if not path.is_file():
        return '  (nothing was written)'
    with open(path, errors='replace') as file:
        return ''.join(f'  {line}' for line in deque(file, number)).rstrip()


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f'{hours}:{minutes:02}:{seconds:02}' if hours else f'{minutes}:{seconds:02}'
