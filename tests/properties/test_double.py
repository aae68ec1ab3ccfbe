"""A model in float64 is computed in float64: nothing on the way passes through float32.

All bounds are 1e-12; what is rounded to float32 anywhere differs by 1e-8.
"""

import copy

import pytest
import torch
from torch import nn
from torch.optim import SGD

from mmmtl.balancing import BaseBalancer, MultiTaskOptimWrapper, known_balancers
from mmmtl.registry import BALANCERS, MODELS, WEIGHTINGS
from mmmtl.testing.samples import toy_model_cfg, toy_sample
from mmmtl.testing.toy_tasks import ToyTasks, toy_task_batch
from mmmtl.testing.weightings import TASKS, all_weightings

pytestmark = pytest.mark.filterwarnings('ignore')  # solvers about what is asked of them
#: numbers that float32 has not
ODD = [0.1, 0.3, 0.7]
ARGUMENTS = dict(
    Constant=dict(weights=ODD), Krum=dict(n_byzantine=0), TrimmedMean=dict(trim_number=1),
    UPGrad=dict(pref_vector=ODD), DualProj=dict(pref_vector=ODD), AlignedMTL=dict(pref_vector=ODD),
    ConFIG=dict(pref_vector=ODD), PCD=dict(tau=[0.1, 0.3]),
    CRMOGM=dict(weighting=dict(type='UPGrad', pref_vector=ODD), alpha=0.3))
LEVELS = ('parameters', 'features')
close = dict(rtol=1e-12, atol=1e-14)


class OddWeights(BaseBalancer):
    """Its weights are for the heads too."""

    scales_heads = True

    def weights(self, rows):
        return rows.gramian.new_tensor(ODD)[list(rows.tasks)]


def combination(name, level):
    """A wrapper on a double model; what its balancer gave at the last step; None if refused."""
    cls = OddWeights if name == 'OddWeights' else name
    model = ToyTasks(tasks=tuple(TASKS)).double()
    try:
        wrapper = MultiTaskOptimWrapper(
            SGD(model.parameters(), lr=0.01), level=level, log_interval=0,
            balancer=dict(type=cls, **ARGUMENTS.get(name, {})))
    except ValueError:
        pytest.skip(f'{name} does not go with {level}')
    return model, wrapper


def one_by_one(model, batch):
    """{parameter: gradient} of each task."""
    found = []
    for task in TASKS:
        twin = copy.deepcopy(model)
        twin.balancing = None
        twin(**batch)[f'loss_{task}'].backward()
        found.append({n: p.grad for n, p in twin.named_parameters() if p.grad is not None})
    return found


@pytest.mark.parametrize('level', LEVELS)
@pytest.mark.parametrize('name', [*known_balancers(), 'OddWeights'])
def test_balancers(name, level, monkeypatch):
    model, wrapper = combination(name, level)
    given = {}
    for method in ('weights', 'combine'):
        original = getattr(wrapper.balancer, method)
        monkeypatch.setattr(wrapper.balancer, method, lambda rows, original=original:
                            given.setdefault('result', original(rows)))
    written = {}
    wrapper.optimizer.register_step_pre_hook(lambda *_: written.update(
        {n: p.grad.clone() for n, p in model.named_parameters()}))
    for step in range(3):
        given.clear()
        batch = toy_task_batch(8, tuple(TASKS), seed=step, dtype=torch.float64)
        rows = one_by_one(model, batch)
        model.train_step(batch, wrapper)
        result, balancer = given['result'], wrapper.balancer
        assert result.dtype == torch.float64
        trunk = [n for n in rows[0] if n.startswith('trunk')]
        if balancer.weighted:
            expected = {n: sum(w * row[n] for w, row in zip(result, rows, strict=True))
                        for n in trunk}
        elif level == 'parameters':
            sizes = [rows[0][n].numel() for n in trunk]
            expected = {n: part.view_as(rows[0][n])
                        for n, part in zip(trunk, result.split(sizes), strict=True)}
        else:
            expected = {}
        weights = result if balancer.scales_heads else torch.ones(3, dtype=torch.float64)
        for task, weight, row in zip(TASKS, weights, rows, strict=True):
            expected |= {n: weight * g for n, g in row.items() if n.startswith(f'heads.{task}')}
        for n, gradient in expected.items():
            torch.testing.assert_close(written[n], gradient, **close,
                                       msg=lambda text, n=n: f'{n}: {text}')


