"""The same batch again, by the parameters of now, and nothing else moves."""

import pytest
import torch

from mmmtl.models.segmentors.losses_after_step import statistics_kept
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_model_cfg, toy_sample

FAMO = dict(type='ScalarizerWeighting', scalarizer='FAMO')


def test_statistics_are_kept_and_used_as_in_training():
    norm = torch.nn.BatchNorm2d(3)
    images = torch.randn(2, 3, 4, 4) * 5
    with statistics_kept(norm):
        inside = norm(images)
    assert norm.track_running_stats and norm.num_batches_tracked == 0
    assert (norm.running_mean == 0).all() and torch.equal(inside, norm(images))
    assert (norm.running_mean != 0).all()


def test_losses_of_the_same_batch_after_a_step():
    torch.manual_seed(0)
    model = MODELS.build(toy_model_cfg(loss_weighting=FAMO))
    frames = dict(inputs=torch.randn(2, 3, 32, 64),
                  data_samples=[toy_sample(tasks=('semantic', 'depth'))] * 2)
    losses = model(**frames, mode='loss')
    raw = {key.removeprefix('raw/'): v for key, v in losses.items() if key.startswith('raw/')}
    buffers = [b.clone() for b in model.buffers()]
    again = model.losses_after_step()
    assert list(again) == ['semantic', 'depth'] and again == raw
    model.parse_losses(losses)[0].backward()
    torch.optim.SGD(model.parameters(), lr=1e-3).step()
    after = model.losses_after_step()
    assert after['semantic'] < raw['semantic'] and not after['semantic'].requires_grad
    assert all(torch.equal(a, b) for a, b in zip(buffers, model.buffers(), strict=True))


def test_without_a_batch():
    with pytest.raises(ValueError, match='no batch to compute losses after the step of'):
        MODELS.build(toy_model_cfg(loss_weighting=FAMO)).losses_after_step()
