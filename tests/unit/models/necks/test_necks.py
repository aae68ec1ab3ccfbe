"""Necks: sizes, parameter counts by hand, no unused parameter."""

import pytest
import torch

from mmmtl.registry import MODELS


def conv_norm(inputs, outputs, kernel):
    return inputs * outputs * kernel**2 + 2 * outputs


def test_aspp_has_the_parameters_of_the_paper():
    """A 1×1 and three dilated 3×3 branches, image pooling, fusion; 256 channels each."""
    neck = MODELS.build(dict(type='mmmtl.ASPPNeck', in_channels=2048))
    expected = (2 * conv_norm(2048, 256, 1) + 3 * conv_norm(2048, 256, 3)
                + conv_norm(5 * 256, 256, 1))
    assert sum(p.numel() for p in neck.parameters()) == expected
    assert [branch.conv.dilation[0] for branch in neck.branches] == [1, 12, 24, 36]


def test_aspp_reads_the_last_map():
    neck = MODELS.build(dict(type='mmmtl.ASPPNeck', in_channels=8, channels=4)).eval()
    out, = neck([torch.randn(1, 3, 9, 9), torch.randn(1, 8, 5, 7)])
    assert out.shape == (1, 4, 5, 7)


def test_aspp_drops_single_numbers_of_its_output():
    """torchvision's and MTAN's decoders: by element, behind the fusion, in training only."""
    torch.manual_seed(0)
    cfg = dict(type='mmmtl.ASPPNeck', in_channels=8, channels=64)
    plain, neck = MODELS.build(cfg).eval(), MODELS.build(dict(cfg, dropout=0.5)).eval()
    neck.load_state_dict(plain.state_dict())
    x = [torch.randn(1, 8, 5, 7)]
    whole, = plain(x)
    assert torch.equal(neck(x)[0], whole)
    neck.dropout.train()
    out, = neck(x)
    kept = out != 0
    torch.testing.assert_close(out[kept], 2 * whole[kept])
    assert 0.4 < kept[whole != 0].float().mean() < 0.6
    many = (whole != 0).sum((2, 3)) > 12
    assert many.any() and kept.any(3).any(2)[many].all()  # no channel as a whole


@pytest.mark.parametrize('size', [(32, 64), (33, 47)])
def test_pyramid_gives_its_finest_map_and_uses_all_parameters(size):
    neck = MODELS.build(dict(type='mmmtl.TopDownFPN', in_channels=[2, 3, 4], channels=8))
    maps = [torch.randn(2, c, -(-size[0] // s), -(-size[1] // s))
            for c, s in ((2, 4), (3, 8), (4, 16))]
    out, = neck(maps)
    assert out.shape == (2, 8, *maps[0].shape[2:])
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in neck.parameters())


def test_coarse_map_reaches_every_pixel():
    neck = MODELS.build(dict(type='mmmtl.TopDownFPN', in_channels=[2, 3], channels=8)).eval()
    fine, coarse = torch.zeros(1, 2, 8, 8), torch.zeros(1, 3, 2, 2)
    with torch.no_grad():
        before, = neck([fine, coarse])
        coarse[0, :, 0, 0] = 5.0
        after, = neck([fine, coarse])
    assert ((before - after).abs().sum(1) > 0).all()
