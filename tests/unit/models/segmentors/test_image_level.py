"""Image-level heads in the segmentor: beside dense ones, and alone with features per task."""

import re

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData
from mmseg.structures import SegDataSample
from torch.optim import SGD

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.models import MultiTaskTTAModel
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.testing.training_step import training_step

init_default_scope('mmseg')
INPUTS = torch.randn(2, 3, 32, 64, generator=torch.Generator().manual_seed(0))


def dense_and_image(**changes):
    cfg = toy_model_cfg(**changes)
    channels = MODELS.build(cfg).decode_head.in_channels
    channels = channels if isinstance(channels, int) else channels[-1]
    cfg['task_heads'] |= dict(
        age=dict(type='mmmtl.ImageRegressionHead', in_channels=channels,
                 in_index=cfg['decode_head'].get('in_index', -1)),
        breed=dict(type='mmmtl.ImageClassificationHead', num_classes=3, in_channels=channels,
                   in_index=cfg['decode_head'].get('in_index', -1)))
    torch.manual_seed(0)
    return MODELS.build(cfg)


def label(sample, **labels):
    sample.set_data({f'gt_{name}': LabelData(item=torch.tensor([value]))
                     for name, value in labels.items()})
    return sample


def domains(**changes):
    head = dict(type='mmmtl.ImageClassificationHead', in_channels=64, num_classes=3)
    torch.manual_seed(0)
    return MODELS.build(ConfigDict(
        type='mmmtl.MultiTaskSegmentor',
        data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
        backbone=dict(type='mmmtl.MTANWideResNet', depth=10, widen_factor=1),
        decode_head=dict(head, field='a'), task_heads=dict(b=dict(head), c=dict(head)),
        train_cfg={}, test_cfg=dict(mode='whole'), **changes))


def images(task, n=2):
    meta = dict(tasks=[task], img_shape=(32, 64), ori_shape=(32, 64), pad_shape=(32, 64))
    return [label(SegDataSample(metainfo=meta), **{task: i % 3}) for i in range(n)]


# -- beside dense heads --------------------------------------------------------------------------
def test_labels_may_be_missing_of_any_head_and_every_parameter_gets_a_gradient():
    model = dense_and_image()
    for labels in (dict(age=3.0), dict(breed=1), {}):
        samples = [label(toy_sample(), **labels), toy_sample(seed=1)]
        assert not training_step(model, INPUTS, samples)
        losses = model.loss(INPUTS, samples)
        for name in ('age', 'breed'):
            assert (f'raw/{name}' in losses) == (name in labels)
            assert (losses[f'loss_{name}'] != 0) == (name in labels)


@pytest.mark.parametrize('test_cfg', [
    dict(mode='whole'), dict(mode='slide', crop_size=(32, 32), stride=(32, 32))],
    ids=['whole', 'slide'])
def test_dense_maps_stay_and_images_are_judged_as_a_whole(test_cfg):
    model = dense_and_image(test_cfg=test_cfg).eval()
    runs = []
    model.backbone.register_forward_hook(lambda *_: runs.append(1))
    with torch.no_grad():
        found = model.predict(INPUTS, [toy_sample(), toy_sample(seed=1)])
        number = len(runs)
        features = model.extract_feat(INPUTS)
        head = model.heads['age']
        torch.testing.assert_close(
            torch.stack([s.pred_age.item for s in found]), head.decode(head(features)))
        dense = {name: model.task_heads.pop(name) for name in ('age', 'breed')}
        alone = model.predict(INPUTS, [toy_sample(), toy_sample(seed=1)])
    assert number == (1 if test_cfg['mode'] == 'whole' else 3)  # two windows and the whole
    assert torch.equal(found[1].seg_logits.data, alone[1].seg_logits.data)
    assert dense and 'pred_age' not in alone[0] and found[0].pred_breed.scores.shape == (3, )


def test_predictions_without_samples_and_raw_outputs():
    model = dense_and_image().eval()
    with torch.no_grad():
        assert model.predict(INPUTS)[0].pred_age.item.shape == (1, )
        assert model(INPUTS, mode='tensor')['breed'].shape == (2, 3)


