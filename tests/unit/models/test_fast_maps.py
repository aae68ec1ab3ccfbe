"""Compiled maps have torch's values."""

import pytest
import torch
from mmseg.models.utils import resize

from mmmtl.models import fast_maps

pytest.importorskip('numba')


@pytest.fixture(autouse=True)
def _warm(monkeypatch):
    monkeypatch.setattr(fast_maps, '_ready', False)
    fast_maps.warm_up()


def maps(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


SIZES = [((16, 40), (64, 160)), ((31, 97), (370, 1226)), ((13, 22), (37, 90)), ((2, 2), (9, 7)),
         ((1, 4), (64, 128)), ((60, 90), (30, 45)), ((20, 30), (20, 30))]


@pytest.mark.parametrize(('small', 'large'), SIZES)
@pytest.mark.parametrize('align_corners', [False, True])
def test_joined_maps_bit_by_bit(small, large, align_corners):
    parts = [maps(2, channels, *small) for channels in (1, 3, 19)]
    expected = torch.cat([resize(part, size=large, mode='bilinear', align_corners=align_corners)
                          for part in parts], 1)
    assert torch.equal(fast_maps.join_maps(parts, large, [align_corners] * 3), expected)


def test_the_loop_is_used():
    fast_maps._agrees_with_torch.cache_clear()
    fast_maps.join_maps([maps(1, 19, 32, 64)], (128, 256), [False])
    assert fast_maps._agrees_with_torch.cache_info().currsize == 1


def test_class_map():
    logits = maps(19, 40, 60)
    logits[:, 3, 4] = torch.nan
    expected = logits.argmax(0, keepdim=True)
    for version in (logits, logits.double(), logits.transpose(1, 2)):
        found = fast_maps.class_map(version)
        assert found.dtype == torch.int64
        assert torch.equal(found, version.argmax(0, keepdim=True))
    assert torch.equal(fast_maps.class_map(logits), expected)


def test_gradients_go_through_torch():
    part = maps(1, 2, 8, 16).requires_grad_()
    fast_maps.join_maps([part], (64, 128), [False]).sum().backward()
    assert part.grad is not None
