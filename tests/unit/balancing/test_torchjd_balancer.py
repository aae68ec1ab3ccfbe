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
    (dict(type='CRMOGM', weighting=dict(type='ConFIG')), 'has none'),
    (dict(type='CRMOGM', weighting='UPGrad'), r"CRMOGM: weighting must be a dict .*got 'UPGrad'"),
    (dict(type='CRMOGM', weighting=dict()), r'CRMOGM: weighting must be a dict .*got \{\}'),
    (dict(type='CRMOGM', weighting=dict(type='GradNorm')),
     r"weighting=dict\(type='GradNorm'\) is no method of TorchJD.*take one of \['Aligned"),
    (dict(type='CRMOGM', weighting=dict(type='Krum', n_byzantine=1)), 'at least 4 tasks'),
    (dict(type='MGDA', eps=1), "balancer MGDA does not take 'eps'; its options are"),
    (dict(type='UPGrad', projector=dict(type='Nope')),
     r"UPGrad: projector must be a dict with a type out of \['QuadprogProjector'\].*'Nope'"),
    (dict(type='UPGrad', projector=dict()), r'projector must be a dict with a type'),
    (dict(type='DualProj', projector='QuadprogProjector'), "got 'QuadprogProjector'"),
    (dict(type='DualProj', projector=dict(type='QuadprogProjector', eps=1)),
     r"DualProj: projector \w+ does not take 'eps'; .*'norm_eps=.*\]")])
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


WEIGHTS = dict(semantic=1.0, depth=0.5, instance=2.0)


@pytest.mark.parametrize('cfg', [
    dict(type='Constant', weights=WEIGHTS), dict(type='UPGrad', pref_vector=WEIGHTS),
    dict(type='DualProj', pref_vector=WEIGHTS), dict(type='AlignedMTL', pref_vector=WEIGHTS),
    dict(type='CRMOGM', weighting=dict(type='Constant', weights=WEIGHTS))])
def test_a_task_alone_has_its_weight(cfg):
    balancer = build(**cfg)
    for k, weight in enumerate(WEIGHTS.values()):
        torch.testing.assert_close(balancer(JACOBIAN[[k]], tasks=(k, )), weight * JACOBIAN[k])


@pytest.mark.parametrize('scale', [0.1, 1.0, 100.0])
def test_a_task_alone_is_as_the_method_has_it(scale):
    """Its gradient, but longer by ``c`` (CAGrad), or of a length that the method sets."""
    row = scale * JACOBIAN[[1]]
    unit = row[0] / row.norm()
    for expected, cfg in [
            (row[0], dict(type='PCGrad')), (row[0], dict(type='MGDA')),
            (row[0], dict(type='IMTLG')), (row[0], dict(type='Random')),
            (row[0], dict(type='UPGrad')), (row[0], dict(type='ConFIG')),
            (1.3 * row[0], dict(type='CAGrad', c=0.3)), (unit, dict(type='FairGrad')),
            (unit, dict(type='NashMTL')), (unit, dict(type='NashMTL', max_norm=0)),
            (0.25 * unit, dict(type='NashMTL', max_norm=0.25)),
            (row[0], dict(type='Krum', n_byzantine=0)),
            (row[0], dict(type='TrimmedMean', trim_number=1))]:
        torch.testing.assert_close(build(**cfg)(row, tasks=(1, )), expected, rtol=1e-5, atol=1e-6)


def test_a_gradient_of_zero_alone_is_zero():
    zero = torch.zeros(1, 3, dtype=torch.float64)
    for name in ('NashMTL', 'FairGrad', 'CAGrad', 'UPGrad', 'PCGrad', 'IMTLG', 'ConFIG'):
        assert torch.equal(build(type=name)(zero, tasks=(2, )), zero[0]), name


def test_lengths_that_the_documentation_names():
    """NashMTL and FairGrad give √3 for three tasks; NashMTL's max_norm shortens it to 1."""
    for scale in (1.0, 50.0):
        for length, cfg in [(3**0.5, dict(type='FairGrad')), (1.0, dict(type='NashMTL')),
                            (3**0.5, dict(type='NashMTL', max_norm=0))]:
            balancer = build(**cfg)
            result = [balancer(scale * JACOBIAN) for _ in range(5)][-1]
            assert result.norm().item() == pytest.approx(length, rel=1e-2), cfg


def test_a_row_of_zeros_as_the_documentation_says():
    """MGDA is zero then; CAGrad adds c‖g₀‖ in a direction that is rounding, TorchJD's is zero."""
    rows = torch.cat([JACOBIAN[:2], torch.zeros_like(JACOBIAN[:1])])
    mean = rows.mean(0)
    assert build(type='MGDA')(rows).norm() < 1e-3 * mean.norm()
    added = build(type='CAGrad', c=0.5)(rows) - mean
    assert added.norm().item() == pytest.approx(0.5 * mean.norm().item(), rel=1e-6)
    assert build(type='CAGrad', c=0.5, norm_eps=1e-4)(rows).norm() == 0


@pytest.mark.parametrize(('a', 'b'), [(1.0, 2.0), (3.0, 1.0), (1.0, 1.1), (1.0, 1.0)])
def test_imtl_g_of_opposed_gradients_as_the_documentation_says(a, b):
    unit = torch.nn.functional.normalize(JACOBIAN[:1].double())
    rows = torch.cat([a * unit, -b * unit])
    expected = 0.0 if a == b else (a * a + b * b) / abs(a - b)
    assert build(type='IMTLG')(rows).norm().item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_small_gradients_are_no_zeros():
    """TorchJD's default takes a Jacobian of norm below 0.01 for zero; ours does not."""
    for name in ('GradVac', 'PCD'):
        small, large = build(type=name)(1e-6 * JACOBIAN), build(type=name)(JACOBIAN)
        torch.testing.assert_close(small, 1e-6 * large, rtol=1e-3, atol=1e-12)
    for name in ('CAGrad', 'UPGrad', 'DualProj'):
        small, large = build(type=name)(1e-4 * JACOBIAN), build(type=name)(JACOBIAN)
        torch.testing.assert_close(small, 1e-4 * large, rtol=1e-4, atol=1e-8)
