"""Finding, building and calling scalarizers, apart from the weighting."""

import pytest
import torch

scalarization = pytest.importorskip('torchjd.scalarization')

from mmmtl.weighting.torchjd_scalarizers import (  # noqa: E402
    build_scalarizer,
    find_scalarizer,
    scalarize,
)


def test_by_name_or_as_a_class():
    assert find_scalarizer('STCH') is scalarization.STCH
    assert find_scalarizer(torch.nn.Identity) is torch.nn.Identity


def test_tensors_by_task_follow_the_model():
    scalarizer = build_scalarizer(
        scalarization.Constant, dict(weights=dict(b=2.0, a=1.0)), ['a', 'b'])
    assert scalarizer.double().weights.tolist() == [1.0, 2.0]
    assert scalarizer.weights.dtype == torch.float64 and not scalarizer.state_dict()
    assert build_scalarizer(scalarization.STCH, dict(mu=1.0, reference=0.5), ['a', 'b']
                            ).reference.tolist() == [0.5, 0.5]


def test_the_total_is_connected_to_parameters_only():
    scalarizer = build_scalarizer(scalarization.IMTLL, {}, ['a', 'b'])
    scalarizer.log_scale.data += 0.5
    values = torch.tensor([1.0, 3.0], requires_grad=True)
    total, weights = scalarize(scalarizer, values, 2)
    total.backward()
    expected = torch.exp(torch.tensor(0.5)) * values.detach() - 1
    assert values.grad is None and not weights.requires_grad
    assert torch.allclose(scalarizer.log_scale.grad, expected)
    assert torch.allclose(weights, torch.exp(torch.tensor([0.5, 0.5])))


def test_some_of_the_tasks():
    scalarizer = build_scalarizer(scalarization.UW, {}, ['a', 'b', 'c'])
    total, _ = scalarize(scalarizer, torch.tensor([1.0, 3.0]), 3, torch.tensor([0, 2]))
    total.backward()
    assert total.item() == 2.0 and scalarizer.log_var.grad.tolist() == [0.0, 0.0, -1.0]
