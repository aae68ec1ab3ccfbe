"""MTAN and cross-stitch around backbones; stages of backbones; a neck per task."""

import copy

import pytest
import torch

from mmmtl.models.backbones import MTAN, CrossStitch
from mmmtl.models.backbones.stages import channels_of, run, split_stages
from mmmtl.models.necks import PerTaskNeck
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.testing.training_step import check_prediction, training_step

TASKS = ('semantic', 'instance', 'depth')
NORM = dict(type='BN')
BACKBONES = {
    'resnet': dict(type='ResNet', depth=18, base_channels=8, norm_cfg=NORM),
    'resnet50-d8': dict(type='ResNetV1c', depth=50, base_channels=4, stem_channels=4,
                        dilations=(1, 1, 2, 4), strides=(1, 2, 1, 1), norm_cfg=NORM),
    'resnet-last': dict(type='ResNet', depth=18, base_channels=8, out_indices=(3, ),
                        norm_cfg=NORM),
    'mobilenet': dict(type='MobileNetV2', widen_factor=0.25, out_indices=(1, 2, 4, 6)),
    'mobilenet-odd': dict(type='MobileNetV2', widen_factor=0.25, out_indices=(0, 3)),
    'lite0': dict(type='mmmtl.EfficientNetLite'),
}


def build_eval(cfg):
    """A backbone in evaluation mode; ``train`` of mmseg's returns nothing."""
    backbone = MODELS.build(cfg)
    backbone.eval()
    return backbone


@pytest.mark.parametrize('name', BACKBONES)
def test_stages_give_what_the_backbone_gives(name):
    torch.manual_seed(0)
    backbone = build_eval(BACKBONES[name])
    image = torch.randn(1, 3, 61, 70)
    parts = split_stages(backbone)
    x = parts.stem(image)
    maps = []
    for stage in parts.stages:
        x = run(stage, x)
        maps.append(x)
    expected = backbone(image)
    expected = expected if isinstance(expected, tuple) else (expected, )
    for number, wanted in zip(parts.outputs, expected, strict=True):
        torch.testing.assert_close(maps[number], wanted, rtol=0, atol=0)


def test_channels_are_found_without_touching_statistics():
    backbone = MODELS.build(BACKBONES['lite0'])
    before = copy.deepcopy(backbone.state_dict())
    assert channels_of(backbone) == [(24, 24), (40, 40), (112, 112), (192, 320)]
    assert backbone.training
    assert all(torch.equal(before[k], v) for k, v in backbone.state_dict().items())


def test_other_backbones_are_refused_with_the_known_ones():
    with pytest.raises(ValueError, match='MixVisionTransformer cannot be taken apart.*MobileNetV2'):
        split_stages(MODELS.build(dict(type='MixVisionTransformer')))
    with pytest.raises(ValueError, match='ascending'):
        split_stages(MODELS.build(dict(type='mmmtl.EfficientNetLite', out_indices=(3, 0))))


@pytest.mark.parametrize('name', BACKBONES)
@pytest.mark.parametrize('wrapper', [MTAN, CrossStitch])
def test_wrapped_features_have_the_backbones_shapes(name, wrapper):
    wrapped = wrapper(BACKBONES[name], TASKS).eval()
    image = torch.randn(1, 3, 61, 70)
    plain = build_eval(BACKBONES[name])(image)
    plain = plain if isinstance(plain, tuple) else (plain, )
    features = wrapped(image)
    assert tuple(features) == TASKS
    for maps in features.values():
        assert [m.shape for m in maps] == [m.shape for m in plain]


def test_mtan_with_open_masks_is_the_backbone():
    wrapped = MTAN(BACKBONES['lite0'], TASKS).eval()
    for stage in wrapped.attention:
        for mask in stage.values():
            torch.nn.init.constant_(mask[4].bias, 100.)
    image = torch.randn(1, 3, 64, 96)
    expected = wrapped.backbone(image)
    for maps in wrapped(image).values():
        for found, wanted in zip(maps, expected, strict=True):
            torch.testing.assert_close(found, wanted)


def test_cross_stitch_with_identity_is_separate_backbones():
    wrapped = CrossStitch(BACKBONES['mobilenet'], TASKS).eval()
    for unit in wrapped.units:
        unit.weight.data = torch.eye(3)
    image = torch.randn(1, 3, 64, 96)
    features = wrapped(image)
    for task in TASKS:
        expected = wrapped.backbones[task](image)
        for found, wanted in zip(features[task], expected, strict=True):
            torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize('neck', ['shared', 'own'])
