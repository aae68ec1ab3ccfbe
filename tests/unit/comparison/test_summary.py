"""Means, deviations and Δm of runs that are faked."""

import math

import pytest

from mmmtl.comparison import Spread, Variant, markdown_table, summarise
from mmmtl.comparison.plan import Run
from mmmtl.comparison.summary import USUAL

SINGLES = [Variant('single-semantic', 'single', 'semantic'),
           Variant('single-depth', 'single', 'depth')]


@pytest.fixture
def runs(leave_results):
    """Baseline mIoU 40, RMSE 1; equal weights: 44 and 1.1 (seed 0), 40 and 0.9 (seed 1)."""
    made = []
    for seed, (miou, rmse) in enumerate([(39, 0.9), (41, 1.1)]):
        made += [leave_results(SINGLES[0], seed, {'semantic/mIoU': miou}, 1.0, 80),
                 leave_results(SINGLES[1], seed, {'depth/rmse': rmse, 'depth/odd': 1}, 2.0, 90)]
    for seed, (miou, rmse) in enumerate([(44, 1.1), (40, 0.9)]):
        scores = {'semantic/mIoU': miou, 'depth/rmse': rmse, 'depth/odd': 1, 'panoptic/PQ': 50}
        made.append(leave_results(Variant('equal'), seed, scores, 2.0, 100,
                                  dict(semantic=1, depth=1)))
    made.append(leave_results(Variant('pcgrad'), 0, {'semantic/mIoU': 42, 'depth/rmse': 1.0},
                              3.0, 150))
    return made


def test_means_and_gains(runs):
    summary = summarise(runs)
    single, equal, pcgrad = summary.rows
    assert summary.metrics == ['semantic/mIoU', 'depth/rmse', 'panoptic/PQ']
    assert summary.counted == ['semantic/mIoU', 'depth/rmse']
    assert summary.baseline == {'semantic/mIoU': 40, 'depth/rmse': 1.0}
    assert equal.scores['semantic/mIoU'] == Spread(42, pytest.approx(math.sqrt(8)), 2)
    # seed 0: +10 % and -10 %, seed 1: 0 and +10 %
    assert equal.over_tasks.mean == pytest.approx(2.5)
    assert equal.over_metrics.mean == pytest.approx(-2.5)
    assert single.over_tasks.mean == pytest.approx(0) and single.over_tasks.deviation > 0
    assert pcgrad.over_tasks.mean == pytest.approx(2.5)
    assert math.isnan(pcgrad.over_tasks.deviation)


def test_cost_relative_to_equal(runs):
    single, equal, pcgrad = summarise(runs).rows
    assert (single.relative_seconds, single.relative_bytes) == (1.5, 0.9)
    assert (equal.relative_seconds, equal.relative_bytes) == (1.0, 1.0)
    assert (pcgrad.relative_seconds, pcgrad.relative_bytes) == (1.5, 1.5)
    assert equal.weights == dict(semantic=1, depth=1)


def test_without_singles_or_times(leave_results):
    row, = summarise([leave_results(Variant('equal'), 0, {'depth/rmse': 2.0}, None)]).rows
    assert row.over_tasks is None and row.seconds is None and row.relative_seconds is None
    row, = summarise([leave_results(Variant('equal'), 1, {'depth/rmse': 2.0}, None)],
                     baseline={'depth/rmse': 4.0}).rows
    assert row.over_tasks.mean == 50


def test_half_a_baseline_has_no_gain_of_its_own(runs, leave_results):
    runs.append(leave_results(SINGLES[0], 2, {'semantic/mIoU': 40}, 1.0))
    single = summarise(runs).rows[0]
    assert single.seeds == [0, 1, 2] and single.over_tasks.number == 2
    assert single.seconds.mean == 3.0


def test_chosen_metrics(runs):
    summary = summarise(runs, ['depth/odd', 'depth/rmse'], directions={'odd': 'lower'})
    assert summary.counted == ['depth/odd', 'depth/rmse']
    with pytest.raises(KeyError, match=r"--metrics names \['depth/mae'\], but the runs have"):
        summarise(runs, ['depth/mae'])
    with pytest.raises(KeyError, match='depth/odd: whether higher or lower'):
        summarise(runs, ['depth/odd'])


def test_nothing_finished(tmp_path):
    with pytest.raises(ValueError, match='none of 1 runs is finished'):
        summarise([Run(Variant('a'), 0, tmp_path, tmp_path)])


@pytest.mark.parametrize('broken', [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize('seeds', [1, 2])
def test_a_score_that_is_not_finite_is_a_nan_cell(leave_results, broken, seeds):
    """The table of ten others must not be lost by it; json writes NaN and Infinity."""
    runs = [leave_results(SINGLES[1], 0, {'depth/rmse': 1.0})]
    for seed, rmse in enumerate([broken, 1.0][:seeds]):
        runs.append(leave_results(Variant('equal'), seed, {'depth/rmse': rmse, 'depth/mae': 2.0}))
    _, equal = summarise(runs).rows
    assert math.isnan(equal.scores['depth/rmse'].mean) and math.isnan(equal.over_tasks.mean)
    assert equal.scores['depth/rmse'].number == seeds
    assert equal.scores['depth/mae'].mean == 2.0


def test_a_baseline_that_is_not_finite_does_not_count(leave_results):
    runs = [leave_results(SINGLES[1], seed, {'depth/rmse': rmse, 'depth/mae': 1.0})
            for seed, rmse in enumerate([math.nan, 1.0])]
    assert summarise(runs).counted == ['depth/mae']


def test_directions_are_checked_although_nobody_asks(runs):
    with pytest.raises(ValueError, match="'depth/rmse' must be 'higher' or 'lower', got 'up'"):
        summarise(runs, directions={'depth/rmse': 'up'})


def test_options_go_to_the_row(leave_results):
    variant = Variant('pcgrad', options=dict(level='features'))
    assert summarise([leave_results(variant, 0, {'depth/mae': 1.0})]).rows[0].options == dict(
        level='features')


def test_the_documentation_has_the_usual_scores(repo_root):
    text = (repo_root / 'docs' / 'comparing.md').read_text()
    sentence = text[text.index('shown and counted; by default'):].partition('as far as')[0]
    assert [name for name in USUAL if f'`{name}`' not in sentence] == []


def test_image_level_scores_are_shown_and_unknown_ones_are_named(leave_results):
    """`attr/accuracy` was left out of the table without a word."""
    scores = {'attr/accuracy': 80.0, 'attr/accuracy_top5': 95.0, 'decathlon/accuracy/dtd': 40.0,
              'decathlon/accuracy/mean': 50.0, 'kitti/depth/rmse': 2.0, 'depth/odd': 1.0}
    summary = summarise([leave_results(Variant('equal'), 0, scores)])
    assert summary.metrics == ['attr/accuracy', 'attr/accuracy_top5', 'decathlon/accuracy/mean',
                               'kitti/depth/rmse']
    table = markdown_table(summary)
    assert 'attr/accuracy ↑' in table and 'kitti/depth/rmse ↓' in table
    assert 'whether more is better (--directions KEY=higher or lower): depth/odd.' in table
    assert not summarise([leave_results(Variant('dwa'), 0, scores)],
                         directions={'odd': 'lower'}).unknown
