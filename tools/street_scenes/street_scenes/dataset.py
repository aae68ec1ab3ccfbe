"""Making a data set: what is there already, what is missing, and telling about it."""

import argparse
import sys
import time
from concurrent.futures.process import BrokenProcessPool

from street_scenes import production
from street_scenes.progress import Progress
from street_scenes.record import (
    FILE_NAME,
    ForeignRecordError,
    Settings,
    check_record,
    write_record,
)
from street_scenes.writing import discard_frames

# What ends the command with a message instead of a traceback.
EXPECTED_ERRORS = (ForeignRecordError, OSError, BrokenProcessPool)


def say(message: str) -> None:
    """Print a message where the progress goes."""
    print(message, file=sys.stderr, flush=True)


def make_dataset(options: argparse.Namespace, command: str) -> None:
    """Render what is missing in the folder `options.out`; the options are those of cli.py."""
    settings = Settings(options.seed, options.width, options.height)
    counts = {'train': options.train, 'val': options.val}
    options.out.mkdir(parents=True, exist_ok=True)
    if options.overwrite:
        removed = discard_frames(options.out)
        (options.out / FILE_NAME).unlink(missing_ok=True)
        say(f'Removed {removed} files of earlier runs from {options.out}')
    check_record(options.out, settings)
    write_record(options.out, settings, counts, command)

    jobs = production.plan_jobs(options.out, settings, counts)
    wanted = sum(counts.values())
    if len(jobs) < wanted:
        say(f'{wanted - len(jobs)} of {wanted} frames are there already and are skipped '
            '(--overwrite renders them again)')
    if jobs:
        render_missing(jobs, options.workers)
    say(f'Done: {options.out}')


def render_missing(jobs: list[production.Job], workers: int | None) -> None:
    """Run jobs with a progress line and a summary."""
    workers = min(workers or production.free_cores(), len(jobs))
    say('Compiling the renderer (about half a minute once, then a second from its cache) ...')
    start = time.monotonic()
    production.compile_renderer()
    say(f'Ready after {time.monotonic() - start:.1f} s. Rendering {len(jobs)} frames '
        f'with {workers} {"process" if workers == 1 else "processes"}')
    processor_start = production.processor_seconds()
    progress = Progress(len(jobs))
    try:
        for _ in production.run_jobs(jobs, workers):
            progress.advance()
    finally:
        progress.close()
    processor = production.processor_seconds() - processor_start
    say(f'{len(jobs)} frames in {progress.seconds:.1f} s: {len(jobs) / progress.seconds:.1f} '
        f'frames/s, {len(jobs) / max(processor, 1e-9):.1f} frames/s a core (processor time)')