def test_vectors_of_balancers():
    """Of a method whose result is known: the weighted sum."""
    jacobian = torch.eye(3, dtype=torch.float64)
    pytest.importorskip('torchjd')
    balancer = BALANCERS.build(dict(type='Constant', weights=dict(zip('abc', ODD, strict=True))))
    balancer.bind('abc')
    assert balancer(jacobian).tolist() == ODD


# -- weightings -----------------------------------------------------------------------------------
def cases():
    """All weightings, with numbers that float32 has not wherever there are any."""
    found = all_weightings()
    found['FixedWeighting'] = dict(found['FixedWeighting'], weights=dict(
        zip(TASKS, ODD, strict=True)))
    found['UncertaintyWeighting'] = dict(found['UncertaintyWeighting'], init=0.3)
    found['DynamicWeightAverage'] = dict(found['DynamicWeightAverage'], interval=1,
                                         temperature=0.7)
    for name, options in (
            ('COSMOS', dict(lambda_=0.3, weights=ODD)), ('Constant', dict(weights=ODD)),
            ('PBI', dict(theta=0.1, weights=ODD, reference=[0.01, 0.02, 0.03])),
            ('STCH', dict(mu=0.3, weights=ODD, reference=[0.01, 0.02, 0.03])),
            ('FAMO', dict(min_losses=[0.01, 0.02, 0.03]))):
        if f'Scalarizer-{name}' in found:
            found[f'Scalarizer-{name}'] = dict(
                found[f'Scalarizer-{name}'], scalarizer=dict(type=name, **options))
    return found


CASES = cases()


def losses_at(value, step=0):
    return {task: value**2 * (i + 1.1) / (1 + 0.3 * step * i) + 0.1
            for i, task in enumerate(TASKS)}


def by_itself(name, values):
    """Sum of the terms of the first step, from the formula or TorchJD's class alone."""
    weights = torch.tensor(ODD, dtype=torch.float64)
    if name == 'FixedWeighting':
        return weights @ values
    if name == 'UncertaintyWeighting':
        factors = torch.tensor([1.0, 0.5, 0.5], dtype=torch.float64)
        scale = torch.tensor(-0.3, dtype=torch.float64).exp()
        return (factors * scale * values).sum() + 3 * 0.15
    if name == 'UncertaintyWeighting-mixed':  # softmax, laplace, fixed at 0
        return values.sum()
    if name.startswith('DynamicWeightAverage'):
        return values.sum()
    from torchjd import scalarization
    options = dict(CASES[name]['scalarizer'])
    cls = getattr(scalarization, options.pop('type'))
    options = {key: torch.tensor(value, dtype=torch.float64) if isinstance(value, list) else value
               for key, value in options.items()}
    if cls.__name__ in ('FAMO', 'UW', 'IMTLL'):
        options['shape'] = 3
    return cls(**options).double()(values)


@pytest.mark.parametrize('name', [name for name in CASES if 'Random' not in name])
def test_first_step_of_weightings(name):
    weigh = WEIGHTINGS.build(dict(CASES[name])).double()
    value = torch.tensor(1.7, dtype=torch.float64, requires_grad=True)
    total = sum(weigh(losses_at(value)).values())
    expected = by_itself(name, torch.stack(list(losses_at(value).values())))
    torch.testing.assert_close(total, expected, **close)
    torch.testing.assert_close(torch.autograd.grad(total, value)[0],
                               torch.autograd.grad(expected, value)[0], **close)


