"""Which task has which head, read from configs alone."""

import pytest

from mmmtl.models.segmentors.task_config import complete_head_cfg, names_of_tasks, without_none

FCN = dict(type='FCNHead', in_channels=4, channels=4, num_classes=19)


def test_heads_that_are_taken_from_a_base_config():
    assert without_none(None) == ({}, [])
    assert without_none(dict(a=dict(type='A'), b=None)) == (dict(a=dict(type='A')), ['b'])


@pytest.mark.parametrize(('decode_task', 'head', 'name'), [
    (None, FCN, 'semantic'), ('lanes', FCN, 'lanes'),
    (None, dict(type='mmmtl.DepthHead'), 'depth'),
    (None, dict(type='mmmtl.ImageRegressionHead', field='age'), 'age'),
    (None, [FCN] * 2, 'semantic')])
def test_name_of_decode_heads_task(decode_task, head, name):
    assert names_of_tasks(decode_task, head, dict(x={}, y={})) == [name, 'x', 'y']


def test_a_body_of_options_is_the_decode_heads_with_these():
    head = dict(type='mmmtl.DepthHead', body=dict(channels=8))
    found = complete_head_cfg('depth', head, FCN)
    assert found['body'] == dict(FCN, channels=8) and head['body'] == dict(channels=8)