def test_augmented_versions_are_averaged():
    module = dense_and_image().eval()
    model = MultiTaskTTAModel(module=module)
    versions = [module.predict(x, [toy_sample()])[0] for x in (INPUTS[:1], INPUTS[1:])]
    ages = [v.pred_age.item.clone() for v in versions]
    merged, = model.merge_preds([versions])
    torch.testing.assert_close(merged.pred_age.item, (ages[0] + ages[1]) / 2)


def test_in_index_is_checked():
    cfg = toy_model_cfg()
    cfg['task_heads'] |= dict(age=dict(
        type='mmmtl.ImageRegressionHead', in_channels=4, in_index=7))
    with pytest.raises(ValueError, match="ImageRegressionHead of task 'age' has in_index=7"):
        MODELS.build(cfg)


# -- alone, each task with its own features and images -------------------------------------------
def test_names_of_tasks_reach_the_backbone():
    assert domains().backbone.tasks == ['a', 'b', 'c']


def of_another(name):
    """Whether a parameter is of the attention of tasks a or c."""
    return re.match(r'backbone\.attention\.\d\.[ac]\.', name) is not None


def test_a_step_of_one_task_runs_and_changes_only_its_own_parts():
    model = domains()
    before = {key: value.clone() for key, value in model.named_buffers()}
    assert not training_step(model, INPUTS, images('b'))
    for name, parameter in model.named_parameters():
        foreign = of_another(name) or name.startswith(('decode_head', 'task_heads.c'))
        assert not foreign or not parameter.grad.any(), name
    for name, value in model.named_buffers():
        if of_another(name):
            assert torch.equal(value, before[name]), name


def test_a_step_without_any_label_still_has_gradients_of_zero():
    model = domains()
    samples = [SegDataSample(metainfo=dict(img_shape=(32, 64))) for _ in range(2)]
    assert not training_step(model, INPUTS, samples)
    assert not any(p.grad.any() for p in model.parameters())


@pytest.mark.parametrize('weighting', ['FixedWeighting', 'UncertaintyWeighting',
                                       'DynamicWeightAverage'])
def test_alternating_batches_with_weightings(weighting):
    options = dict(interval=3) if weighting == 'DynamicWeightAverage' else {}
    model = domains(loss_weighting=dict(type=weighting, **options)).train()
    optimizer = SGD(model.parameters(), 0.1)
    for step in range(9):
        task = 'abc'[step % 3]
        losses = model.loss(INPUTS, images(task))
        absent = [losses[f'loss_{name}'] for name in 'abc' if name != task]
        assert all(value == 0 for value in absent)
        total, _ = model.parse_losses(losses)
        optimizer.zero_grad()
        total.backward()
        if weighting == 'UncertaintyWeighting':
            variances = model.loss_weighting.log_vars
            assert [bool(variances[name].grad) for name in 'abc'] == [n == task for n in 'abc']
        optimizer.step()
    assert total.isfinite()


def test_alternating_batches_with_a_balancer():
    model = domains().train()
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), 0.1), balancer=dict(type='UPGrad'),
                                    accumulative_counts=3)
    for step in range(6):
        with wrapper.optim_context(model):
            losses = model(INPUTS, images('abc'[step % 3]), mode='loss')
        total, _ = model.parse_losses(losses)
        wrapper.update_params(total)
    layout = wrapper._gradients.layout
    shared = {wrapper._gradients.names[i] for i in layout.shared}
    expected = {name for name, _ in model.named_parameters()
                if name.startswith(('backbone.trunk', 'backbone.shared_attention'))}
    assert shared == expected


def test_only_the_tasks_of_the_images_are_predicted():
    model = domains().eval()
    with torch.no_grad():
        mixed = model.predict(INPUTS, [*images('a', 1), *images('c', 1)])
        unsaid = model.predict(INPUTS)
    assert 'pred_a' in mixed[0] and 'pred_c' not in mixed[0] and 'pred_b' not in mixed[1]
    torch.testing.assert_close(mixed[1].pred_c.scores, unsaid[1].pred_c.scores)
    assert all(f'pred_{name}' in unsaid[0] for name in 'abc')
