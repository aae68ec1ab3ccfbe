"""The patience of the label watch is an epoch at most."""

from types import SimpleNamespace

import pytest

from mmmtl.engine import LabelWatchHook
from mmmtl.models.segmentors.label_watch import LabelWatch


@pytest.mark.parametrize('frames, batch, world, patience', [
    (8, 4, 1, 2), (795, 8, 1, 100), (100000, 4, 2, 500), (3, 4, 2, 1)])
def test_an_epoch_or_500_steps(frames, batch, world, patience):
    watch = LabelWatch(['depth'])
    runner = SimpleNamespace(
        model=SimpleNamespace(label_watch=watch), world_size=world,
        train_dataloader=SimpleNamespace(dataset=[0] * frames, batch_size=batch))
    LabelWatchHook().before_train(runner)
    for _ in range(patience - 1):
        watch.update(dict(depth=False))
    with pytest.raises(RuntimeError, match=f'depth.*no ground truth in {patience} training'):
        watch.update(dict(depth=False))


def test_a_whole_epoch_where_batches_alternate():
    watch = LabelWatch(['depth'])
    batches = type('Batches', (list, ), dict(alternates=True))([[0]] * 700)
    loader = SimpleNamespace(dataset=[0] * 9, batch_size=None, batch_sampler=batches)
    LabelWatchHook().before_train(SimpleNamespace(
        model=SimpleNamespace(label_watch=watch), world_size=1, train_dataloader=loader))
    assert watch.patience == 700


def test_other_models_are_left_alone():
    LabelWatchHook().before_train(SimpleNamespace(model=SimpleNamespace(), world_size=1))
