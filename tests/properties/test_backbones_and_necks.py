"""Whatever backbone or neck is registered: shapes, precision, frames apart; nobody lists it."""

import io
from collections.abc import Mapping
from functools import cache

import pytest
import torch

import mmmtl.models  # noqa: F401
from mmmtl.registry import MODELS
from mmmtl.testing.narrow_segnet import narrow_segnets

TASKS = ('one', 'two')
MOBILE = dict(type='MobileNetV2', widen_factor=0.25, out_indices=(1, 2, 4, 6))
MOBILE_MAPS = [(8, 4), (8, 8), (24, 16), (80, 32)]
PYRAMID = [(4, 1), (6, 2), (8, 4)]
PYRAMID_NECK = dict(type='mmmtl.TopDownFPN', in_channels=[4, 6, 8], channels=5)

#: by class: options of a small one, and (channels, stride) of each map that it gives (a backbone
#: from an image, a neck from maps of PYRAMID)
RECIPES = {
    'CrossStitch': (dict(backbone=MOBILE, tasks=TASKS), MOBILE_MAPS),
    'EfficientNetLite': (dict(), [(24, 4), (40, 8), (112, 16), (320, 32)]),
    'ExpandedMobileNetV2': (dict(widen_factor=0.25), MOBILE_MAPS),
    'MTAN': (dict(backbone=MOBILE, tasks=TASKS), MOBILE_MAPS),
    'MTANWideResNet': (dict(tasks=TASKS, depth=10, widen_factor=1), [(64, 8)]),
    'SegNet': (dict(), [(4, 1)]),
    'SegNetCrossStitch': (dict(tasks=TASKS), [(4, 1)]),
    'SegNetDense': (dict(tasks=TASKS), [(4, 1)]),
    'SegNetMTAN': (dict(tasks=TASKS), [(4, 1)]),
    'WideResNet': (dict(depth=10, widen_factor=1, out_indices=(0, 1, 3)),
                   [(16, 1), (16, 2), (64, 8)]),
    'ASPPNeck': (dict(in_channels=8, channels=5, dilations=(1, 2)), [(5, 4)]),
    'LightWeightRefineNet': (dict(in_channels=[4, 6, 8], channels=5, stages=2), [(5, 1)]),
    'PerTaskNeck': (dict(neck=PYRAMID_NECK, tasks=TASKS), [(5, 1)]),
    'TopDownFPN': (dict(in_channels=[4, 6, 8], channels=5), [(5, 1)]),
}
SIZE = (32, 64)


def registered(package):
    return sorted({cls for cls in MODELS.module_dict.values()
                   if cls.__module__.startswith(f'mmmtl.models.{package}.')},
                  key=lambda cls: cls.__name__)


BACKBONES, NECKS = registered('backbones'), registered('necks')


def recipe(cls):
    assert cls.__name__ in RECIPES, f'give RECIPES in {__file__} a small {cls.__name__}'
    return RECIPES[cls.__name__]


def build(cls, seed=0):
    torch.manual_seed(seed)
    return MODELS.build(dict(recipe(cls)[0], type=f'mmmtl.{cls.__name__}'))


@cache
def built(cls):
    """One for several tests, which leave its parameters alone."""
    return build(cls)


@cache
def trained(cls):
    """In evaluation mode, with statistics of some batch: those of the start hide mistakes."""
    network = build(cls, seed=1)
    network.train()
    with torch.no_grad():
        flat(network(inputs(cls, 4)))
    network.eval()
    return network


def inputs(cls, frames, dtype=torch.float32):
    """Images, or a neck's maps: the values of a frame do not depend on how many there are."""
    shapes = [(3, 1)] if cls in BACKBONES else PYRAMID
    made = [torch.stack([
        torch.randn(channels, SIZE[0] // stride, SIZE[1] // stride,
                    generator=torch.Generator().manual_seed(number)).to(dtype)
        for number in range(frames)]) for channels, stride in shapes]
    return made[0] if cls in BACKBONES else made


def flat(features):
    """All maps, of each task in turn."""
    if isinstance(features, Mapping):
        return [one for task in TASKS for one in flat(features[task])]
    return [features] if isinstance(features, torch.Tensor) else [*features]


@pytest.fixture(scope='module', autouse=True)
def _narrow():
    with pytest.MonkeyPatch.context() as patch:
        narrow_segnets(patch)
        yield


def each(test):
    return pytest.mark.parametrize('cls', [*BACKBONES, *NECKS], ids=lambda cls: cls.__name__)(test)


def test_there_are_some():
    assert len(BACKBONES) >= 9 and len(NECKS) >= 3


def test_every_model_is_of_a_tested_kind():
    """A class elsewhere would be tested by no test of this folder."""
    folders = {'backbones', 'necks', 'losses', 'decode_heads', 'instance_clustering'}
    whole = {'MultiTaskSegmentor', 'MultiTaskTTAModel', 'MultiTaskDataPreProcessor'}
    own = [cls for cls in MODELS.module_dict.values() if cls.__module__.startswith('mmmtl.')]
    others = {cls.__name__ for cls in own if cls.__module__.split('.')[2] not in folders}
    assert others == whole, f'add a test of {others - whole} to tests/properties'


@each
def test_channels_and_strides(cls):
    network, expected = built(cls), recipe(cls)[1]
    network.eval()
    with torch.no_grad():
        features = network(inputs(cls, 2))
    per_task = getattr(cls, 'features_per_task', False)
    assert isinstance(features, Mapping) is per_task
    for task in TASKS if per_task else (None, ):
        maps = flat(features[task] if per_task else features)
        assert [tuple(one.shape) for one in maps] == [
            (2, channels, SIZE[0] // stride, SIZE[1] // stride) for channels, stride in expected]


@each
@pytest.mark.parametrize('autocast', [False, True], ids=['float32', 'bfloat16'])
def test_finite_and_every_parameter_learns(cls, autocast):
    network = built(cls)
    network.train()
    network.zero_grad()
    with torch.autocast('cpu', torch.bfloat16, enabled=autocast):
        maps = flat(network(inputs(cls, 2)))
    assert all(one.isfinite().all() for one in maps)
    sum(one.float().square().mean() for one in maps).backward()
    unused = [name for name, p in network.named_parameters() if p.requires_grad and p.grad is None]
    assert not unused
    assert all(p.grad.isfinite().all() for p in network.parameters() if p.grad is not None)


@each
def test_a_frame_does_not_depend_on_the_others(cls):
    network = trained(cls)
    with torch.no_grad():
        alone, together = flat(network(inputs(cls, 1))), flat(network(inputs(cls, 3)))
    for one, many in zip(alone, together, strict=True):
        assert one.abs().max() > 0
        torch.testing.assert_close(many[:1], one, rtol=1e-4, atol=1e-5 * float(one.abs().max()))


@each
def test_its_state_is_all_of_it(cls):
    network, file = trained(cls), io.BytesIO()
    torch.save(network.state_dict(), file)
    file.seek(0)
    other = build(cls, seed=2)
    other.load_state_dict(torch.load(file))
    other.eval()
    with torch.no_grad():
        for one, again in zip(flat(network(inputs(cls, 1))), flat(other(inputs(cls, 1))),
                              strict=True):
            assert torch.equal(one, again)