@pytest.mark.parametrize('wrapper', ['MTAN', 'CrossStitch'])
def test_in_the_segmentor(wrapper, neck):
    cfg = toy_model_cfg()
    cfg.backbone = dict(type=f'mmmtl.{wrapper}', backbone=cfg.backbone)
    if neck == 'own':
        cfg.neck = dict(type='mmmtl.PerTaskNeck', neck=cfg.neck)
    model = MODELS.build(cfg)
    assert model.backbone.tasks == TASKS
    samples = [toy_sample(seed=i) for i in range(2)]
    inputs = torch.randn(2, 3, 32, 64)
    assert not training_step(model, inputs, samples)
    check_prediction(model, inputs, samples)


def test_neck_per_task_over_shared_features():
    neck = PerTaskNeck(dict(type='mmmtl.TopDownFPN', in_channels=[4, 8], channels=4), TASKS)
    maps = [torch.randn(2, 4, 8, 8), torch.randn(2, 8, 4, 4)]
    out = neck(maps)
    assert tuple(out) == TASKS and neck.num_outs == 1
    torch.testing.assert_close(out['depth'], neck.necks['depth'](maps))


def test_other_tasks_than_the_heads_are_refused():
    cfg = toy_model_cfg()
    cfg.backbone = dict(type='mmmtl.MTAN', tasks=['semantic', 'normal'], backbone=cfg.backbone)
    with pytest.raises(ValueError, match=r"MTAN has tasks=\['semantic', 'normal'\], but the heads"):
        MODELS.build(cfg)


@pytest.mark.parametrize('how', ['pretrained', 'init_cfg'])
@pytest.mark.parametrize('wrapper', ['MTAN', 'CrossStitch'])
def test_weights_reach_the_backbones_within(tmp_path, wrapper, how):
    """``pretrained`` of mmseg's segmentors, or the backbone's own ``init_cfg``."""
    cfg = toy_model_cfg()
    weights = {key: torch.full_like(value, 0.125) if value.is_floating_point() else value
               for key, value in MODELS.build(cfg.backbone).state_dict().items()}
    path = str(tmp_path / 'weights.pth')
    torch.save(weights, path)
    if how == 'pretrained':
        cfg.pretrained = path
    else:
        cfg.backbone.init_cfg = dict(type='Pretrained', checkpoint=path)
    cfg.backbone = dict(type=f'mmmtl.{wrapper}', backbone=cfg.backbone)
    model = MODELS.build(cfg)
    model.init_weights()
    inner = model.backbone.backbones.values() if wrapper == 'CrossStitch' else [
        model.backbone.backbone]
    for backbone in inner:
        for key, value in backbone.state_dict().items():
            assert torch.equal(value, weights[key]), key


@pytest.mark.parametrize('wrapper', [MTAN, CrossStitch])
def test_stages_behind_the_last_output_add_no_parameter(wrapper):
    """DistributedDataParallel stops at parameters without a gradient."""
    cfg = dict(BACKBONES['resnet'], num_stages=2, strides=(1, 2), dilations=(1, 1))
    few, all_built = (wrapper(dict(cfg, out_indices=(0, 1)), TASKS),
                      wrapper(dict(BACKBONES['resnet'], out_indices=(0, 1)), TASKS))

    def own(network):
        return sum(p.numel() for name, p in network.named_parameters()
                   if not name.startswith(('backbone.', 'backbones.')))

    assert own(few) == own(all_built) > 0
    sum(m.mean() for maps in few(torch.randn(2, 3, 32, 32)).values() for m in maps).backward()
    assert all(p.grad is not None for p in few.parameters())


def test_masks_have_the_normalisation_of_the_backbone():
    cfg = dict(BACKBONES['resnet'], norm_cfg=dict(type='GN', num_groups=2))
    names = {type(m).__name__ for m in MTAN(cfg, TASKS).modules()}
    assert 'GroupNorm' in names and 'BatchNorm2d' not in names


@pytest.mark.parametrize('cfg', [
    dict(type='mmmtl.MTAN', backbone=BACKBONES['lite0']),
    dict(type='mmmtl.CrossStitch', backbone=BACKBONES['lite0']),
    dict(type='mmmtl.PerTaskNeck', neck=dict(type='mmmtl.TopDownFPN', in_channels=[4])),
    *(dict(type=f'mmmtl.SegNet{kind}') for kind in ('MTAN', 'Dense', 'CrossStitch'))],
    ids=lambda cfg: cfg['type'])
def test_without_tasks_the_remedy_is_named(cfg):
    with pytest.raises(ValueError, match="tasks are missing.*type='mmmtl.MultiTaskSegmentor'"):
        MODELS.build(cfg)
