"""Hosts whose heads are more than features → map."""

import pytest
import torch

from mmmtl.models.decode_heads.body import CosineScale, adapt_body_cfg


def test_pointrend_gives_its_coarse_head_to_other_tasks() -> None:
    coarse = dict(type='FPNHead', in_channels=[8], num_classes=19)
    point = dict(type='PointHead', num_classes=19)
    assert adapt_body_cfg([coarse, point], 2) == dict(
        type='FPNHead', in_channels=[8], num_classes=2, out_channels=2, threshold=0.0)
    with pytest.raises(ValueError, match='cannot be built like PointHead.*body of its own'):
        adapt_body_cfg(point, 2)


def test_a_class_presence_output_is_left_out() -> None:
    body = adapt_body_cfg(dict(type='EncHead', num_classes=19, channels=8), 1)
    assert body['use_se_loss'] is False and body['num_classes'] == body['out_channels'] == 1


def test_cosines_vary_by_one_at_the_start() -> None:
    torch.manual_seed(0)
    embeddings = torch.nn.functional.normalize(torch.randn(2, 4096, 64), dim=-1)
    cosines = (embeddings[0] * embeddings[1]).sum(-1, keepdim=True)
    assert CosineScale(1, 64)(cosines).std().item() == pytest.approx(1, abs=0.05)
