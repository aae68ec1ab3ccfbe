"""Arguments and subsets; values of all methods are in ``tests/properties``."""

import pytest
import torch

from mmmtl.balancing.random_draws import OwnDraws
from mmmtl.registry import BALANCERS

pytest.importorskip('torchjd')
TASKS = ('semantic', 'depth', 'instance')
JACOBIAN = torch.tensor([[1., 0., 1.], [-2., 1., 0.], [0., -1., 2.]], dtype=torch.float64)


def build(tasks=TASKS, **cfg):
    balancer = BALANCERS.build(cfg)
    balancer.bind(tasks)
    return balancer


def test_pcgrad_is_the_projection_of_the_paper():
    """Yu et al. 2020, Algorithm 1, on the gradients themselves."""
    for seed in range(5):
        generator = torch.Generator().manual_seed(seed)
        gradients = torch.randn(3, 6, generator=generator, dtype=torch.float64)
        with OwnDraws(seed).global_generator(gradients.device):
            total = torch.zeros(6, dtype=torch.float64)
            for i in range(3):
                projected = gradients[i].clone()
                for j in torch.randperm(3).tolist():
                    if j != i and projected @ gradients[j] < 0:
                        projected -= (projected @ gradients[j]) / (
                            gradients[j] @ gradients[j]) * gradients[j]
                total += projected
        torch.testing.assert_close(build(type='PCGrad', seed=seed)(gradients), total)


def test_numbers_per_task_by_name_and_by_position():
    by_name = build(type='Constant', weights=dict(depth=2., instance=0., semantic=1.))
    by_position = build(type='Constant', weights=[1., 2., 0.])
    expected = JACOBIAN[0] + 2 * JACOBIAN[1]
    torch.testing.assert_close(by_name(JACOBIAN), expected)
    torch.testing.assert_close(by_position(JACOBIAN), expected)
    # the second task has no labels: the others keep their numbers
    torch.testing.assert_close(by_name(JACOBIAN[[0, 2]], tasks=(0, 2)), JACOBIAN[0])


@pytest.mark.parametrize(('cfg', 'match'), [
    (dict(type='Constant', weights=[1., 2.]), 'weights has 2 values for 3 tasks'),
    (dict(type='UPGrad', pref_vector=dict(depth=1.)), r"pref_vector has values for \['depth'\]"),
    (dict(type='NashMTL', n_tasks=2), 'n_tasks is 2'),
    (dict(type='Krum', n_byzantine=1), 'at least 4 tasks'),
    (dict(type='TrimmedMean', trim_number=2), 'at least 5 tasks'),
    (dict(type='MGDA', epsilon=-1), 'epsilon must be positive'),
    (dict(type='CRMOGM', weighting=dict(type='ConFIG')), 'has none')])
def test_bad_arguments(cfg, match):
    with pytest.raises(ValueError, match=match):
        build(**cfg)


def test_a_missing_task_does_not_reset_what_is_known_of_all():
    """TorchJD's own GradVac forgets its average when the number of rows changes."""
    kept, plain = (build(type='GradVac', seed=1) for _ in range(2))
    kept(JACOBIAN)
    plain(JACOBIAN)
    kept(JACOBIAN[:2], tasks=(0, 1))
    plain._draws.set_state(kept._draws.state())
    torch.testing.assert_close(kept(JACOBIAN), plain(JACOBIAN))


def test_projector_by_config():
    projector = dict(type='QuadprogProjector', reg_eps=1e-3)
    assert build(type='DualProj', projector=projector)(JACOBIAN).isfinite().all()


def test_small_gradients_are_no_zeros():
    """TorchJD's default takes a Jacobian of norm below 0.01 for zero; ours does not."""
    for name in ('CAGrad', 'UPGrad', 'DualProj'):
        small, large = build(type=name)(1e-4 * JACOBIAN), build(type=name)(JACOBIAN)
        torch.testing.assert_close(small, 1e-4 * large, rtol=1e-4, atol=1e-8)
