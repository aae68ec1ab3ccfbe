"""MTAN on a wide network: parameters by a closed form, the formula by hand, what is computed."""

import pytest
import torch
import torch.nn.functional as F

from mmmtl.models.backbones import MTANWideResNet

TASKS = list('abc')


def count(module):
    return sum(p.numel() for p in module.parameters())


def mask(a, b):
    return a * b + b + 2 * b + b * b + b + 2 * b


@pytest.mark.parametrize('k', [1, 4])
def test_parameters(k):
    widths = [16, 16 * k, 32 * k, 64 * k]
    net = MTANWideResNet(TASKS, 28, k)
    shared = sum(9 * a * b + 3 * b for a, b in zip(widths, [*widths[1:], widths[3]], strict=True))
    own = mask(16, 16) + sum(mask(2 * w, w) for w in widths[1:])
    assert count(net.shared_attention) == shared
    assert [sum(count(a[task]) for a in net.attention) for task in TASKS] == [own] * 3
    assert count(net) == count(net.trunk) + shared + 3 * own
    if k == 4:
        assert (shared, own) == (969_792, 261_344)
        assert count(net) + 7 * own == 9_433_760  # ten tasks


@pytest.mark.parametrize('statistics', ['per_task', 'shared'])
def test_the_formula_by_hand(statistics):
    torch.manual_seed(0)
    net = MTANWideResNet(TASKS, 10, 1, statistics).eval()
    x = torch.randn(2, 3, 16, 24)
    with torch.no_grad():
        u, g, f = net.trunk(x), [a['b'] for a in net.attention], net.shared_attention
        p = F.max_pool2d(f[0](g[0](u[0]) * u[0]), 2)
        p = F.max_pool2d(f[1](g[1](torch.cat([u[1], p], 1)) * u[1]), 2)
        p = F.max_pool2d(f[2](g[2](torch.cat([u[2], p], 1)) * u[2]), 2)
        p = f[3](g[3](torch.cat([u[3], p], 1)) * u[3])
        torch.testing.assert_close(net(x)['b'][0], p)


@pytest.mark.parametrize('size', [(72, 72), (71, 50), (9, 17)])
def test_shapes_of_odd_images(size):
    found = MTANWideResNet(TASKS, 10, 2)(torch.randn(2, 3, *size))['a'][0]
    assert found.shape == (2, 128, -(-size[0] // 8), -(-size[1] // 8))


def test_only_what_is_asked_for_is_computed():
    net = MTANWideResNet(TASKS, 10, 1)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    features = net(torch.randn(2, 3, 16, 16))
    features['b']
    changed = {key for key, value in net.state_dict().items()
               if not torch.equal(value, before[key])}
    tasks = {key.split('.')[2] for key in changed if key.startswith('attention.')}
    assert tasks == {'b'}
    mean = net.trunk.bn1.running_mean
    assert mean[1].any() and not mean[[0, 2]].any()


def test_shared_statistics_run_the_trunk_once():
    net, calls = MTANWideResNet(TASKS, 10, 1, 'shared'), []
    net.trunk.register_forward_hook(lambda *_: calls.append(1))
    features = net(torch.randn(2, 3, 16, 16))
    assert [len(maps) for maps in features.values()] == [1, 1, 1] and calls == [1]


@pytest.mark.parametrize(('options', 'message'), [
    (dict(tasks=[]), 'tasks are missing'), (dict(tasks=['a'], statistics='own'), "'own'")])
def test_errors(options, message):
    with pytest.raises(ValueError, match=message):
        MTANWideResNet(**options)
