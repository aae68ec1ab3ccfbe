"""Checkpoints of the commit before the redesign (adf8231) load, and do what they did.

``checkpoint_adf8231.json`` has keys and shapes of a segmentor's parameters, the state of an
optimizer wrapper with GradNorm, and what they gave in float64: in single precision the third step
differs by 1e-3 between instruction sets. Parameters are made from their keys. The file is written
by this one under the package of that commit::

    git archive adf8231 | tar x -C FOLDER
    PYTHONPATH=FOLDER python tests/unit/models/segmentors/test_checkpoints_of_before.py
"""

import copy
import json
import zlib
from math import prod, sqrt
from pathlib import Path

import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.registry import init_default_scope
from mmengine.structures import LabelData
from torch.optim import SGD

from mmmtl.balancing import MultiTaskOptimWrapper
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample

FILE = Path(__file__).with_name('checkpoint_adf8231.json')
HEAD = dict(type='FCNHead', in_channels=8, in_index=-1, channels=8, num_convs=1,
            concat_input=False, dropout_ratio=0, num_classes=5, norm_cfg=dict(type='BN'))
MODEL = dict(
    type='mmmtl.MultiTaskSegmentor',
    backbone=dict(type='MobileNetV2', widen_factor=0.1, out_indices=(1, 6)),
    neck=dict(type='mmmtl.TopDownFPN', in_channels=[8, 32], channels=8),
    decode_head=HEAD, auxiliary_head=dict(HEAD, in_index=0),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead'),
        normal=dict(type='mmmtl.SurfaceNormalHead'),
        age=dict(type='mmmtl.ImageRegressionHead', in_channels=8, in_index=-1)),
    train_cfg=dict(), test_cfg=dict(mode='whole'))
UNCERTAINTY = dict(MODEL, loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))
GRADNORM = dict(balancer=dict(type='GradNorm', lr=0.1))


def made(key, shape):
    """Numbers that follow from a key: no generator, the same on every machine."""
    if not shape:
        return torch.tensor(3)  # batches that a normalisation has seen
    numbers = torch.arange(prod(shape)) * 7919 + zlib.crc32(key.encode()) % 10007
    numbers = (numbers % 2001 / 1000 - 1).double()  # from -1 to 1
    if key.endswith('running_var') or len(shape) == 1 and key.endswith('weight'):
        numbers = 1 + numbers / 2
    elif len(shape) > 1:
        numbers = numbers * 2 / sqrt(prod(shape[1:]))
    return numbers.reshape(shape)


def built(cfg):
    init_default_scope('mmseg')
    return MODELS.build(ConfigDict(copy.deepcopy(cfg))).double()


def shapes_of(model):
    return {key: list(value.shape) for key, value in model.state_dict().items()}


def batch():
    samples = [toy_sample(64, 64, ('semantic', 'instance', 'depth', 'normal'), 5, seed=i)
               for i in range(2)]
    for years, sample in enumerate(samples, 1):
        sample.set_data(dict(gt_age=LabelData(item=torch.tensor([float(years)]))))
    return dict(inputs=made('inputs', (2, 3, 64, 64)), data_samples=samples)


def outputs_of(model):
    """Some numbers of every map, and all losses."""
    model.eval()
    with torch.no_grad():
        found = {name: value.flatten()[::max(1, value.numel() // 8)].tolist()
                 for name, value in model(batch()['inputs'], mode='tensor').items()}
        sample = model.predict(**batch())[0]
        found['predicted'] = [sample.pred_age.item.item(), *(
            sample.get(field).data.double().mean().item() for field in (
                'seg_logits', 'pred_instance_vector', 'pred_inverse_depth_map',
                'pred_normal_map'))]
        losses = model.loss(**batch())
    return found | {key: value.mean().item() for key, value in losses.items()}


def step(model, wrapper):
    model.train()
    with wrapper.optim_context(model):
        losses, _ = model.parse_losses(model.loss(**batch()))
    wrapper.update_params(losses)


def trained(number):
    """A network with GradNorm after some steps, and its wrapper."""
    model = built(MODEL)
    model.load_state_dict({key: made(key, shape) for key, shape in shapes_of(model).items()})
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=1e-4), **GRADNORM)
    for _ in range(number):
        step(model, wrapper)
    return model, wrapper


def plain(state):
    """With lists instead of tensors."""
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return [plain(value) for value in state]
    return state.tolist() if isinstance(state, torch.Tensor) else state


@pytest.fixture(scope='module')
def before():
    return json.loads(FILE.read_text())


def test_parameters_have_the_keys_and_do_what_they_did(before):
    model = built(UNCERTAINTY)
    assert shapes_of(model) == before['shapes']
    state = {key: made(key, shape) for key, shape in before['shapes'].items()}
    model.load_state_dict(state, strict=True)
    found = outputs_of(model)
    assert list(found) == list(before['outputs'])
    for key, value in found.items():
        assert value == pytest.approx(before['outputs'][key], rel=1e-7, abs=1e-9), key


def test_a_balancer_goes_on(before):
    model, _ = trained(2)
    wrapper = MultiTaskOptimWrapper(SGD(model.parameters(), lr=1e-4), **GRADNORM)
    wrapper.bind(model)
    assert plain(wrapper.state_dict()).keys() == before['wrapper'].keys()
    state = copy.deepcopy(before['wrapper'])
    balancer = state['balancer']['state']
    state['balancer']['state'] = {key: torch.tensor(value, dtype=torch.float64)
                                  for key, value in balancer.items()}
    wrapper.load_state_dict(state)
    assert plain(wrapper.state_dict())['balancer'] == before['wrapper']['balancer']
    step(model, wrapper)
    found = plain(wrapper.state_dict())['balancer']['state']
    assert found.keys() == before['after'].keys()
    for key, value in found.items():
        assert value == pytest.approx(before['after'][key], rel=1e-7), key
    assert found['weights'] != pytest.approx(balancer['weights'], rel=1e-2)


if __name__ == '__main__':
    one = built(UNCERTAINTY)
    shapes = shapes_of(one)
    one.load_state_dict({key: made(key, shape) for key, shape in shapes.items()})
    other, its_wrapper = trained(2)
    now = plain(its_wrapper.state_dict())
    step(other, its_wrapper)
    FILE.write_text(json.dumps(dict(
        shapes=shapes, outputs=outputs_of(one), wrapper=now,
        after=plain(its_wrapper.state_dict())['balancer']['state'])) + '\n')
