"""SegNet networks against a functional reference with the authors' names, and published counts."""

import sys

import pytest
import torch
from mmengine.config import ConfigDict

from mmmtl.models.backbones import SegNet, SegNetCrossStitch, SegNetDense, SegNetMTAN
from mmmtl.registry import MODELS
from mmmtl.testing.narrow_segnet import narrow_segnets
from mmmtl.testing.samples import toy_sample
from mmmtl.testing.training_step import check_prediction, training_step

TASKS = ('semantic', 'depth', 'instance')
# Their published parameter counts are in tests/configs/test_mtan_configs.py.
NETWORKS = {
    'split': dict(type='mmmtl.SegNet'),
    'split-wide': dict(type='mmmtl.SegNet', variant='wide'),
    'split-deep': dict(type='mmmtl.SegNet', variant='deep'),
    'dense': dict(type='mmmtl.SegNetDense'),
    'dense, unused': dict(type='mmmtl.SegNetDense', unused_channels=13),
    'cross-stitch': dict(type='mmmtl.SegNetCrossStitch'),
    'cross-stitch, matrix': dict(type='mmmtl.SegNetCrossStitch', units='matrix'),
    'mtan': dict(type='mmmtl.SegNetMTAN'),
}


def model_cfg(backbone: dict, tasks=TASKS, channels: int = 64) -> ConfigDict:
    """A segmentor on a SegNet, with the first tasks of ``TASKS``."""
    body = dict(type='FCNHead', in_channels=channels, in_index=0, channels=channels, num_convs=1,
                concat_input=False, dropout_ratio=0, norm_cfg=None, act_cfg=None)
    heads = dict(depth=dict(type='mmmtl.InverseDepthHead'),
                 instance=dict(type='mmmtl.InstanceVectorHead'))
    return ConfigDict(dict(
        type='mmmtl.MultiTaskSegmentor', backbone=backbone,
        decode_head=dict(type='mmmtl.SemanticHead', num_classes=13,
                         body=dict(num_classes=13, **body)),
        task_heads={name: heads[name] for name in tasks[1:]},
        loss_weighting=dict(type='mmmtl.UncertaintyWeighting'),
        train_cfg=dict(), test_cfg=dict(mode='whole')))


@pytest.mark.parametrize('tasks', [1, 2, 3])
@pytest.mark.parametrize('name', NETWORKS)
def test_every_network_trains_a_step_and_predicts(monkeypatch, name, tasks):
    narrow_segnets(monkeypatch)
    cfg = NETWORKS[name]
    if cfg.get('variant', 'standard') != 'standard':
        segnet = sys.modules['mmmtl.models.backbones.segnet.segnet']
        widths, depth = segnet._VARIANTS['standard']
        wide = {'wide': ((*widths[:-1], 64), 1), 'deep': (widths, 2)}
        monkeypatch.setattr(segnet, '_VARIANTS', wide)
    names = TASKS[:tasks]
    model = MODELS.build(model_cfg(cfg, names, channels=4))
    samples = [toy_sample(37, 50, names, num_classes=13, seed=i) for i in range(2)]
    inputs = torch.randn(2, 3, 37, 50)
    unused = training_step(model, inputs, samples)
    assert not unused
    check_prediction(model, inputs, samples)


@pytest.mark.parametrize('size', [(32, 32), (33, 47), (45, 64), (63, 95)])
@pytest.mark.parametrize('make', [
    lambda: SegNet(), lambda: SegNetMTAN(TASKS), lambda: SegNetDense(TASKS),
    lambda: SegNetCrossStitch(TASKS), lambda: SegNetCrossStitch(TASKS, units='matrix')])
def test_features_have_the_size_of_the_image(monkeypatch, make, size):
    narrow_segnets(monkeypatch)
    network = make().eval()
    features = network(torch.randn(1, 3, *size))
    maps = features if isinstance(features, tuple) else [f[0] for f in features.values()]
    assert all(tuple(m.shape) == (1, 4, *size) for m in maps)
    assert isinstance(features, tuple) or tuple(features) == TASKS


def test_small_images_are_refused(monkeypatch):
    narrow_segnets(monkeypatch)
    with pytest.raises(ValueError, match=r'32 × 32 pixels or more, got \(31, 64\)'):
        SegNet()(torch.zeros(1, 3, 31, 64))


def test_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be one of .*got 'huge'"):
        SegNet('huge')


def test_attention_is_a_mask_over_shared_features(monkeypatch):
    """With masks of one (saturated sigmoids) every task has the shared decoder's features."""
    narrow_segnets(monkeypatch)
    network = SegNetMTAN(TASKS).eval()
    for attention in (*network.encoder_attention, *network.decoder_attention):
        for mask in attention.values():
            torch.nn.init.constant_(mask[4].bias, 100.)
    plain = SegNet().eval()
    plain.encoder.load_state_dict(network.encoder.state_dict())
    plain.decoder.load_state_dict(network.decoder.state_dict())
    image = torch.randn(1, 3, 64, 64)
    expected = plain(image)[0]
    for features in network(image).values():
        torch.testing.assert_close(features[0], expected)


def test_shared_attention_norms_see_one_task_at_a_time(monkeypatch):
    narrow_segnets(monkeypatch)
    network = SegNetMTAN(TASKS).train()
    network(torch.randn(2, 3, 32, 32))
    assert network.encoder_shared[0][1].num_batches_tracked == 3
    assert network.encoder_attention[0]['depth'][1].num_batches_tracked == 1
    assert network.encoder[0][0][1].num_batches_tracked == 1


@pytest.mark.parametrize('name', ['split', 'dense', 'cross-stitch', 'mtan'])
def test_initialisation_is_the_authors(monkeypatch, name):
    """Xavier, in backbones and in all heads: normal, or uniform for dense and cross-stitch."""
    narrow_segnets(monkeypatch)
    torch.manual_seed(0)
    uniform = name in ('dense', 'cross-stitch')
    drawn = []
    for kind in ('normal', 'uniform'):
        draw = getattr(torch.nn.init, f'xavier_{kind}_')

        def note(tensor, gain=1., kind=kind, draw=draw):
            draw(tensor, gain)
            drawn.append((kind, gain, tensor.detach().clone()))
            return tensor

        monkeypatch.setattr(torch.nn.init, f'xavier_{kind}_', note)
    cfg = model_cfg(NETWORKS[name], channels=4)
    cfg.decode_head.body.init_cfg = dict(
        type='Xavier', layer='Conv2d', distribution='uniform' if uniform else 'normal')
    model = MODELS.build(cfg)
    model.init_weights()
    scaled = []
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d) and module.weight.requires_grad:
            assert not module.bias.any()
            weight, area = module.weight.detach(), module.kernel_size[0]**2
            std = (2 / (area * (module.in_channels + module.out_channels)))**0.5
            assert [(kind, gain) for kind, gain, one in drawn if torch.equal(one, weight)] == [
                ('uniform' if uniform else 'normal', 1)]
            scaled.append(weight.flatten() / std)
    scaled = torch.cat(scaled)
    # of n draws the deviation is known to a share of 1 / sqrt(2 n)
    assert scaled.std() == pytest.approx(1, rel=8 / (2 * scaled.numel())**0.5)
    assert (scaled.abs().max() <= 3**0.5 + 1e-5) == uniform
