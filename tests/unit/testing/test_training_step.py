import pytest
import torch
from mmengine.model import BaseModel
from torch import nn

from mmmtl.testing.training_step import training_step, unused_beyond_host


class _Toy(BaseModel):

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.used = nn.Parameter(torch.ones(1))
        self.idle = nn.Parameter(torch.ones(1))
        self.frozen = nn.Parameter(torch.ones(1), requires_grad=False)
        self.scale = scale

    def forward(self, inputs, data_samples=None, mode='loss') -> dict:
        return dict(loss=(self.used * inputs).sum() * self.scale)


def test_names_trainable_parameters_without_a_gradient() -> None:
    assert training_step(_Toy(), torch.ones(2), []) == ['idle']


def test_a_loss_that_is_not_finite_is_an_error() -> None:
    with pytest.raises(FloatingPointError, match='loss is inf'):
        training_step(_Toy(float('inf')), torch.ones(2), [])


def test_a_body_may_leave_unused_what_its_host_does() -> None:
    unused = ['backbone.x', 'decode_head.a', 'task_heads.depth.body.a', 'task_heads.depth.body.b']
    assert unused_beyond_host(unused, ['decode_head.a', 'backbone.x']) == [
        'task_heads.depth.body.b']
