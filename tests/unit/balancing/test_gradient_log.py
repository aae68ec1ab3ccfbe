"""What reaches the log."""

import torch
from mmengine.logging import MessageHub

from mmmtl.balancing import Rows
from mmmtl.balancing.gradient_log import GradientLog


def test_norms_cosines_and_weights():
    hub = MessageHub('test_gradient_log')
    log = GradientLog(['a', 'b', 'c'], hub, interval=2)
    rows = Rows.of(torch.tensor([[3., 4.], [0., 2.]]), tasks=(0, 2))
    log.update(rows, 1)
    log.update(Rows.of(torch.ones(2, 2), tasks=(0, 1)), 2)  # not this time
    log.weights(rows, torch.tensor([0.5, 2.0]), 3)
    found = {key: buffer.current() for key, buffer in hub.log_scalars.items()}
    assert {key: round(value, 6) for key, value in found.items()} == {
        'train/grad_norm/a': 5, 'train/grad_norm/c': 2, 'train/grad_cos/a-c': 0.8,
        'train/balance/a': 0.5, 'train/balance/c': 2}


def test_none():
    hub = MessageHub('test_no_gradient_log')
    GradientLog(['a', 'b'], hub, 0).update(Rows.of(torch.eye(2), tasks=(0, 1)), 1)
    assert not hub.log_scalars
