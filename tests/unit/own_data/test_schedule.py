"""The learning rate over a stretched schedule, by mmengine's own schedulers."""

import copy

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import PARAM_SCHEDULERS, init_default_scope

from mmmtl.own_data.schedule import set_iterations
from mmmtl.testing.mix_in import published_configs

NAMES = (
    'segnext/segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512',  # warm-up, linear decay
    'deeplabv3/deeplabv3_r50-d8_4xb2-40k_cityscapes-769x769',  # decay with a power
    'knet/knet-s3_r50-d8_fcn_8xb2-adamw-80k_ade20k-512x512',  # warm-up, steps
)


def rates(base: dict) -> list[float]:
    """Learning rate of each iteration."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.)
    init_default_scope('mmseg')
    parts = base['param_scheduler']
    schedulers = [PARAM_SCHEDULERS.build(dict(part, optimizer=optimizer))
                  for part in copy.deepcopy(parts)]
    found = []
    for _ in range(base['train_cfg']['max_iters']):
        found.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return found


@pytest.mark.parametrize('name', NAMES)
def test_the_curve_is_the_published_one(name: str) -> None:
    base = Config.fromfile(published_configs()[name])._cfg_dict
    long, short = copy.deepcopy(base), copy.deepcopy(base)
    set_iterations(long, 4000)
    set_iterations(short, 800)
    curve, wanted = rates(short), rates(long)[2::5]
    assert max(curve) == pytest.approx(max(wanted), rel=0.02)
    close = [abs(a - b) < 0.02 for a, b in zip(curve, wanted, strict=True)]
    assert sum(close) >= 0.97 * len(close)  # all but warm-up and the iterations next to a step


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('count', [10, 60, 300])
def test_short_ones_still_learn(name: str, count: int) -> None:
    """A warm-up that is rounded to one iteration would last for ever in mmengine."""
    base = Config.fromfile(published_configs()[name])._cfg_dict
    set_iterations(base, count)
    curve = rates(base)
    assert len(curve) == count and max(curve) > 0.8


def test_intervals_keep_their_share() -> None:
    base = dict(train_cfg=dict(type='IterBasedTrainLoop', max_iters=80000, val_interval=8000),
                default_hooks=dict(checkpoint=dict(interval=16000), logger=dict(interval=50)))
    set_iterations(base, 400)
    assert base['train_cfg'] == dict(type='IterBasedTrainLoop', max_iters=400, val_interval=40)
    assert base['default_hooks'] == dict(checkpoint=dict(interval=80), logger=dict(interval=40))


def test_never_stays_never_and_validation_begins() -> None:
    base = dict(train_cfg=dict(max_iters=60000, val_interval=500, val_begin=55000),
                default_hooks=dict(checkpoint=dict(interval=-1)))
    set_iterations(base, 120)
    assert base['train_cfg'] == dict(max_iters=120, val_interval=1, val_begin=110)
    assert base['default_hooks'] == dict(checkpoint=dict(interval=-1))


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('count', [1, 2, 3])
def test_a_few_iterations_build(name: str, count: int) -> None:
    base = Config.fromfile(published_configs()[name])._cfg_dict
    set_iterations(base, count)
    assert len(rates(base)) == count


def test_by_epoch_stays() -> None:
    base = dict(train_cfg=dict(max_iters=100),
                param_scheduler=dict(type='StepLR', by_epoch=True, begin=0, end=9))
    set_iterations(base, 10)
    assert base['param_scheduler'] == dict(type='StepLR', by_epoch=True, begin=0, end=9)


@pytest.mark.parametrize('count', [0, -3, 1.5, '100', True])
def test_no_number(count: object) -> None:
    with pytest.raises(ValueError, match='number of training iterations'):
        set_iterations(dict(train_cfg=dict(max_iters=10)), count)


def test_epochs() -> None:
    with pytest.raises(ValueError, match='counts no iterations'):
        set_iterations(dict(train_cfg=dict(max_epochs=10)), 5)
