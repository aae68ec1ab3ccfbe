"""Run a function in a process of its own, with limits."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def run_isolated(function: Callable[..., Any],
                 jobs: Iterable[tuple],
                 workers: int = 1,
                 timeout: float = 600,
                 memory_gib: float = 10) -> Iterator[tuple[tuple, Any, str]]:
    """Call ``function(*job)`` for each job in a forked process; a crash ends that job only.

    Forking saves importing torch and MMSegmentation for each job.

    Args:
        function: what to call; its result must pickle.
        jobs: arguments of each call.
        workers: processes at a time.
        timeout: seconds after which a process is ended.
        memory_gib: address space a process may have.

    Yields:
        ``(job, result, '')`` or ``(job, None, reason)``, in the order of completion.
    """
    context = multiprocessing.get_context('fork')
    waiting, running = list(jobs), []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                job = waiting.pop(0)
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(
                    target=_call, args=(function, job, sender, memory_gib), daemon=True)
                process.start()
                sender.close()
                running.append((job, process, receiver, time.monotonic() + timeout))
            for entry in list(running):
                job, process, receiver, deadline = entry
                if receiver.poll(0.1):
                    outcome = _receive(receiver, process)
                elif time.monotonic() > deadline:
                    outcome = None, f'took longer than {timeout:g} s'
                else:
                    continue
                running.remove(entry)
                process.kill()
                process.join()
                yield job, *outcome
    finally:
        for _, process, _, _ in running:
            process.kill()


def _call(function: Callable, job: tuple, sender: Any, memory_gib: float) -> None:
    limit = int(memory_gib * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        sender.send((function(*job), ''))
    except Exception as error:
        sender.send((None, f'{type(error).__name__}: {error}'))


def _receive(receiver: Any, process: Any) -> tuple[Any, str]:
    try:
        return receiver.recv()
    except EOFError:
        process.join()
        return None, f'process ended with code {process.exitcode}'
