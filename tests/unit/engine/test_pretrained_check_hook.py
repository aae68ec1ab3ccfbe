"""Pretrained weights of which nothing fits are refused while they are loaded."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.model import BaseModule
from mmengine.runner import load_checkpoint

from mmmtl.engine import PretrainedCheckHook
from mmmtl.registry import MODELS


class Network(BaseModule):
    def __init__(self, backbone, init_cfg=None):
        super().__init__(init_cfg)
        self.backbone = backbone


def initialise(model):
    hook, runner = PretrainedCheckHook(), SimpleNamespace(model=model)
    hook.before_run(runner)
    model.init_weights()
    hook.before_train(runner)
    assert not any(module._load_state_dict_pre_hooks for module in model.modules())


def mobilenet(path, **cfg):
    return MODELS.build(dict(
        type='MobileNetV2', widen_factor=0.1, out_indices=(1, ),
        init_cfg=dict(type='Pretrained', checkpoint=str(path), **cfg)))


@pytest.mark.parametrize('prefix', ['', 'backbone.'])
def test_what_fits_is_loaded(tmp_path, prefix):
    path, other = tmp_path / 'x.pth', mobilenet('')
    torch.save({prefix + key: value + 1 for key, value in other.state_dict().items()}, path)
    model = Network(mobilenet(path, **(dict(prefix=prefix) if prefix else {})))
    initialise(model)
    key = 'conv1.conv.weight'
    assert torch.equal(model.backbone.state_dict()[key], other.state_dict()[key] + 1)


@pytest.mark.parametrize('state, cfg, message', [
    (dict(foo=(3, )), {}, r'init_cfg of backbone: nothing of .*x.pth fits MobileNetV2: it has foo '
                          r'\(3,\), wanted are conv1.conv.weight'),
    ({'conv1.conv.weight': (4, 3, 3, 3)}, {}, r'it has conv1.conv.weight \(4, 3, 3, 3\)'),
    ({'backbone.conv1.conv.weight': (8, 3, 3, 3)}, {}, 'or the prefix under which'),
    ({'head.conv1.conv.weight': (3, 3, 3, 3)}, dict(prefix='head.'), r"x.pth \(prefix='head.'\)")])
def test_what_does_not_fit_is_refused(tmp_path, state, cfg, message):
    """Even though MobileNetV2's layers initialise themselves, so that parameters change."""
    path = tmp_path / 'x.pth'
    torch.save({key: torch.zeros(shape) for key, shape in state.items()}, path)
    with pytest.raises(ValueError, match=message):
        initialise(Network(mobilenet(path, **cfg)))


def test_renamed_keys_count_as_the_backbone_reads_them(tmp_path):
    """mmseg's Swin takes 'backbone.' away."""
    cfg = dict(type='SwinTransformer', embed_dims=12, depths=(1, 1, 1, 1), num_heads=(1, 1, 1, 1))
    torch.save(dict(model={'backbone.stages.0.blocks.0.norm1.weight': torch.full((12, ), 5.)}),
               tmp_path / 'x.pth')
    swin = MODELS.build(dict(cfg, init_cfg=dict(
        type='Pretrained', checkpoint=str(tmp_path / 'x.pth'))))
    initialise(Network(swin))
    assert swin.stages[0].blocks[0].norm1.weight[0] == 5


def test_a_checkpoint_of_the_whole_model_is_not_the_backbones(tmp_path):
    model = Network(mobilenet(tmp_path / 'never_read.pth'))
    hook = PretrainedCheckHook()
    hook.before_run(SimpleNamespace(model=model))
    torch.save(dict(state_dict=dict(head=torch.zeros(1))), tmp_path / 'x.pth')
    load_checkpoint(model, str(tmp_path / 'x.pth'), strict=False)
