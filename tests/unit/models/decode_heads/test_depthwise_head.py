"""The head of light-weight RefineNet: its map by hand, and as the body of another task."""

import pytest
import torch
import torch.nn.functional as F

from mmmtl.registry import MODELS


def build(**options: object) -> torch.nn.Module:
    return MODELS.build(dict(type='mmmtl.DepthwiseHead', in_channels=4, num_classes=3, **options))


def test_the_map_by_hand() -> None:
    head, x = build().eval(), 9 * torch.randn(2, 4, 6, 7)
    scaled = (x * head.scale.weight.view(1, 4, 1, 1)).clamp(0, 6)
    assert (scaled == 6).any() or head.scale.weight.abs().max() < 1
    expected = F.conv2d(scaled, head.conv_seg.weight, head.conv_seg.bias, padding=1)
    torch.testing.assert_close(head([x]), expected)
    assert sum(p.numel() for p in head.parameters()) == 4 + 4 * 3 * 9 + 3


def test_as_a_body() -> None:
    body = dict(type='mmmtl.DepthwiseHead', in_channels=4, num_classes=3)
    head = MODELS.build(dict(type='mmmtl.SurfaceNormalHead', body=body))
    assert head([torch.randn(1, 4, 6, 7)]).shape == (1, 3, 6, 7)
    depth = MODELS.build(dict(type='mmmtl.DepthHead', body=body))
    assert depth([torch.randn(1, 4, 6, 7)]).shape == (1, 1, 6, 7)


def test_channels() -> None:
    assert build(channels=4).channels == 4
    with pytest.raises(ValueError, match='it keeps the channels of its input'):
        build(channels=8)
