"""A dozen kinds of published model work with three tasks; the sweep runs all of them."""

from typing import Any

import pytest
import torch
from mmengine.config import ConfigDict
from torch import nn

from mix_in_check import build_segmentor, check_mix_in, quiet
from mmmtl.models.decode_heads.base_task_head import BaseTaskHead
from mmmtl.testing.head_fit import fit_error
from mmmtl.testing.mix_in import load_model_cfg, multi_task_cfg, published_configs
from mmmtl.testing.toy_batch import toy_batch

# What is particular about each: how features reach the head, or what the head returns.
FAMILIES = {
    'fcn/fcn_r18-d8_4xb2-80k_cityscapes-512x1024': 'auxiliary head',
    'pspnet/pspnet_r18-d8_4xb2-80k_cityscapes-512x1024': 'pooling to 1 x 1',
    'deeplabv3plus/deeplabv3plus_r18-d8_4xb2-80k_cityscapes-512x1024': 'two features',
    'ocrnet/ocrnet_hr18s_4xb2-40k_cityscapes-512x1024': 'cascade of two heads',
    'pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes': 'three maps, one of them a boundary',
    'ddrnet/ddrnet_23-slim_in1k-pre_2xb6-120k_cityscapes-1024x1024': 'two maps while training',
    'encnet/encnet_r50-d8_4xb2-40k_cityscapes-512x1024': 'a map and a vector',
    'danet/danet_r50-d8_4xb2-40k_cityscapes-512x1024': 'three maps always',
    'knet/knet-s3_r50-d8_fcn_8xb2-adamw-80k_ade20k-512x512': 'a map per stage, a kernel per class',
    'segmenter/segmenter_vit-t_mask_8xb1-160k_ade20k-512x512': 'normalises over classes',
    'segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024': 'four features of a transformer',
    'bisenetv2/bisenetv2_fcn_4xb4-160k_cityscapes-1024x1024': 'four auxiliary heads',
    'stdc/stdc1_in1k-pre_4xb12-80k_cityscapes-512x1024': 'an auxiliary head of another kind',
    'mobilenet_v2/mobilenet-v2-d8_fcn_4xb2-80k_cityscapes-512x1024': 'a mobile backbone',
}

# Layers by which a head's map is fitted: the last of each, where it is not `conv_seg`.
LAST = {
    'ocrnet': ['body.1.conv_seg'],
    'knet': ['body.kernel_update_head.2.fc_mask'],
    'segmenter': ['body.patch_proj', 'body.classes_proj', 'body.mask_norm'],
}


def test_configs_are_found() -> None:
    configs = published_configs()
    assert len(configs) > 600
    assert set(FAMILIES) <= set(configs)


def _use_resnet18(model: ConfigDict) -> None:
    """Put ResNet-18 where a published model has ResNet-50: a third of the time, the same heads."""
    if model.backbone.get('depth') == 50:
        model.backbone.depth = 18
        _quarter_inputs([model.decode_head, model.get('auxiliary_head')])


def _quarter_inputs(node: Any) -> None:
    if isinstance(node, dict):
        if 'in_index' in node:
            wide = node['in_channels']
            node['in_channels'] = wide // 4 if isinstance(wide, int) else [c // 4 for c in wide]
        for value in node.values():
            _quarter_inputs(value)
    elif isinstance(node, list):
        for value in node:
            _quarter_inputs(value)


@pytest.mark.parametrize('name', FAMILIES)
def test_a_step_and_a_prediction(name: str) -> None:
    result = check_mix_in(name, published_configs()[name], change=_use_resnet18)
    assert result.works_alone, result.host_reason
    assert result.works, result.reason


def _model_and_features(name: str) -> tuple[nn.Module, Any]:
    with quiet():
        cfg, _ = load_model_cfg(published_configs()[name])
        _use_resnet18(cfg)
        model = build_segmentor(multi_task_cfg(cfg)).double().eval()
        images, _ = toy_batch((32, 32), model.num_classes)
        with torch.no_grad():
            return model, model.extract_feat(images.double())


def _fit_error(head: BaseTaskHead, features: Any, name: str) -> float:
    """The larger of those for the toy labels and for ten times their negative."""
    with torch.no_grad():
        size = head(features).shape[-2:]
    _, samples = toy_batch(size, num_classes=5)
    labels = torch.stack([sample.get(head.target_field).data for sample in samples])
    target = head.encode(labels).double()
    layers = LAST.get(name.partition('/')[0], ['body.conv_seg'])
    return max(fit_error(head, features, factor * target, layers) for factor in (1, -10))


# Without pretrained weights, and with normalisation that has seen nothing, the features of
# MobileNet vanish; its head is that of FCN.
@pytest.mark.parametrize('name', [name for name in FAMILIES if 'mobilenet' not in name])
def test_task_heads_give_any_real_map(name: str) -> None:
    model, features = _model_and_features(name)
    for task, head in model.task_heads.items():
        assert _fit_error(head, features, name) < 1e-3, task


def test_the_mask_head_of_segmenter_as_published_cannot() -> None:
    name = next(name for name in FAMILIES if 'segmenter' in name)
    model, features = _model_and_features(name)
    for head in model.task_heads.values():
        head.body.mask_norm = nn.LayerNorm(head.out_channels).double()
        assert _fit_error(head, features, name) > 0.3
