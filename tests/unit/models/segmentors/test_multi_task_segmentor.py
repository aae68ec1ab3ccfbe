"""The segmentor: mmseg's numbers for the semantic task, right terms for all, nothing lost."""

from unittest.mock import patch

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import MessageHub
from mmengine.model import BaseModule
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS as MMSEG_MODELS

from mmmtl.models import MultiTaskSegmentor
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

init_default_scope('mmseg')
ALL = ('semantic', 'instance', 'depth')


def build(**changes) -> MultiTaskSegmentor:
    torch.manual_seed(0)
    MessageHub.get_current_instance().update_info('epoch', 0)
    return MODELS.build(toy_model_cfg(**changes))


def images(n=2, height=32, width=64):
    return torch.randn(n, 3, height, width, generator=torch.Generator().manual_seed(1))


def backward(model, losses):
    total, logs = model.parse_losses(losses)
    total.backward()
    return total, logs


@pytest.fixture(autouse=True)
def restore_message_hub():
    yield
    MessageHub.get_current_instance().update_info('epoch', 0)


def test_one_head_computes_what_mmseg_computes():
    cfg = toy_model_cfg()
    cfg.pop('task_heads')
    ours = MODELS.build(cfg)
    theirs = MMSEG_MODELS.build(ConfigDict(cfg, type='EncoderDecoder'))
    assert theirs.load_state_dict(ours.state_dict()) and ours.train() and theirs.train()
    samples = [toy_sample(), toy_sample(seed=1)]
    a, b = ours.loss(images(), samples), theirs.loss(images(), samples)
    assert a['loss_semantic'] == b['decode.loss_ce']
    ours.eval(), theirs.eval()
    with torch.no_grad():
        p, q = ours.predict(images(), samples), theirs.predict(images(), samples)
    assert torch.equal(p[0].seg_logits.data, q[0].seg_logits.data)
    assert torch.equal(p[1].pred_sem_seg.data, q[1].pred_sem_seg.data)


def test_total_is_the_weighted_sum_and_logs_are_not_added():
    model = build(loss_weighting=dict(
        type='FixedWeighting', weights=dict(semantic=1.0, instance=0.1, depth=0.5)))
    losses = model.loss(images(), [toy_sample(), toy_sample(seed=1)])
    total, logs = model.parse_losses(losses)
    expected = sum(w * losses[f'raw/{t}'] for t, w in zip(ALL, (1.0, 0.1, 0.5), strict=True))
    assert total.item() == pytest.approx(expected.item(), rel=1e-6)
    assert logs['weight/instance'].item() == pytest.approx(0.1)


def test_uncertainty_shows_log_variances_and_they_are_trained():
    model = build(loss_weighting=dict(type='UncertaintyWeighting', init=0.5))
    _, logs = backward(model, model.loss(images(), [toy_sample(), toy_sample()]))
    assert {f'log_var/{t}' for t in ALL} <= set(logs)
    assert all(p.grad is not None for p in model.loss_weighting.parameters())
    assert model.loss_weighting.tasks == dict(
        semantic='classification', instance='regression', depth='regression')


@pytest.mark.parametrize('absent', [*ALL, None])
def test_absent_task_has_zero_loss_and_zero_gradients(absent):
    model = build(loss_weighting=dict(type='UncertaintyWeighting', init=1.0)).train()
    tasks = [t for t in ALL if t != absent] if absent else []
    losses = model.loss(images(), [toy_sample(tasks=tasks), toy_sample(tasks=tasks)])
    backward(model, losses)
    assert all(p.grad is not None for p in model.parameters())
    for task in [absent] if absent else ALL:
        assert losses[f'loss_{task}'].item() == 0
        assert f'raw/{task}' not in losses
        assert all(not p.grad.any() for p in model.heads[task].parameters())
        assert model.loss_weighting.log_vars[task].grad.item() == 0
    for task in tasks:
        assert any(p.grad.any() for p in model.heads[task].parameters())


def test_frame_without_a_label_does_not_enter_the_task():
    """A batch of one labelled and one unlabelled frame has the labelled frame's depth loss."""
    model = build().eval()
    both = model.loss(images(), [toy_sample(), toy_sample(tasks=['semantic'])])
    alone = model.loss(images()[:1], [toy_sample()])
    assert both['raw/depth'].item() == pytest.approx(alone['raw/depth'].item(), rel=1e-5)
    assert both['raw/instance'].item() == pytest.approx(alone['raw/instance'].item(), rel=1e-5)


