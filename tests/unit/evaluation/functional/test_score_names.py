"""Patterns of the names of scores."""

import pytest

from mmmtl.evaluation.functional.score_names import Split, beginnings, fits, readings, spelt_out


@pytest.mark.parametrize(('pattern', 'name', 'fitting'), [
    ('mae', 'mae', True), ('mae', 'maes', False), ('mae', 'depth/mae', False),
    ('accuracy_top<n>', 'accuracy_top5', True), ('accuracy_top<n>', 'accuracy_topology', False),
    ('within_<n>', 'within_11.25', True), ('within_<n>', 'within_', False),
    ('AP_<n>_to_<n>px', 'AP_16_to_100px', True), ('AP/<thing>', 'AP/traffic light', True),
    ('IoU.<class>', 'IoUxcar', False), ('AP/<thing>', 'AP/', False)])
def test_fits(pattern, name, fitting):
    assert fits(pattern, name) is fitting


def test_known_words():
    words = {'thing': ('car', 'bus')}
    assert fits('AP/<thing>', 'AP/car', words) and not fits('AP/<thing>', 'AP/road', words)
    assert fits('AP/<class>', 'AP/road', words)  # classes are not known
    assert spelt_out('AP/<thing>', words) == ['AP/car', 'AP/bus']
    assert spelt_out('within_<n>', words) == ['within_<n>']


def test_readings():
    patterns = ('mean', 'accuracy/mean', 'accuracy/<domain>', 'mae')
    assert readings('decathlon/accuracy/mean', patterns)[0] == Split('decathlon', 'accuracy/mean')
    # a task may be called like a score: its metric's name comes after it
    assert readings('accuracy/mae', patterns) == [Split('accuracy', 'mae')]
    assert readings('kitti/depth/mae', patterns) == [Split('kitti/depth', 'mae')]
    assert readings('accuracy/cats', patterns) == [Split('', 'accuracy/<domain>')]
    assert readings('depth/rmse', patterns) == []


def test_beginnings():
    assert beginnings(('mae', 'AP/<thing>', 'AP_<n>px')) == ['mae', 'AP/', 'AP_']
