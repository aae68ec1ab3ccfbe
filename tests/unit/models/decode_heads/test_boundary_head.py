"""The head of boundaries."""

import torch
from mmengine.registry import init_default_scope

from mmmtl.models.tasks import view
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample

init_default_scope('mmseg')
BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, num_classes=7, norm_cfg=None)


def head():
    return MODELS.build(dict(type='mmmtl.BoundaryHead', body=BODY))


def test_probabilities_are_written_at_the_original_size():
    sample = toy_sample(8, 12, tasks=(), flip=True, flip_direction='horizontal')
    sample.set_metainfo(dict(ori_shape=(4, 6)))
    logits = torch.linspace(-3, 3, 12).expand(1, 8, 12)
    head().postprocess(logits, sample)
    found = sample.pred_boundary_map.data
    assert found.shape == (1, 4, 6) and (found.diff(dim=2) < 0).all()  # turned back
    torch.testing.assert_close(found, 1 - found.flip(2))
    middle = logits.view(1, 4, 2, 6, 2).mean((2, 4)).flip(2).sigmoid()
    torch.testing.assert_close(found, middle)  # logits are averaged, not probabilities


def test_versions_are_averaged():
    versions = [toy_sample(2, 2, tasks=()) for _ in range(2)]
    for sample, logit in zip(versions, (0., 20.), strict=True):
        head().postprocess(torch.full((1, 2, 2), logit), sample)
    view('boundary', head()).merge(versions, versions[0])
    torch.testing.assert_close(versions[0].pred_boundary_map.data, torch.full((1, 2, 2), 0.75))


def test_kind_and_mean():
    """It weighs as a classification, and its loss counts its pixels itself."""
    task = view('boundary', head())
    assert task.kind == 'classification' and task.pixel_means() == []