@pytest.mark.parametrize('labelled', [1, 2])
@pytest.mark.parametrize('avg_non_ignore', [True, False])
def test_unlabelled_frames_change_no_semantic_loss(labelled, avg_non_ignore):
    head = toy_model_cfg()['decode_head'] | dict(
        loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=avg_non_ignore))
    model = build(decode_head=head, auxiliary_head=[head]).eval()
    samples = [toy_sample(seed=i) for i in range(labelled)]
    extra = [toy_sample(tasks=['depth'])] * 2
    both = model.loss(images(labelled + 2), samples + extra)
    alone = model.loss(images(labelled + 2)[:labelled], samples)
    assert both['raw/semantic'].item() == pytest.approx(alone['raw/semantic'].item(), rel=1e-5)


def test_one_labelled_frame_passes_a_head_that_pools_to_one_value():
    head = dict(toy_model_cfg()['decode_head'], type='ASPPHead')
    for key in ('num_convs', 'concat_input'):
        head.pop(key)
    model = build(decode_head=head, task_heads=None).train()
    loss = model.loss(images(), [toy_sample(), toy_sample(tasks=['depth'])])
    assert torch.isfinite(loss['loss_semantic'])


def test_auxiliary_heads_count_to_the_decode_task():
    auxiliary = toy_model_cfg()['decode_head'] | dict(
        loss_decode=dict(type='CrossEntropyLoss', loss_weight=0.4))
    model = build(auxiliary_head=[auxiliary])
    losses = model.loss(images(), [toy_sample(), toy_sample()])
    parts = losses['raw/semantic.decode.ce'] + losses['raw/semantic.aux_0.ce']
    assert losses['raw/semantic'].item() == pytest.approx(parts.item())
    model.zero_grad()
    backward(model, model.loss(images(), [toy_sample(tasks=['depth'])] * 2))
    assert all(p.grad is not None for p in model.parameters())


def test_tensor_mode_gives_each_tasks_raw_map():
    model = build().eval()
    maps = model(images(), mode='tensor')
    assert {k: v.shape[1] for k, v in maps.items()} == dict(semantic=19, instance=2, depth=1)


def test_predictions_come_back_in_original_pixels():
    """A network whose maps are constants: flip, padding and zoom are undone by hand."""
    model = build().eval()
    for task, values in (('instance', (3.0, -2.0)), ('depth', (4.0, ))):
        conv = model.task_heads[task].body.conv_seg
        conv.weight.data.zero_()
        conv.bias.data.copy_(torch.tensor(values))
    meta = dict(ori_shape=(48, 128), img_shape=(24, 64), pad_shape=(32, 64),
                padding_size=(0, 0, 0, 8), flip=True, flip_direction='horizontal')
    with torch.no_grad():
        sample, = model.predict(images(1), [toy_sample(**meta)])
    assert sample.pred_sem_seg.data.shape == (1, 48, 128)
    assert sample.pred_instance_vector.data[0].unique().tolist() == pytest.approx([-3.0 * 2])
    assert sample.pred_instance_vector.data[1].unique().tolist() == pytest.approx([-2.0 * 2])
    assert sample.pred_inverse_depth_map.data.unique().tolist() == pytest.approx([4.0 * 2])
    assert sample.pred_inverse_depth_map.data.shape == (1, 48, 128)


def test_sliding_window_equals_whole_image_for_a_pointwise_network():
    model = build(test_cfg=dict(mode='slide', crop_size=(32, 32), stride=(16, 16)))
    for task in ('instance', 'depth'):
        conv = model.task_heads[task].body.conv_seg
        conv.weight.data.zero_()
        conv.bias.data.fill_(1.5)
    model.eval()
    with torch.no_grad():
        slid, = model.predict(images(1), [toy_sample()])
    assert slid.pred_inverse_depth_map.data.unique().tolist() == pytest.approx([1.5])
    assert slid.seg_logits.data.shape == (19, 32, 64)


def test_prediction_without_data_samples():
    with torch.no_grad():
        sample = build().eval()(images(1), mode='predict')[0]
    assert {'pred_sem_seg', 'pred_instance_vector', 'pred_inverse_depth_map'} <= set(sample.keys())


def test_any_task_may_be_the_decode_head():
    body = toy_model_cfg()['decode_head']
    model = build(
        decode_head=dict(type='mmmtl.InverseDepthHead', body=body), task_heads=None,
        loss_weighting=dict(type='UncertaintyWeighting'))
    assert list(model.heads) == ['depth']
    losses = model.loss(images(), [toy_sample(tasks=['depth'])] * 2)
    backward(model, losses)
    assert all(p.grad is not None for p in model.parameters())
    with torch.no_grad():
        sample, = model.eval().predict(images(1), [toy_sample()])
    assert 'pred_inverse_depth_map' in sample and 'pred_sem_seg' not in sample


