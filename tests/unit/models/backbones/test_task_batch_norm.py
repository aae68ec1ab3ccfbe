"""Running statistics per task."""

import torch
from torch import nn

from mmmtl.models.backbones.task_batch_norm import TaskBatchNorm2d, choose_task


def test_each_task_has_what_a_layer_of_its_own_would_have():
    torch.manual_seed(0)
    ours, own = TaskBatchNorm2d(3, 2), [nn.BatchNorm2d(3), nn.BatchNorm2d(3)]
    for step in range(6):
        task = step % 2
        x = torch.randn(4, 3, 5, 5) * (1 + task) + 10 * task
        choose_task([ours], task)
        torch.testing.assert_close(ours(x), own[task](x))
    ours.eval(), [layer.eval() for layer in own]
    for task in (0, 1):
        choose_task([ours], task)
        torch.testing.assert_close(ours.running_mean[task], own[task].running_mean)
        torch.testing.assert_close(ours(x), own[task](x))


def test_state_is_in_the_checkpoint():
    layer, other = TaskBatchNorm2d(3, 2), TaskBatchNorm2d(3, 2)
    layer(torch.randn(4, 3, 5, 5))
    assert not other.load_state_dict(layer.state_dict()).missing_keys
    assert torch.equal(layer.running_var, other.running_var)


def test_a_second_run_keeps_statistics():
    layer = TaskBatchNorm2d(3, 2)
    layer.track_running_stats = False
    layer(torch.randn(4, 3, 5, 5))
    assert not layer.running_mean.any()
