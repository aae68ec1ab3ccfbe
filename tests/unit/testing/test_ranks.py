"""Processes that hang, fail or end."""

import time

import pytest

from mmmtl.testing.ranks import run_ranks

JOINED = '''
import os, pathlib, time
rank = os.environ['RANK']
pathlib.Path(f'rank_{rank}.up').touch()  # what join() does, without torch
print('here is', rank, flush=True)
'''


def test_what_ranks_write_is_there(tmp_path):
    run_ranks(JOINED + "pathlib.Path(rank).write_text('done')", 2, tmp_path)
    assert [(tmp_path / str(rank)).read_text() for rank in (0, 1)] == ['done', 'done']


def test_a_hang_is_an_error_soon_after_all_have_joined(tmp_path):
    begin = time.monotonic()
    with pytest.raises(TimeoutError, match=r'ranks \[1\] of 2 did not end within 1 s; they '
                       'printed:\nhere is 1'):
        run_ranks(JOINED + "time.sleep(100 if rank == '1' else 0)", 2, tmp_path, timeout=1)
    assert time.monotonic() - begin < 30


def test_the_time_to_start_does_not_count(tmp_path):
    run_ranks('import time\ntime.sleep(1.5)' + JOINED, 2, tmp_path, timeout=1)


def test_a_rank_that_never_joins_is_an_error(tmp_path):
    with pytest.raises(TimeoutError, match=r'ranks \[0, 1\] of 2 did not end within 0.5 s'):
        run_ranks('import time; time.sleep(100)', 2, tmp_path, timeout=0.25, start=0.25)


def test_a_rank_that_fails_ends_the_others(tmp_path):
    begin = time.monotonic()
    with pytest.raises(RuntimeError, match='rank 1 of 2 failed:(.|\n)*ValueError: no such thing'):
        run_ranks(JOINED + "if rank == '1': raise ValueError('no such thing')\ntime.sleep(100)",
                  2, tmp_path)
    assert time.monotonic() - begin < 30