def train(weigh):
    value = nn.Parameter(torch.tensor(1.7, dtype=torch.float64))
    optimizer = SGD([value, *(p for p in weigh.parameters() if p.requires_grad)], lr=0.01)
    seen = []
    for step in range(6):
        total = sum(weigh(losses_at(value, step)).values())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        weigh.after_step(losses_at(value.detach(), step))
        weigh.after_epoch()
        seen += [total.detach(), value.grad.clone(), value.detach().clone()]
    return torch.stack(seen)


@pytest.mark.parametrize('name', CASES)
@pytest.mark.parametrize('named', [True, False])
def test_weightings_over_steps(name, named, monkeypatch):
    """As where float64 is torch's default, so that there is no float32 at all."""
    cfg = dict(CASES[name], **{'seed': 3} if 'Random' in name else {})
    if not named:  # tasks of the first losses
        del cfg['tasks']
        if cfg['type'] == 'UncertaintyWeighting':
            cfg['likelihood'] = 'gaussian'
    found = train(WEIGHTINGS.build(dict(cfg)).double())
    torch.set_default_dtype(torch.float64)
    try:
        expected = train(WEIGHTINGS.build(dict(cfg)))
    finally:
        torch.set_default_dtype(torch.float32)
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, expected, **close)


# -- losses and the segmentor ---------------------------------------------------------------------
def cosine(pred, target):
    unit = pred / pred.norm(dim=1, keepdim=True)
    return 1 - (unit * target).sum(1).mean()


def berhu(pred, target):
    size = (pred - target).abs()
    c = 0.3 * size.max()
    return torch.where(size <= c, size, (size**2 + c**2) / (2 * c)).mean()


def balanced(pred, target):
    terms = []
    for logits, positive in zip(pred, target > 0.5, strict=True):
        share = (~positive).double().mean()
        terms += [-share * logits.sigmoid()[positive].log(),
                  -(1 - share) * (1 - logits.sigmoid()[~positive]).log()]
    return torch.cat(terms).mean()


LOSSES = dict(
    MaskedL1Loss=({}, lambda p, t: (p - t).abs().mean()),
    MaskedHuberLoss=(dict(delta=0.3), lambda p, t: torch.nn.functional.huber_loss(p, t, delta=0.3)),
    BerHuLoss=(dict(fraction=0.3), berhu),
    NormalCosineLoss=({}, cosine),
    BalancedBCELoss=({}, balanced),
    PixelCrossEntropyLoss=(dict(class_weight=ODD, loss_weight=0.1), lambda p, t: 0.1 * (
        torch.nn.functional.cross_entropy(p, t, torch.tensor(ODD, dtype=torch.float64)))))


def test_all_losses_are_here():
    assert set(LOSSES) == {name for name, cls in MODELS.module_dict.items()
                           if cls.__module__.startswith('mmmtl.models.losses.')}


@pytest.mark.parametrize('name', LOSSES)
def test_losses(name):
    options, reference = LOSSES[name]
    generator = torch.Generator().manual_seed(0)
    pred = torch.randn(2, 3, 4, 5, generator=generator, dtype=torch.float64)
    target = nn.functional.normalize(
        torch.randn(2, 3, 4, 5, generator=generator, dtype=torch.float64), dim=1)
    if name == 'PixelCrossEntropyLoss':
        target = torch.randint(3, (2, 4, 5), generator=generator)
    loss = MODELS.build(dict(type=f'mmmtl.{name}', **options)).double()
    pred.requires_grad_()
    found, expected = loss(pred, target), reference(pred, target)
    torch.testing.assert_close(found, expected, **close)


