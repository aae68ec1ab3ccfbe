"""GradNorm against the double backward of the paper, and its rules."""

import pytest
import torch

from mmmtl.balancing import GradNorm
from mmmtl.balancing.gradnorm import weight_gradient

TASKS = ('a', 'b', 'c')


def steps(number, size=7):
    generator = torch.Generator().manual_seed(0)
    for i in range(number):
        layer = torch.randn(size, generator=generator, dtype=torch.float64, requires_grad=True)
        inputs = torch.randn(3, size, generator=generator, dtype=torch.float64)
        scale = torch.tensor([1.0, 5.0, 0.2], dtype=torch.float64)
        yield layer, scale * (inputs @ layer - 1 - i / 10)**2 + 0.1


def by_double_backward(layer, losses, weights, initial, alpha):
    """The paper's Algorithm 1, by autograd: d/dw of Σ |‖∇_W w_i L_i‖ − constant|."""
    weights = weights.clone().requires_grad_()
    norms = torch.stack([
        torch.autograd.grad(w * loss, layer, create_graph=True)[0].norm()
        for w, loss in zip(weights, losses, strict=True)])
    rate = losses / initial / (losses / initial).mean()
    target = (norms.mean() * rate**alpha).detach()
    return torch.autograd.grad((norms - target).abs().sum(), weights)[0]


@pytest.mark.parametrize('alpha', [0.0, 1.5])
def test_equal_to_the_double_backward_with_adam(alpha):
    balancer = GradNorm(alpha=alpha)
    balancer.bind(TASKS)
    weights = torch.nn.Parameter(torch.ones(3, dtype=torch.float64))
    adam = torch.optim.Adam([weights], lr=0.025)
    initial = None
    for layer, losses in steps(30):
        initial = losses.detach() if initial is None else initial
        jacobian = torch.stack([
            torch.autograd.grad(loss, layer, retain_graph=True)[0] for loss in losses])
        combined = balancer(jacobian, losses=losses.detach())
        torch.testing.assert_close(combined, weights.detach() @ jacobian)  # of before the step
        weights.grad = by_double_backward(layer, losses, weights.detach(), initial, alpha).detach()
        adam.step()
        with torch.no_grad():
            weights *= 3 / weights.sum()
        torch.testing.assert_close(balancer.current(), weights.detach(), rtol=1e-9, atol=1e-9)
        assert balancer.current().sum() == pytest.approx(3)


def test_hand_computed_direction():
    """Task b's gradient is too large: its weight falls, a's rises."""
    gradient = weight_gradient(
        norms=torch.tensor([1., 3.]), weights=torch.ones(2), losses=torch.ones(2),
        initial=torch.ones(2), alpha=1.5)
    assert gradient.tolist() == [-1, 3]


def test_slow_task_gains_weight():
    balancer = GradNorm()
    balancer.bind(['slow', 'fast'])
    jacobian = torch.eye(2, dtype=torch.float64)
    for i in range(10):
        balancer(jacobian, losses=torch.tensor([1.0, 0.8**i], dtype=torch.float64))
    slow, fast = balancer.current().tolist()
    assert slow > 1.1 and fast < 0.9


def test_absent_task_keeps_its_weight_and_first_loss():
    balancer = GradNorm()
    balancer.bind(TASKS)
    jacobian = torch.diag(torch.tensor([1., 4., 2.], dtype=torch.float64))
    for _ in range(5):
        balancer(jacobian[:2], tasks=(0, 1), losses=torch.tensor([1., 2.]))
    assert balancer.current()[2] == 1 and balancer.current().sum() == pytest.approx(3)
    balancer(jacobian, losses=torch.tensor([1., 2., 3.]))
    assert balancer.state_dict()['initial'].tolist() == [1, 2, 3]


def test_all_zero_gradients_move_nothing():
    balancer = GradNorm()
    combined = balancer(torch.zeros(3, 4), losses=torch.ones(3))
    assert combined.tolist() == [0] * 4 and balancer.current().tolist() == [1, 1, 1]


def test_weights_stay_positive():
    balancer = GradNorm(lr=0.5)
    balancer.bind(['a', 'b'])
    for _ in range(50):
        balancer(torch.diag(torch.tensor([1.0, 100.0])), losses=torch.ones(2))
    assert (balancer.current() > 0).all()


@pytest.mark.parametrize(('options', 'match'), [
    (dict(alpha=-1), 'alpha must not be negative'), (dict(lr=0), 'lr must be positive')])
def test_options(options, match):
    with pytest.raises(ValueError, match=match):
        GradNorm(**options)


def test_negative_losses_are_refused():
    with pytest.raises(ValueError, match='must not be negative'):
        GradNorm()(torch.eye(2), losses=torch.tensor([1., -1.]))


def test_checkpoint_of_other_tasks():
    two, three = GradNorm(), GradNorm()
    two.bind(['a', 'b'])
    three.bind(TASKS)
    with pytest.raises(ValueError, match='weights of 2 tasks, the model 3'):
        three.load_state_dict(two.state_dict())
