"""The mean over one rank; tests/properties has two."""

import torch

from mmmtl.weighting import mean_over_ranks


def test_one_process_has_its_own_losses():
    loss = torch.tensor(2.0, requires_grad=True)
    values, present = mean_over_ranks(
        dict(c=loss.half(), a=loss * 3), ['a', 'b', 'c'], torch.zeros(1))
    assert values.tolist() == [6.0, 0.0, 2.0] and values.dtype == torch.float32
    assert present.tolist() == [True, False, True]
    assert not values.requires_grad
