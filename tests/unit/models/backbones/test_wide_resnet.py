"""Wide networks: parameters by a closed form, shapes, the block by hand."""

import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.backbones.wide_resnet import WideBlock, WideResNet


def count(module):
    return sum(p.numel() for p in module.parameters())


def closed_form(depth, k):
    """Weights and biases of convolutions, scale and offset of norms."""
    n, widths = (depth - 4) // 6, [16, 16 * k, 32 * k, 64 * k]
    total = 3 * 9 * 16 + 16 + 2 * widths[3]
    for a, b in zip(widths, widths[1:], strict=False):
        for i in [a] + [b] * (n - 1):
            total += 2 * i + 9 * i * b + b + 2 * b + 9 * b * b + b
        total += a * b + b
    return total


@pytest.mark.parametrize(('depth', 'k'), [(10, 1), (16, 2), (28, 4)])
def test_parameters(depth, k):
    assert count(WideResNet(depth, k)) == closed_form(depth, k)
    if (depth, k) == (28, 4):  # "5.8M" in the papers on residual adapters, 5.9M by its authors
        assert count(WideResNet(28, 4)) == 5_850_528


@pytest.mark.parametrize(('size', 'strides', 'expected'), [
    ((72, 72), (2, 2, 2), [(72, 72), (36, 36), (18, 18), (9, 9)]),
    ((71, 50), (2, 2, 2), [(71, 50), (36, 25), (18, 13), (9, 7)]),
    ((32, 32), (1, 2, 2), [(32, 32), (32, 32), (16, 16), (8, 8)])])
def test_shapes(size, strides, expected):
    net = WideResNet(10, 2, strides, out_indices=(0, 1, 2, 3))
    maps = net(torch.randn(2, 3, *size))
    assert [tuple(m.shape[1:]) for m in maps] == [
        (c, *s) for c, s in zip((16, 32, 64, 128), expected, strict=True)]
    assert net.out_channels == (16, 32, 64, 128) and maps[3].min() >= 0


def test_block_by_hand():
    torch.manual_seed(0)
    block, x = WideBlock(3, 5, 2, torch.nn.BatchNorm2d).eval(), torch.randn(1, 3, 7, 7)
    block.bn1.running_mean.normal_(), block.bn2.running_var.uniform_(0.5, 2)
    a = F.relu((x - block.bn1.running_mean.view(-1, 1, 1)) / (1 + 1e-5)**0.5)
    b = F.conv2d(a, block.conv1.weight, block.conv1.bias, padding=1)
    c = F.relu(b / (block.bn2.running_var.view(-1, 1, 1) + 1e-5).sqrt())
    d = F.conv2d(c, block.conv2.weight, block.conv2.bias, stride=2, padding=1)
    e = F.conv2d(x, block.shortcut[0].weight, block.shortcut[0].bias, stride=2)
    torch.testing.assert_close(block(x), d + e)


@pytest.mark.parametrize(('options', 'message'), [
    (dict(depth=20), 'depth must be.*20'), (dict(depth=4), 'depth must be.*4'),
    (dict(strides=(1, 2)), 'strides'), (dict(out_indices=(4, )), 'out_indices.*4')])
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        WideResNet(**options)
