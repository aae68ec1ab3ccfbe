"""Every balancer that is found: equal to TorchJD called directly, and properties of all."""

import copy
import itertools

import pytest
import torch

from mmmtl.balancing import BaseBalancer, known_balancers, torchjd_methods
from mmmtl.balancing.random_draws import OwnDraws
from mmmtl.registry import BALANCERS
from mmmtl.torchjd.methods import quirks_of

#: what a method cannot do without; a new one that needs arguments fails here until it has some
ARGUMENTS = dict(
    Constant=dict(weights=[1.0, 2.0, 0.5]), Krum=dict(n_byzantine=0),
    TrimmedMean=dict(trim_number=1),
    NashMTL=dict(optim_niter=2), CRMOGM=dict(weighting=dict(type='UPGrad'), alpha=0.5))
NAMES = known_balancers()
FROM_TORCHJD = sorted(torchjd_methods())
# numpy and cvxpy warn about what is asked of them on purpose
pytestmark = pytest.mark.filterwarnings('ignore')


def build(name, seed=0, tasks=('a', 'b', 'c')):
    options = dict(ARGUMENTS.get(name, {}))
    if name in FROM_TORCHJD and name not in ('Mean', 'Sum'):
        options['seed'] = seed
    balancer = BALANCERS.build(dict(type=name, **options))
    balancer.bind(tasks)
    return balancer


def direct(name):
    """The same method of TorchJD, made without us."""
    from torchjd import aggregation, linalg
    if name == 'CRMOGM':
        return aggregation.GramianWeightedAggregator(
            aggregation.CRMOGMWeighting(aggregation.UPGradWeighting(), alpha=0.5))
    options = {**quirks_of(name).defaults, **ARGUMENTS.get(name, {})}
    if 'projector' in options:
        options['projector'] = linalg.QuadprogProjector(norm_eps=1e-12)
    if name == 'Constant':
        options['weights'] = torch.tensor(options['weights'], dtype=torch.float64)
    if name == 'NashMTL':
        options['n_tasks'] = 3
    return getattr(aggregation, name)(**options)


def jacobians(number=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for i in range(number):
        common = torch.randn(1, 11, generator=generator, dtype=torch.float64)
        yield (torch.randn(3, 11, generator=generator, dtype=torch.float64)
               + (-1)**i * torch.tensor([[1.], [-1.], [0.5]]) * common)


def test_some_are_found():
    assert {'GradNorm', 'Sum'} <= set(NAMES)
    if FROM_TORCHJD:
        assert {'PCGrad', 'UPGrad', 'MGDA', 'CAGrad', 'IMTLG', 'NashMTL', 'AlignedMTL', 'DualProj',
                'GradDrop', 'GradVac', 'FairGrad', 'ConFIG'} <= set(NAMES)


@pytest.mark.parametrize('name', FROM_TORCHJD)
def test_equal_to_torchjd_over_several_calls(name):
    ours, theirs, draws = build(name, seed=5), direct(name), OwnDraws(5)
    for jacobian in jacobians():
        with draws.global_generator(jacobian.device):
            expected = theirs(jacobian)
        torch.testing.assert_close(ours(jacobian), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize('name', NAMES)
def test_properties_of_all(name):
    balancer = build(name)
    assert isinstance(balancer, BaseBalancer) and balancer.name in (name, )
    for jacobian in jacobians(2):
        for scale in (1e-3, 1.0, 1e3):
            combined = build(name)((jacobian * scale).float())
            assert combined.shape == (11, ) and combined.dtype == torch.float32
            assert combined.isfinite().all(), (name, scale)
            if name != 'NashMTL':
                assert combined.abs().max() > 0, (name, scale)
    with pytest.raises(ValueError, match=r'\(T, P\)'):
        balancer(torch.ones(3))
    with pytest.raises(ValueError, match='nothing to balance'):
        build(name, tasks=('a', ))


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
@pytest.mark.parametrize('name', NAMES)
def test_half_precision_is_combined_in_single(name, dtype):
    half = next(jacobians()).to(dtype)
    assert torch.equal(build(name)(half), build(name)(half.float()).to(dtype))


@pytest.mark.parametrize('name', NAMES)
def test_global_random_numbers_are_left_alone(name):
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    build(name)(next(jacobians()))
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize('name', NAMES)
def test_resume_is_exact(name):
    """Bit for bit, by way of a checkpoint as ``torch.load(weights_only=True)`` reads it."""
    import io
    rows = list(jacobians(8))
    losses = [torch.rand(3, dtype=torch.float64) + 0.5 for _ in rows]
    present = [(0, 1, 2), (0, 2), (0, 1, 2), (1, 2)] * 2

    def go(balancer, steps):
        return [balancer(rows[i][list(present[i])], tasks=present[i],
                         losses=losses[i][list(present[i])]) for i in steps]

    whole = build(name)
    go(whole, range(4))
    stored = io.BytesIO()
    torch.save(copy.deepcopy(whole.state_dict()), stored)
    stored.seek(0)
    resumed = build(name, seed=99)
    resumed.load_state_dict(torch.load(stored, weights_only=True))
    for ours, expected in zip(go(resumed, range(4, 8)), go(whole, range(4, 8)), strict=True):
        assert torch.equal(ours, expected)


@pytest.mark.parametrize('name', NAMES)
def test_every_subset_of_tasks(name):
    """A task without labels leaves the Jacobian; what remains is combined, one row as it is."""
    balancer = build(name)
    jacobian = next(jacobians())
    for count in (1, 2, 3):
        for tasks in itertools.combinations(range(3), count):
            combined = balancer(jacobian[list(tasks)], tasks=tasks)
            assert combined.isfinite().all()
            if count == 1:
                cosine = torch.cosine_similarity(combined, jacobian[tasks[0]], dim=0)
                assert abs(cosine) > 0.999999


@pytest.mark.parametrize('name', [n for n in NAMES if build(n).weighted and build(n).from_gramian])
def test_the_gramian_is_enough(name):
    from mmmtl.balancing import Rows
    jacobian = next(jacobians())
    rows = Rows.of(jacobian, tasks=(0, 1, 2))
    without = Rows(rows.gramian, rows.tasks)
    a, b = build(name).weights(rows), build(name).weights(without)
    torch.testing.assert_close(a.double(), b.double(), rtol=1e-6, atol=1e-8)
