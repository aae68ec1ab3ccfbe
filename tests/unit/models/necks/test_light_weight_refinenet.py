"""Chained pooling by hand; levels of several maps; over other backbones."""

import warnings

import pytest
import torch
import torch.nn.functional as F
from mmengine.registry import init_default_scope

from mmmtl.models.necks.light_weight_refinenet import ChainedResidualPooling
from mmmtl.registry import MODELS


def test_pooling_by_hand() -> None:
    """One pixel of 1 on 9 x 9: two chained poolings with weights 2 and 3 reach 5 x 5 and 9 x 9."""
    pool = ChainedResidualPooling(1, stages=2)
    for conv, weight in zip(pool.convs, (2., 3.), strict=True):
        torch.nn.init.constant_(conv.weight, weight)
    x = torch.zeros(1, 1, 9, 9)
    x[..., 4, 4] = 1
    expected = torch.full((9, 9), 6.)
    expected[2:7, 2:7] += 2
    expected[4, 4] += 1
    assert torch.equal(pool(x)[0, 0], expected)


def test_a_depthwise_chain_keeps_channels_apart() -> None:
    pool, x = ChainedResidualPooling(3, depthwise=True), torch.randn(1, 3, 8, 8)
    changed = x.clone()
    changed[:, 1] += 1
    difference = (pool(changed) - pool(x)).abs().sum((0, 2, 3)) > 0
    assert difference.tolist() == [False, True, False]
    assert sum(p.numel() for p in pool.parameters()) == 12


def build(**options: object) -> torch.nn.Module:
    return MODELS.build(dict(type='mmmtl.LightWeightRefineNet', **options))


def test_two_levels_by_hand() -> None:
    neck = build(in_channels=[2, 3, 4], maps_per_level=(1, 2), channels=5, stages=1)
    maps = [torch.randn(1, 2, 7, 9), torch.randn(1, 3, 4, 5), torch.randn(1, 4, 4, 5)]
    a, b, c = (conv(one) for conv, one in zip(neck.laterals, maps, strict=True))
    low = F.relu6(b + c)
    low = neck.adapts[0](low + neck.pools[1].convs[0](F.max_pool2d(low, 5, 1, 2)))
    high = F.relu6(a + F.interpolate(low, (7, 9), mode='bilinear', align_corners=False))
    high = high + neck.pools[0].convs[0](F.max_pool2d(high, 5, 1, 2))
    torch.testing.assert_close(neck(maps)[0], high)
    assert neck.pools[0].convs[0].groups == 5 and neck.pools[1].convs[0].groups == 1


@pytest.mark.parametrize(('backbone', 'channels'), [
    (dict(type='ResNet', depth=18), [64, 128, 256, 512]),
    (dict(type='mmmtl.EfficientNetLite'), [24, 40, 112, 320]),
    (dict(type='MixVisionTransformer', embed_dims=8, num_layers=[1] * 4,
          num_heads=[1, 2, 4, 8]), [8, 16, 32, 64])])
def test_over_other_backbones(backbone: dict, channels: list[int]) -> None:
    init_default_scope('mmseg')
    body = MODELS.build(backbone)
    neck = build(in_channels=channels, channels=8)
    out, = neck(body(torch.randn(1, 3, 97, 131)))
    assert out.shape == (1, 8, 25, 33)


@pytest.mark.parametrize('levels', [(1, 1), (1, 3), (4, 0)])
def test_levels_that_do_not_add_up(levels: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r'each level needs at least one'):
        build(in_channels=[2, 3, 4], maps_per_level=levels)


def test_wrong_maps_are_named() -> None:
    neck = build(in_channels=[2, 3], maps_per_level=(2, ), channels=4)
    with pytest.raises(ValueError, match=r'sizes \[\(2, 2\), \(4, 4\)\] up at level 0'):
        neck([torch.randn(1, 2, 4, 4), torch.randn(1, 3, 2, 2)])
    with pytest.raises(ValueError, match='has 2 maps, the backbone gives 1; set its out_indices'):
        neck([torch.randn(1, 2, 4, 4)])


def test_traced() -> None:
    """Sizes are tensors then, as when multiply-adds are counted or a model is exported."""
    neck = build(in_channels=[2, 3], maps_per_level=(2, ), channels=4)
    maps = [torch.randn(1, channels, 4, 4) for channels in (2, 3)]
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', torch.jit.TracerWarning)
        traced = torch.jit.trace(neck, (maps, ))
    torch.testing.assert_close(traced(maps)[0], neck(maps)[0])
