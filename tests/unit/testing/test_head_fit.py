"""The fit tells heads that give any real map from those that do not."""

import pytest
import torch
from torch import nn

from mmmtl.models.decode_heads import InstanceVectorHead
from mmmtl.testing.head_fit import fit_error

CONV = ['body.conv_seg']


@pytest.fixture
def head():
    torch.manual_seed(0)
    body = dict(type='FCNHead', in_channels=6, channels=4, num_convs=1, concat_input=False,
                num_classes=2, norm_cfg=dict(type='BN'))
    return InstanceVectorHead(body=body).double().eval()


def draw(size=(2, 3), seed=1):
    """Features and targets, of which one is not known."""
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(1, 6, *size, generator=generator, dtype=torch.double)
    target = 6 * torch.randn(1, 2, *size, generator=generator, dtype=torch.double)
    target[0, 0, 0, 0] = torch.nan
    return features, target


def test_least_squares(head):
    """More values than parameters: as torch solves the same equations."""
    features, target = draw((5, 7))
    before = {name: value.clone() for name, value in head.state_dict().items()}
    found = fit_error(head, [features], target, CONV)
    with torch.no_grad():
        hidden = head.body._forward_feature([features])[0].flatten(1).T
    rows = torch.cat([hidden, torch.ones(len(hidden), 1, dtype=torch.double)], 1)
    rest = constant = 0.0
    for channel in target[0].flatten(1):
        known = channel.isfinite()
        best = torch.linalg.lstsq(rows[known], channel[known, None], driver='gelsd').solution
        rest += (rows[known] @ best - channel[known, None]).square().sum()
        constant += (channel[known] - channel[known].mean()).square().sum()
    assert 0.5 < found == pytest.approx(float((rest / constant).sqrt()), rel=1e-9)
    assert all(torch.equal(before[name], value) for name, value in head.state_dict().items())


def test_any_map_of_few_values(head):
    features, target = draw((1, 4))
    assert fit_error(head, [features], target, CONV) < 1e-8
    assert fit_error(head, [features], -1000 * target, CONV) < 1e-8


@pytest.mark.parametrize('last', [
    nn.Softmax(1), nn.Sigmoid(), nn.Tanh(), nn.ReLU(), nn.Softplus(), nn.LayerNorm(4)])
def test_bounded_maps_are_found(head, last, monkeypatch):
    features, target = draw((1, 4))
    conv = head.body.conv_seg
    monkeypatch.setattr(head.body, 'forward', lambda x: last.double()(conv(
        head.body._forward_feature(x))))
    assert max(fit_error(head, [features], f * target, CONV) for f in (1, -10)) > 0.3


def test_layers_that_are_not_there(head):
    with pytest.raises(ValueError, match='no parameters in layers'):
        fit_error(head, [draw()[0]], draw()[1], ['conv_sag'])
