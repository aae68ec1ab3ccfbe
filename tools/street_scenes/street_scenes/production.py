"""Rendering many frames into files, with one or several processes."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import cv2

from street_scenes.record import Settings
from street_scenes.render import render
from street_scenes.seeds import SPLITS, frame_seed
from street_scenes.writing import frame_paths, is_complete, write_frame


class Job(NamedTuple):
    """One frame of a data set."""

    root: Path
    split: str
    index: int
    settings: Settings


def plan_jobs(root: Path, settings: Settings, counts: dict[str, int]) -> list[Job]:
    """Return the frames that are missing or incomplete."""
    jobs = [Job(root, split, index, settings) for split in SPLITS
            for index in range(counts[split])]
    return [job for job in jobs if not is_complete(frame_paths(root, job.split, job.index))]


def run_job(job: Job) -> None:
    """Render and write one frame."""
    seed = frame_seed(job.settings.seed, job.split, job.index)
    frame = render(seed, job.settings.width, job.settings.height)
    write_frame(frame_paths(job.root, job.split, job.index), frame)


def compile_renderer() -> None:
    """Compile everything, or load it from the cache, before frames are counted and timed."""
    render(0, 64, 32)


def start_worker() -> None:
    """Prepare a worker: one thread, and Ctrl-C is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def run_jobs(jobs: list[Job], workers: int) -> Iterator[None]:
    """Run all jobs, in any order, and yield once for each that is done."""
    if workers == 1:
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)
        try:
            for job in jobs:
                yield run_job(job)
        finally:
            cv2.setNumThreads(threads)
        return
    executor = ProcessPoolExecutor(workers, initializer=start_worker)
    try:
        futures = [executor.submit(run_job, job) for job in jobs]
        for future in as_completed(futures):
            yield future.result()
    finally:  # on an error or Ctrl-C, the frames under way are the last
        executor.shutdown(wait=True, cancel_futures=True)


def free_cores() -> int:
    """Return how many cores this process may use and nobody else does, at least 1."""
    if hasattr(os, 'sched_getaffinity'):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    busy = round(os.getloadavg()[0]) if hasattr(os, 'getloadavg') else 0
    return max(1, cores - busy)


def processor_seconds() -> float:
    """Return the processor time of this process and of its finished children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
