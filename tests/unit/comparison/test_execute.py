"""The queue of trainings, with trainings that are faked."""

import json
import sys
import threading

import pytest

from mmmtl.comparison import Run, Trainer, Variant, execute
from mmmtl.comparison.execute import LOG, progress_of
from mmmtl.comparison.plan import RESULTS


@pytest.fixture
def runs(tmp_path):
    return [Run(Variant(name), 0, tmp_path / name / 'seed_0', tmp_path / name / 'config.py')
            for name in 'abc']


def finish(run):
    run.folder.mkdir(parents=True, exist_ok=True)
    (run.folder / RESULTS).write_text('{}')
    return 0


def test_what_is_finished_is_not_repeated(runs):
    finish(runs[1])
    trained, said = [], []
    failed = execute(runs, lambda run: (trained.append(run.variant.name), finish(run))[1],
                     say=said.append)
    assert (trained, failed) == (['a', 'c'], [])
    assert said[0] == '3 runs, 1 of them finished before'
    assert '[1/2] a, seed 0: done' in said[2] and 'to go' in said[2]


def test_a_failure_does_not_stop_the_others(runs):
    def train(run):
        if run.variant.name != 'a':
            return finish(run)
        run.folder.mkdir(parents=True)
        (run.folder / LOG).write_text('ValueError: no data\n')
        return 1

    said, after = [], []
    failed = execute(runs, train, say=said.append, after=after.append)
    assert [run.variant.name for run in failed] == ['a']
    assert [run.variant.name for run in after] == ['b', 'c']
    assert any('FAILED (exit status 1)' in text and 'no data' in text for text in said)


def test_side_by_side(runs):
    """Two that each wait for the other."""
    meet = threading.Barrier(2, timeout=20)
    assert execute(runs[:2], lambda run: (meet.wait(), finish(run))[1], jobs=2,
                   say=lambda _: None) == []


def test_trainer_starts_a_process_that_resumes(runs, tmp_path):
    script = tmp_path / 'train.py'
    script.write_text(
        'import json, os, pathlib, sys, time\n'
        "print('Iter(train) [ 20/500]  lr: 1  eta: 0:01:10  time: 1'); sys.stdout.flush()\n"
        'time.sleep(1)\n'
        "folder = pathlib.Path(sys.argv[sys.argv.index('--work-dir') + 1])\n"
        "text = json.dumps([sys.argv[1:], os.environ['OMP_NUM_THREADS'],\n"
        "                   os.environ['MMMTL_JOBS']])\n"
        f"(folder / '{RESULTS}').write_text(text)\n")
    said = []
    trainer = Trainer(script, threads=1, every=0.3, say=said.append, jobs=3)
    assert trainer(runs[0]) == 0
    arguments, threads, jobs = json.loads((runs[0].folder / RESULTS).read_text())
    assert arguments == [str(runs[0].config), '--work-dir', str(runs[0].folder), '--resume',
                         '--cfg-options', 'randomness.seed=0']
    assert (threads, jobs) == ('1', '3')
    assert '  a, seed 0: Iter(train) [ 20/500], 0:01:10 to go' in said
    assert trainer.command(runs[0])[0] == sys.executable


def test_interruption_ends_the_processes(runs, tmp_path):
    script = tmp_path / 'train.py'
    script.write_text('import time\ntime.sleep(60)\n')
    trainer = Trainer(script)

    def say(text):
        if 'c, seed 0: started' in text:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute([*runs[2:], *runs[:2]], trainer, jobs=2, say=say)
    assert not trainer._processes


def test_progress(tmp_path):
    log = tmp_path / LOG
    log.write_text('nothing yet\n')
    assert progress_of(log) == 'no step logged yet'
    log.write_text('INFO - Epoch(train)  [2][ 40/100]  base_lr: 1  eta: 1 day, 0:00:01 time\n')
    assert progress_of(log) == 'Epoch(train) [2][ 40/100], 1 day, 0:00:01 to go'