def test_published_checkpoint_keys_are_kept():
    assert {k for k in build().state_dict() if k.startswith('decode_head')} == {
        f'decode_head.{k}' for k in MMSEG_MODELS.build(toy_model_cfg()['decode_head']).state_dict()}


@pytest.mark.parametrize('changes, error, message', [
    (dict(decode_task='depth'), ValueError, "two heads are called 'depth'"),
    (dict(task_heads={'my_loss': dict(type='mmmtl.InverseDepthHead')}), ValueError,
     "task name 'my_loss' must not contain 'loss'"),
    *((dict(task_heads={name: dict(type='mmmtl.InverseDepthHead')}), ValueError,
       f"no task can be called '{name}': .* attribute '{name}' of their own; rename it")
      for name in ('type', 'items', 'training', 'keys', 'copy')),
    (dict(task_heads=dict(depth=dict())), KeyError, "task_heads\\['depth'\\] has no type"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.InverseDepthHead', body=dict(in_index=3)))),
     ValueError, "of task 'depth' has in_index=3, but backbone and neck give 1 feature"),
    (dict(loss_weighting=dict(type='FixedWeighting', weights=dict(
        semantic=1.0, instance=1.0, dpeth=1.0))), KeyError, "dpeth.*tasks are .*'depth'"),
    (dict(data_preprocessor=dict(type='SegDataPreProcessor', size=(32, 64))), ValueError,
     "MultiTaskDataPreProcessor"),
    (dict(num_stages=2), ValueError, 'num_stages is 2'),
    (dict(loss_weighting=dict(type='UncertaintyWeighting', tasks=dict(foo='regression'))),
     KeyError, r"names the tasks \['foo'\], but the heads are of"),
    (dict(task_heads=dict(a=dict(type='mmmtl.InverseDepthHead'),
                          b=dict(type='mmmtl.InverseDepthHead'))), ValueError,
     "tasks 'a' and 'b' both predict pred_inverse_depth_map"),
    (dict(task_heads=dict(again=dict(type='FCNHead'))), ValueError,
     r"task_heads\['again'\] is a FCNHead, which is no task head.*SemanticHead"),
    (dict(decode_head=dict(type='mmmtl.InverseDepthHead', body=toy_model_cfg()['decode_head']),
          task_heads=None, auxiliary_head=toy_model_cfg()['decode_head']), ValueError,
     r"auxiliary head\(s\) \['FCNHead'\] are semantic, but decode_head is of task 'depth'"),
    (dict(unlabelled_tasks=['dpeth']), ValueError,
     r"unlabelled_tasks names 'dpeth', .*did you mean 'depth'\? the tasks are \['semantic', 'inst"),
    (dict(unlabelled_tasks='depth'), ValueError, r"a list of tasks, such as \['depth'\]"),
    (dict(task_heads=dict(depth=dict(type='InverseDepthHead'))), KeyError,
     r"task_heads\['depth'\]: there is no 'InverseDepthHead'; did you mean "
     "'mmmtl.InverseDepthHead'"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.InverseDetphHead'))), KeyError,
     "'mmmtl.InverseDetphHead'; did you mean 'mmmtl.InverseDepthHead'"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.DepthHead', loss_decode=dict(
        type='MaskedL1Loss')))), KeyError, "'depth'.*'MaskedL1Loss'; did you mean 'mmmtl.MaskedL"),
    (dict(decode_head=dict(type='FCNHed')), KeyError, "no 'FCNHed'; did you mean 'FCNHead'"),
    (dict(decode_head=dict(type='InverseDepthHead', body=toy_model_cfg()['decode_head']),
          task_heads=None),
     KeyError, "decode_head: there is no 'InverseDepthHead'; did you mean 'mmmtl.InverseDepthHead"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.InverseDepthHead', los_decode=dict()))),
     ValueError, r"^task_heads\['depth'\]: InverseDepthHead does not take 'los_decode'; did you "
     r"mean 'loss_decode'\? its options are \['body', 'loss_decode', 'init_cfg'\]"),
    (dict(task_heads=dict(age=dict(type='mmmtl.ImageRegressionHead', in_channels=8, stdd=1))),
     ValueError, r"'age'\]: ImageRegressionHead does not take 'stdd'; .*'std.*'dropout"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.DepthHead', body=dict(chanels=4)))), ValueError,
     r"task_heads\['depth'\]: FCNHead does not take 'chanels'; did you mean 'channels'"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.DepthHead', loss_decode=dict(
        type='mmmtl.BerHuLoss', fracton=0.1)))), ValueError,
     r"'depth'\]: BerHuLoss does not take 'fracton'; did you mean 'fraction'"),
    (dict(auxiliary_head=[dict(toy_model_cfg()['decode_head'], in_chanels=8)]), ValueError,
     "^auxiliary_head: FCNHead does not take 'in_chanels'; did you mean 'in_channels'"),
    (dict(task_heads=dict(depth=dict(type='mmmtl.DepthHead', body=dict(
        norm_cfg=dict(type='BNX'))))), KeyError, r"task_heads\['depth'\]: .*registry"),
])
def test_bad_configs_are_refused_when_built(changes, error, message):
    with pytest.raises(error, match=message):
        build(**changes)


