"""Recording and drawing of attention."""

import numpy as np
import pytest
import torch

from mmmtl.models.backbones import MTAN, MTANWideResNet
from mmmtl.visualization.attention import (
    StageAttention,
    draw_channels,
    draw_masks,
    record_attention,
)

TASKS = ('semantic', 'depth')
BACKBONE = dict(type='MobileNetV2', widen_factor=0.1, out_indices=(1, 2, 4, 6))


@pytest.fixture
def network():
    torch.manual_seed(0)
    return MTAN(BACKBONE, TASKS).eval()


@torch.no_grad()
def test_recorded_maps_are_those_of_the_forward_pass(network):
    image = torch.randn(2, 3, 64, 96)
    with record_attention(network) as stages:
        features = network(image)
    assert list(stages) == ['0', '1', '2', '3']
    for number, stage in enumerate(stages.values()):
        assert tuple(stage.masks) == TASKS
        for task, mask in stage.masks.items():
            assert mask.min() > 0 and mask.max() < 1
            expected = features[task][number][0].numpy()
            np.testing.assert_allclose(mask * stage.shared, expected, rtol=1e-4, atol=1e-6)
            np.testing.assert_array_equal(stage.features[task], expected)


@torch.no_grad()
def test_features_are_those_of_each_task_where_statistics_are_too():
    network = MTANWideResNet(TASKS, depth=10, widen_factor=1).eval()
    for layer in network._task_norms:
        layer.running_mean.copy_(torch.randn_like(layer.running_mean))
    with record_attention(network) as stages:
        dict(network(torch.randn(1, 3, 32, 32)).items())
    for name, stage in stages.items():
        if name != '0':  # the stem has no normalisation
            other = stage.masks['depth'] * stage.shared
            assert np.abs(stage.features['depth'] - other).max() > 1e-3  # its own trunk map
        np.testing.assert_allclose(stage.features['semantic'],
                                   stage.masks['semantic'] * stage.shared, rtol=1e-5, atol=1e-6)


@torch.no_grad()
def test_nothing_is_left_in_the_network(network):
    with record_attention(network) as stages:
        pass
    network(torch.randn(1, 3, 64, 64))
    assert not stages
    assert not any(module._forward_hooks for module in network.modules())


def test_stages_of_two_parts_keep_their_names():
    model = torch.nn.ModuleDict({'backbone': torch.nn.ModuleDict({
        part: torch.nn.ModuleList([MTAN(BACKBONE, TASKS).attention[0]])
        for part in ('encoder', 'decoder')})})
    first = model['backbone']['encoder'][0]
    seen = torch.randn(1, first['depth'][0].in_channels, 4, 4)
    shared = torch.randn(1, first['depth'][3].out_channels, 4, 4)
    model.eval()
    with record_attention(model) as stages:
        first('depth', seen, shared)
    assert list(stages) == ['encoder.0']


def test_pictures_show_values_by_colour_and_number():
    image = np.zeros((60, 80, 3), np.uint8)
    ramp = np.linspace(0, 1, 12, dtype=np.float32).reshape(1, 3, 4)
    masks = {'semantic': ramp, 'depth': 1 - ramp}
    stage = StageAttention(masks, {task: mask * ramp for task, mask in masks.items()}, ramp)
    masks = draw_masks(image, {'0': stage, '1': stage})
    assert masks.dtype == np.uint8 and masks.shape[1] == 2 * 246  # two stages beside each other
    row = masks.shape[0] // 2  # within the first task's row or the next: not paper only
    assert len(np.unique(masks[row:row + 60].reshape(-1, 3), axis=0)) > 3
    channels = draw_channels(image, stage, 1)
    assert channels.shape[1] == 5 * 246  # shared, two masks, two products


def test_the_channels_shown_are_those_in_which_tasks_differ():
    shared = np.ones((3, 4, 4), np.float32)
    a, b = np.full((3, 4, 4), 0.5, np.float32), np.full((3, 4, 4), 0.5, np.float32)
    b[2] = 0.9
    stage = StageAttention({'a': a, 'b': b}, {'a': a, 'b': b}, shared)
    turned = {'a': a[[2, 0, 1]], 'b': b[[2, 0, 1]]}
    same = StageAttention(turned, turned, shared)
    image = np.zeros((40, 40, 3), np.uint8)
    one = draw_channels(image, stage, 1)
    assert one.shape == draw_channels(image, same, 1).shape
    assert (one != draw_channels(image, same, 1)).any()  # channel 2 and channel 0 by name
    body, other = one[-60:], draw_channels(image, same, 1)[-60:]
    np.testing.assert_array_equal(body, other)
