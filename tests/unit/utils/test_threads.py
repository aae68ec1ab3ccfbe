"""Threads are the free cores."""

import subprocess
import sys

import pytest

from mmmtl.utils.threads import (
    busy_cores,
    core_times,
    free_cores,
    limit_of_cores,
    use_free_cores,
)

STAT = """cpu  100 0 100 800 0 0 0 0 0 0
cpu0 {} 0 50 {} 0 0 0 0 0 0
cpu1 60 0 50 390 0 0 0 0 0 0
intr 1 2 3
"""


@pytest.mark.parametrize(('cores', 'busy', 'processes', 'expected'), [
    (2, 0.0, 1, 2), (2, 0.2, 1, 2), (2, 0.6, 1, 1), (2, 1.0, 1, 1), (2, 5.0, 1, 1),
    (8, 3.4, 1, 5), (8, 0.0, 2, 4), (8, 3.0, 2, 2), (2, 0.0, 4, 1)])
def test_free_cores(cores, busy, processes, expected):
    assert free_cores(cores, busy, processes) == expected


def test_core_times_are_busy_and_total():
    assert core_times(STAT.format(40, 410)) == {0: (90, 500), 1: (110, 500)}


def test_busy_cores_counts_only_usable_cores(tmp_path, monkeypatch):
    stat = tmp_path / 'stat'
    stat.write_text(STAT.format(40, 410))
    monkeypatch.setattr(
        'mmmtl.utils.threads.time.sleep', lambda _: stat.write_text(
            STAT.format(70, 420).replace('390', '430')))
    assert busy_cores({0}, stat=stat) == pytest.approx(30 / 40)
    stat.write_text(STAT.format(40, 410))
    assert busy_cores({0, 1}, stat=stat) == pytest.approx(30 / 40)
    stat.write_text(STAT.format(40, 410))
    assert busy_cores({1}, stat=stat) == 0


def test_without_proc_stat_the_load_average_serves(tmp_path, monkeypatch):
    monkeypatch.setattr('os.getloadavg', lambda: (1.5, 0, 0), raising=False)
    assert busy_cores({0, 1}, stat=tmp_path / 'missing') == 1.5


def test_quota_of_a_container(tmp_path):
    assert limit_of_cores({0, 1, 2, 3}, tmp_path) == 4
    (tmp_path / 'cpu.max').write_text('max 100000\n')
    assert limit_of_cores({0, 1, 2, 3}, tmp_path) == 4
    (tmp_path / 'cpu.max').write_text('200000 100000\n')
    assert limit_of_cores({0, 1, 2, 3}, tmp_path) == 2
    (tmp_path / 'cpu.max').write_text('10000 100000\n')
    assert limit_of_cores({0, 1, 2, 3}, tmp_path) == 1
    (tmp_path / 'cpu.max').unlink()
    (tmp_path / 'cpu').mkdir()
    (tmp_path / 'cpu' / 'cpu.cfs_quota_us').write_text('-1')
    (tmp_path / 'cpu' / 'cpu.cfs_period_us').write_text('100000')
    assert limit_of_cores({0, 1}, tmp_path) == 2


def test_the_user_overrules(monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '3')
    called = []
    monkeypatch.setattr('torch.set_num_threads', called.append)
    use_free_cores()
    assert not called


def test_sets_the_threads_of_torch():
    code = ('import os; os.environ.pop("OMP_NUM_THREADS", None); import torch; '
            'from mmmtl.utils import use_free_cores; n = use_free_cores(); '
            'assert 1 <= n == torch.get_num_threads() <= os.cpu_count(), n')
    subprocess.run([sys.executable, '-c', code], check=True, timeout=120)