def test_backbone_that_does_not_say_how_many_maps_it_gives():
    model = build(neck=None, backbone=dict(type='ERFNet', in_channels=3), decode_head=dict(
        toy_model_cfg()['decode_head'], in_channels=16, in_index=4))
    with pytest.raises(ValueError, match="of task 'semantic' has in_index=4"):
        model.loss(images(), [toy_sample(), toy_sample()])


def test_a_head_of_a_base_config_is_taken_away_by_none():
    model = build(task_heads=dict(instance=dict(type='mmmtl.InstanceVectorHead'), depth=None))
    assert list(model.heads) == ['semantic', 'instance']
    build(task_heads=dict(depth=None), unlabelled_tasks=['depth'])  # as the base config has it


def test_no_log_key_is_added_to_the_loss_by_its_name():
    losses = [dict(type='CrossEntropyLoss', loss_name=name)
              for name in ('loss_one', 'loss_second_loss')]
    model = build(decode_head=toy_model_cfg()['decode_head'] | dict(loss_decode=losses))
    loss = model.loss(images(), [toy_sample(), toy_sample()])
    total = model.parse_losses(loss)[0].item()
    assert total == pytest.approx(sum(loss[f'raw/{task}'].item() for task in ALL), rel=1e-5)


def test_predictions_under_autocast_are_in_single_precision():
    model = build().eval()
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        sample, = model.predict(images(1), [toy_sample()])
    assert sample.pred_inverse_depth_map.data.dtype == torch.float32


def test_task_that_may_stay_unlabelled():
    model = build(unlabelled_tasks=['depth'])
    for _ in range(600):
        model.label_watch.update(dict(semantic=True, instance=True, depth=False))


def test_task_that_never_sees_a_label_is_an_error_after_an_epoch():
    model = build()
    samples = [toy_sample(tasks=['semantic', 'instance'])] * 2
    model.loss(images(), samples)
    MessageHub.get_current_instance().update_info('epoch', 1)
    with pytest.raises(RuntimeError, match=r"\['depth'\] had no ground truth in 2 training steps"):
        model.loss(images(), samples)


def test_task_that_never_sees_a_label_is_an_error_after_500_steps():
    model = build()
    for _ in range(499):
        model.label_watch.update(dict(semantic=True, instance=False, depth=True))
    with pytest.raises(RuntimeError, match='instance.*500 training steps'):
        model.label_watch.update(dict(semantic=True, instance=False, depth=True))


def test_label_seen_late_is_fine():
    model = build()
    for step in range(600):
        model.label_watch.update(dict(semantic=True, instance=True, depth=step == 498))


def test_task_heads_are_initialised_like_the_decode_head(monkeypatch):
    """mmseg's decode heads draw their last layer from N(0, 0.01); that draw is what is there."""
    drawn, normal_ = [], torch.nn.init.normal_

    def note(tensor, mean=0., std=1., **options):
        normal_(tensor, mean, std, **options)
        drawn.append((mean, std, tensor.detach().clone()))
        return tensor

    monkeypatch.setattr(torch.nn.init, 'normal_', note)
    model = MODELS.build(toy_model_cfg())
    model.init_weights()
    for name, head in model.heads.items():
        last = (head if name == 'semantic' else head.body).conv_seg
        found = [(mean, std) for mean, std, weight in drawn if torch.equal(weight, last.weight)]
        assert found == [(0, 0.01)], name
        assert not last.bias.any(), name
    pending = [name for name, module in model.named_modules()
               if isinstance(module, BaseModule) and module.init_cfg and not module.is_init]
    assert not pending


def test_frames_of_several_original_sizes_are_no_warning():
    model = MODELS.build(toy_model_cfg()).eval()
    metas = [dict(ori_shape=size, img_shape=(32, 32), pad_shape=(32, 32))
             for size in ((40, 40), (20, 30))]
    with patch('mmseg.models.segmentors.encoder_decoder.print_log') as log, torch.no_grad():
        both = model.inference(torch.ones(2, 3, 32, 32), metas)
        assert torch.equal(both, model.encode_decode(torch.ones(2, 3, 32, 32), metas))
    assert not log.called and metas[1]['ori_shape'] == (20, 30)
