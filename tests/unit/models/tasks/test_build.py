"""Each kind of head has its view, auxiliary heads go with the first."""

import pytest
from mmengine.registry import init_default_scope

from mmmtl.models.tasks import tasks_of
from mmmtl.models.tasks.dense import DenseTask
from mmmtl.models.tasks.host import HostTask
from mmmtl.models.tasks.image import ImageTask
from mmmtl.registry import MODELS

init_default_scope('mmseg')
BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, num_classes=5)


@pytest.fixture
def heads():
    return dict(
        semantic=MODELS.build(BODY),
        depth=MODELS.build(dict(type='mmmtl.DepthHead', body=BODY)),
        age=MODELS.build(dict(type='mmmtl.ImageRegressionHead', in_channels=4, field='age')))


def test_views(heads):
    auxiliary = MODELS.build(BODY)
    tasks = tasks_of(heads, [auxiliary])
    assert {name: type(task) for name, task in tasks.items()} == dict(
        semantic=HostTask, depth=DenseTask, age=ImageTask)
    assert [task.head for task in tasks.values()] == list(heads.values())
    assert [len(task.auxiliary) for task in tasks.values()] == [1, 0, 0]
    assert tasks['semantic'].auxiliary[0].head is auxiliary


def test_what_they_say(heads):
    said = {name: (task.kind, task.target_field, task.pred_field, task.dense, task.of_host)
            for name, task in tasks_of(heads).items()}
    assert said == dict(
        semantic=('classification', 'gt_sem_seg', 'pred_sem_seg', True, True),
        depth=('regression', 'gt_depth_map', 'pred_depth_map', True, False),
        age=('regression', 'gt_age', 'pred_age', False, False))


def test_parameters_are_those_of_the_heads(heads):
    auxiliary = MODELS.build(BODY)
    found = tasks_of(heads, [auxiliary])['semantic'].parameters()
    expected = [*heads['semantic'].parameters(), *auxiliary.parameters()]
    assert [id(p) for p in found] == [id(p) for p in expected]
