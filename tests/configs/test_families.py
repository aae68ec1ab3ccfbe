"""A dozen kinds of published model work with three tasks; the sweep runs all of them."""

from typing import Any

import pytest
from mmengine.config import ConfigDict

from mmmtl.testing.mix_in import load_model_cfg, multi_task_cfg, published_configs
from mmmtl.testing.mix_in_check import build_segmentor, check_mix_in, quiet
from mmmtl.testing.overfit import constant_error, overfit
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

# A network that can fit the batch is far below the best constant after these steps; one whose
# head cannot represent real numbers stays there.
OVERFIT = {
    'fcn/fcn_r18-d8_4xb2-80k_cityscapes-512x1024': 60,
    'pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes': 200,  # its own, wide initialisation
    'ocrnet/ocrnet_hr18s_4xb2-40k_cityscapes-512x1024': 60,
    'segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024': 60,
    'segmenter/segmenter_vit-t_mask_8xb1-160k_ade20k-512x512': 60,
}


def test_configs_are_found() -> None:
    configs = published_configs()
    assert len(configs) > 600
    assert set(FAMILIES) | set(OVERFIT) <= set(configs)


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


@pytest.mark.parametrize('name', OVERFIT)
def test_task_heads_learn(name: str) -> None:
    with quiet():
        cfg, _ = load_model_cfg(published_configs()[name])
        model = build_segmentor(multi_task_cfg(cfg))
        inputs, samples = toy_batch((64, 64), model.num_classes)
        curves = overfit(model, inputs, samples, steps=OVERFIT[name])
    for task, head in model.task_heads.items():
        last = sum(curves[task][-5:]) / 5
        assert last < 0.5 * constant_error(head, samples), f'{task}: {last}'
