"""The denominators of weighted means."""

import torch

from mmmtl.models.losses.pixel_mean import PixelMean
from mmmtl.registry import MODELS


def test_integer_weights_are_counted_as_numbers():
    loss = MODELS.build(dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=[1, 10, 0]))
    count = PixelMean.of(loss, 255).count(torch.tensor([[0, 1, 1, 2, 255]]))
    assert count.dtype == torch.float64 and count.item() == 21
