"""Semantics as a task head: the same numbers as mmseg's decode head with the same weights."""

import pytest
import torch
import torch.nn.functional as F
from mmengine.structures import PixelData

from mmmtl.models.decode_heads import SemanticHead
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, concat_input=False,
            dropout_ratio=0, num_classes=5)


def build(**options):
    return MODELS.build(dict(type='mmmtl.SemanticHead', **dict(dict(body=BODY), **options)))


def features(n=1):
    return [torch.randn(n, 4, 4, 8, generator=torch.Generator().manual_seed(0))]


def labelled(labels):
    sample = toy_sample(*labels.shape, tasks=())
    sample.gt_sem_seg = PixelData(data=labels[None])
    return sample


def test_loss_is_torchs_cross_entropy_over_labelled_pixels():
    head, labels = build(), torch.arange(32).reshape(4, 8) % 5
    labels[0] = 255
    frames = [labelled(labels), toy_sample(4, 8, tasks=())]
    loss, = head.loss(features(2), frames, None).values()
    expected = F.cross_entropy(head(features(2))[:1], labels[None], ignore_index=255)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)


def test_no_labels_leave_gradients_of_zero():
    head = build()
    loss, = head.loss(features(2), [toy_sample(4, 8, tasks=())] * 2, None).values()
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in head.parameters())


@pytest.mark.parametrize('place', ['decode_head', 'task_heads'])
def test_predictions_are_those_of_the_host(place):
    torch.manual_seed(0)
    host = MODELS.build(toy_model_cfg(task_heads=None)).eval()
    body = toy_model_cfg()['decode_head']
    semantic = dict(type='mmmtl.SemanticHead', body=body)
    if place == 'decode_head':
        ours = MODELS.build(toy_model_cfg(decode_head=semantic, task_heads=None)).eval()
        head = ours.decode_head
    else:
        depth = dict(type='mmmtl.InverseDepthHead', body=body)
        ours = MODELS.build(
            toy_model_cfg(decode_head=depth, task_heads=dict(semantic=semantic))).eval()
        head = ours.task_heads['semantic']
    ours.backbone.load_state_dict(host.backbone.state_dict())
    ours.neck.load_state_dict(host.neck.state_dict())
    head.body.load_state_dict(host.decode_head.state_dict())
    sample = toy_sample(flip=True, flip_direction='horizontal', ori_shape=(48, 100))
    image = torch.randn(1, 3, 32, 64)
    with torch.no_grad():
        expected, = host.predict(image, [sample.clone()])
        found, = ours.predict(image, [sample.clone()])
    assert torch.allclose(found.seg_logits.data, expected.seg_logits.data, atol=1e-5)
    assert torch.equal(found.pred_sem_seg.data, expected.pred_sem_seg.data)


def test_other_tasks_are_built_like_its_body():
    semantic = dict(type='mmmtl.SemanticHead', body=toy_model_cfg()['decode_head'])
    model = MODELS.build(toy_model_cfg(decode_head=semantic))
    kinds = {type(head.body).__name__ for head in model.heads.values()}
    assert kinds == {'FCNHead'} and list(model.heads)[0] == 'semantic'
    assert model.loss_weighting.tasks['semantic'] == 'classification'


def test_versions_are_averaged_as_probabilities():
    head = build()
    versions = []
    for logits in torch.randn(2, 5, 4, 8):
        versions.append(toy_sample(4, 8, tasks=()))
        head.write(logits, versions[-1])
    mean = sum(version.seg_logits.data.softmax(0) for version in versions) / 2
    assert torch.allclose(head.merge(versions).exp(), mean)


@pytest.mark.parametrize('options', [
    dict(num_classes=1), dict(body=dict(type='FCNHead')), dict(body=None)])
def test_number_of_classes_is_asked_for(options):
    with pytest.raises(ValueError, match='num_classes must be .* at least 2'):
        build(**options)


class PartHead(SemanticHead):
    target_field, pred_field = 'gt_part', 'pred_part'


def test_a_subclass_with_fields_of_its_own_leaves_those_of_semantics_alone():
    head, own, plain = PartHead(body=BODY), toy_sample(4, 8, tasks=()), build()
    head.load_state_dict(plain.state_dict())
    labels = torch.arange(32).reshape(4, 8) % 5
    own.set_data(dict(gt_part=PixelData(data=labels[None])))
    assert head.has_target(own) and not head.has_target(labelled(labels))
    losses = [one.loss(features(), [sample], None)['loss_ce'].item()
              for one, sample in ((head, own), (plain, labelled(labels)))]
    assert losses[0] == losses[1] > 0
    logits = torch.randn(5, 4, 8, generator=torch.Generator().manual_seed(1))
    head.write(logits, own)
    assert (own.pred_part.data[0] == logits.argmax(0)).all()
    assert set(own.keys()) == {'gt_part', 'pred_part', 'part_logits'}
    assert head.merge([own, own]).argmax(0).equal(logits.argmax(0))