def test_the_segmentor():
    """Loss and gradients of a whole step, from the network's maps and formulas in float64."""
    torch.manual_seed(0)
    heads = dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead',
                   loss_decode=dict(type='mmmtl.MaskedHuberLoss', delta=0.3)))
    cfg = toy_model_cfg(
        task_heads=heads, loss_weighting=dict(type='UncertaintyWeighting', init=0.3))
    cfg.decode_head.loss_decode = dict(type='mmmtl.PixelCrossEntropyLoss')  # mmseg's adds an eps
    model = MODELS.build(cfg).double()
    model.eval()  # no dropout
    inputs = torch.randn(2, 3, 32, 64, dtype=torch.float64)
    samples = [toy_sample(seed=i) for i in range(2)]
    total, _ = model.parse_losses(model(inputs, samples, mode='loss'))
    semantic, instance, depth = (
        nn.functional.interpolate(m, (32, 64), mode='bilinear', align_corners=False)
        for m in model(inputs, samples, mode='tensor').values())

    def stacked(field):
        return torch.stack([s.get(field).data for s in samples]).double()

    labels = stacked('gt_sem_seg').long().squeeze(1)
    ignored = labels == 255
    logs = semantic.log_softmax(1).gather(1, labels.where(~ignored, 0)[:, None])[:, 0]
    losses = [-logs[~ignored].mean()]
    for found, field, loss in ((instance, 'gt_instance_vector', LOSSES['MaskedL1Loss'][1]),
                               (depth, 'gt_inverse_depth_map', LOSSES['MaskedHuberLoss'][1])):
        target = stacked(field)
        losses.append(loss(found[target.isfinite()], target[target.isfinite()]))
    s = [model.loss_weighting.log_vars[task] for task in model.heads]
    expected = sum(f * torch.exp(-v) * loss + v / 2
                   for f, v, loss in zip((1, 0.5, 0.5), s, losses, strict=True))
    assert total.dtype == torch.float64 and [v.item() for v in s] == [0.3] * 3
    torch.testing.assert_close(total, expected, **close)
    parameters = [p for p in model.parameters() if p.requires_grad]
    for ours, theirs in zip(*(torch.autograd.grad(value, parameters, allow_unused=True)
                              for value in (total, expected)), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(('head', 'field', 'channels'), [
    (dict(type='mmmtl.DepthHead', parametrisation='log'), 'depth_map', 1),
    (dict(type='mmmtl.SurfaceNormalHead'), 'normal_map', 3)])
def test_predictions_and_targets(head, field, channels):
    from mmengine.structures import PixelData
    from mmseg.structures import SegDataSample
    body = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, num_classes=2)
    head = MODELS.build(dict(head, body=body)).double()
    data = torch.rand(channels, 6, 8, dtype=torch.float64) + 0.5
    sample = SegDataSample(metainfo=dict(img_shape=(6, 8), ori_shape=(6, 8)))
    sample.set_data({f'gt_{field}': PixelData(data=data)})
    expected = data.log()[None] if channels == 1 else data[None]
    assert torch.equal(head.targets([sample], data), expected)
    pred = torch.randn(channels, 6, 8, dtype=torch.float64)
    head.postprocess(pred, sample)
    found = sample.get(f'pred_{field}').data
    torch.testing.assert_close(
        found, pred.exp() if channels == 1 else pred / pred.norm(dim=0), **close)


@pytest.mark.parametrize('cfg', [
    dict(type='mmmtl.ImageRegressionHead', field='age', mean=0.1, std=0.3),
    dict(type='mmmtl.ImageClassificationHead', field='kind', num_classes=3, class_weight=ODD)])
def test_image_heads(cfg):
    head = MODELS.build(dict(cfg, in_channels=4)).double()
    outputs = torch.randn(5, head.out_channels, dtype=torch.float64)
    if 'mean' in cfg:
        target = torch.randn(5, 1, dtype=torch.float64)
        expected = (outputs - (target - 0.1) / 0.3).abs().mean()
        assert head.decode(outputs).tolist() == (outputs * 0.3 + 0.1).tolist()
    else:
        target = torch.tensor([[0], [1], [2], [1], [0]])
        expected = torch.nn.functional.cross_entropy(
            outputs, target[:, 0], torch.tensor(ODD, dtype=torch.float64))
    torch.testing.assert_close(head.compare(outputs, target), expected, **close)
