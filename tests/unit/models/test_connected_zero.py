"""A zero whose gradients are zero, whatever the values."""

import pytest
import torch

from mmmtl.models.connected_zero import connected_zero


def test_zero_connects_to_infinities_and_of_what_needs_no_gradient():
    wild = torch.tensor([torch.inf, torch.nan], requires_grad=True)
    fixed = torch.ones(2)
    zero = connected_zero([wild, fixed])
    zero.backward()
    assert zero == 0 and wild.grad.tolist() == [0, 0]
    assert not connected_zero([fixed]).requires_grad
    with pytest.raises(ValueError, match='at least one'):
        connected_zero([])
