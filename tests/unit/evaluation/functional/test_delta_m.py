"""Δm in both conventions."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmmtl.evaluation.functional import compute_delta_m, is_higher_better, read_baseline

BASELINE = {'semantic/mIoU': 40.0, 'depth/rmse': 0.8, 'depth/abs_rel': 0.2}


def test_by_hand():
    """mIoU +10 %, RMSE 5 % better, abs-rel 15 % worse."""
    found = compute_delta_m(
        {'semantic/mIoU': 44.0, 'depth/rmse': 0.76, 'depth/abs_rel': 0.23, 'other': 1}, BASELINE)
    assert found.gains == pytest.approx({'semantic': 10, 'depth': -5})
    assert found.over_tasks == pytest.approx(2.5)
    assert found.over_metrics == pytest.approx(0)  # -(10 + 5 - 15) / 3


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)), min_size=2, max_size=6))
def test_one_score_a_task_differs_in_sign_only(pairs):
    scores = {f'task{i}/rmse': a for i, (a, _) in enumerate(pairs)}
    baseline = {f'task{i}/rmse': b for i, (_, b) in enumerate(pairs)}
    found = compute_delta_m(scores, baseline)
    assert found.over_tasks == pytest.approx(-found.over_metrics)
    reference = sum((a - b) / b for a, b in pairs) / len(pairs) * 100  # Nash-MTL's delta_fn
    assert found.over_metrics == pytest.approx(reference, abs=1e-9)


def test_the_baseline_gains_nothing_and_nan_stays():
    found = compute_delta_m(BASELINE, BASELINE)
    assert (found.over_tasks, found.over_metrics) == (0, 0)
    found = compute_delta_m({**BASELINE, 'depth/rmse': math.nan}, BASELINE)
    assert math.isnan(found.over_tasks) and found.gains['semantic'] == 0


@pytest.mark.parametrize('key, higher', [
    ('mIoU', True), ('semantic/aAcc', True), ('semantic/mFscore', True), ('depth/delta1', True),
    ('instance/AP', True), ('instance/AP50', True), ('instance/AP50m', True),
    ('instance/AP/car', True), ('panoptic/PQ_things', True), ('semantic/iIoU_class', True),
    ('depth/mae', False), ('instance/epe', False), ('depth/abs_rel', False),
    ('depth/log10', False), ('delta_map/rmse', False),
    ('semantic/mIoU_per_image', True), ('depth/mae_per_batch', False),
    ('last10/depth/abs_rel_per_batch', False), ('last10/semantic/mIoU', True),
    ('last5/panoptic/PQ/car', True), ('normal/mean', False),
    ('normal/median_per_batch', False), ('normal/within_11.25', True),
    ('normal/within_30_per_batch', True)])
def test_directions(key, higher):
    assert is_higher_better(key) is higher


def test_directions_that_are_said():
    assert is_higher_better('depth/odd', {'odd': 'higher'})
    assert not is_higher_better('depth/mIoU', {'depth/mIoU': 'lower'})
    with pytest.raises(ValueError, match="must be 'higher' or 'lower', got 'up'"):
        is_higher_better('depth/odd', {'odd': 'up'})
    with pytest.raises(KeyError, match=r"depth/odd: whether .* directions=\{'depth/odd'"):
        is_higher_better('depth/odd')


def test_errors():
    with pytest.raises(KeyError, match=r"\['depth/rmse'.*no metric gives these"):
        compute_delta_m({'semantic/mIoU': 1.0}, BASELINE)
    with pytest.raises(ValueError, match='the baseline has no scores'):
        compute_delta_m(BASELINE, {})
    for value in (0, math.nan, math.inf):
        with pytest.raises(ValueError, match=f'baseline of depth/mae is {value}'):
            compute_delta_m({'depth/mae': 1.0}, {'depth/mae': value})
    with pytest.raises(ValueError, match="is '3', which is not a number"):
        compute_delta_m({'depth/mae': 1.0}, {'depth/mae': '3'})


def test_files(tmp_path):
    file = tmp_path / 'b.json'
    for content in (BASELINE, {'scores': BASELINE, 'config': 'x'}):
        file.write_text(json.dumps(content))
        assert read_baseline(file) == BASELINE
    file.write_text('[1]')
    with pytest.raises(ValueError, match='holds a list'):
        read_baseline(file)
    file.write_text('{')
    with pytest.raises(ValueError, match='b.json is no json file'):
        read_baseline(file)
    with pytest.raises(FileNotFoundError, match='baseline gone.json does not exist'):
        read_baseline('gone.json')


def test_means_of_epochs_belong_to_their_task():
    """``last10/depth/mae`` is a score of depth."""
    gain = compute_delta_m({'last10/a/mIoU': 60., 'last10/b/mae': 1.},
                           {'last10/a/mIoU': 50., 'last10/b/mae': 2.})
    assert gain.gains == {'a': pytest.approx(20), 'b': pytest.approx(50)}


def test_a_baseline_file_of_something_else_than_numbers(tmp_path):
    file = tmp_path / 'baseline.json'
    file.write_text('{"depth/rmse": "0.757"}')
    with pytest.raises(ValueError, match="depth/rmse is '0.757', which is not a number"):
        read_baseline(file)
