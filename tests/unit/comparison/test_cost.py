"""Time and memory, relative to equal weights."""

import pytest

from mmmtl.comparison import Variant, markdown_table, summarise

SCORES = {'depth/mae': 1.0}


def test_seed_by_seed(leave_results):
    """The second seed ran on a machine of a third of the speed."""
    runs = [leave_results(Variant('equal'), 0, SCORES, 1.0, 100),
            leave_results(Variant('equal'), 1, SCORES, 3.0, 100),
            leave_results(Variant('dwa'), 1, SCORES, 3.0, 150),
            leave_results(Variant('pcgrad'), 0, SCORES, 2.0, 100),
            leave_results(Variant('pcgrad'), 1, SCORES, 4.5, 100),
            leave_results(Variant('mgda'), 2, SCORES, 9.0, 100)]
    _, dwa, pcgrad, mgda = summarise(runs).rows
    assert (dwa.relative_seconds, dwa.relative_bytes) == (1.0, 1.5)
    assert pcgrad.relative_seconds == pytest.approx(6.5 / 4)
    assert mgda.relative_seconds is None and mgda.relative_bytes is None


def test_no_times_of_runs_beside_others(leave_results):
    runs = [leave_results(Variant('single-depth', 'single', 'depth'), 0, SCORES, jobs=2),
            leave_results(Variant('equal'), 0, SCORES, 1.0),
            leave_results(Variant('dwa'), 0, SCORES, 2.0, 150, jobs=2)]
    summary = summarise(runs)
    single, equal, dwa = summary.rows
    assert single.seconds is None and dwa.seconds is None and dwa.relative_seconds is None
    assert (equal.relative_seconds, dwa.relative_bytes) == (1.0, 1.5)
    table = markdown_table(summary)
    assert '2 of 3 runs ran beside others (--jobs): their times are left out.' in table
    assert '| – | 1.50× |' in table


def test_runs_of_older_versions_are_read(leave_results):
    runs = [leave_results(Variant('equal'), 0, SCORES, 1.0, jobs=None),
            leave_results(Variant('dwa'), 0, SCORES, 2.0)]
    summary = summarise(runs)
    assert summary.rows[1].relative_seconds == 2.0
    assert '1 of 2 runs do not say whether others ran beside them' in markdown_table(summary)


def test_without_equal_weights_a_note_says_why(leave_results):
    table = markdown_table(summarise([leave_results(Variant('dwa'), 0, SCORES)]))
    assert 'No time and no memory: they are relative to equal weights' in table


def test_equal_weights_by_any_spelling(leave_results):
    """As older versions named their folders."""
    row, = summarise([leave_results(Variant('Equal'), 0, SCORES)]).rows
    assert row.relative_seconds == row.relative_bytes == 1.0
