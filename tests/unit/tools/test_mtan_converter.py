"""The converter of the authors' state dicts: equal outputs, refusals."""

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import init_default_scope

from authors_mtan import make_state, run_authors
from authors_resnet_mtan import make_resnet_state, run_resnet_authors
from mmmtl.apis.foreign_state import read_state
from mmmtl.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / 'tools' / 'model_converters' / 'mtan.py'
spec = importlib.util.spec_from_file_location('mtan_converter', TOOL)
converter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(converter)
RESNET = ROOT / 'configs/mtan/mtan_r50-d8_nyuv2-13-288x384.py'
NETWORKS = ('single', 'stan', 'split', 'split-wide', 'split-deep', 'dense', 'cross-stitch', 'mtan')


def config_of(network: str) -> Path:
    return ROOT / 'configs' / 'mtan' / f'{network}_segnet_nyuv2-13-288x384.py'


def build(network: str) -> torch.nn.Module:
    return MODELS.build(Config.fromfile(config_of(network)).model).double().eval()


@pytest.mark.parametrize('network', NETWORKS)
def test_outputs_are_those_of_the_authors(network):
    model, state = build(network), make_state(network)
    model.load_state_dict(converter.convert(state, model), strict=False)
    image = torch.rand(1, 3, 64, 32, dtype=torch.float64)
    with torch.no_grad():
        found = list(model(image, mode='tensor').values())
        expected = run_authors(network, state, image)
    assert len(found) == len(expected) == (1 if network in ('single', 'stan') else 3)
    for ours, theirs in zip(found, expected, strict=True):
        assert theirs.std() > 1e-3
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)


@pytest.mark.parametrize(('network', 'task'), [('single', 'depth'), ('single', 'normal'),
                                               ('stan', 'depth')])
def test_outputs_of_a_single_other_task(network, task):
    path = config_of(network)
    cfg = Config.fromfile(path.with_name(f'{path.stem}_{task}.py')).model
    with torch.device('meta'):
        model = MODELS.build(cfg).eval()
    state = make_state(network, task=task)
    model.load_state_dict(converter.convert(state, model), strict=False, assign=True)
    image = torch.rand(1, 3, 32, 32, dtype=torch.float64)
    with torch.no_grad():
        (ours, ), (theirs, ) = model(image, mode='tensor').values(), run_authors(
            network, state, image)
    assert ours.shape[1] == (1 if task == 'depth' else 3) and theirs.std() > 1e-3
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-6)


@pytest.fixture(scope='module')
def resnet_state():
    return make_resnet_state()


def resnet_model(**body):
    cfg = Config.fromfile(RESNET).model
    cfg.decode_head.body.update(body)
    with torch.device('meta'):
        return MODELS.build(cfg)


def test_outputs_of_the_resnet_form_are_those_of_the_authors(resnet_state):
    """On a map of 2 × 40, where the dilations up to 36 reach other pixels."""
    model = revert_sync_batchnorm(resnet_model()).double().eval()
    converted = converter.convert(resnet_state, model)
    model.load_state_dict(converted, strict=False, assign=True)
    assert len(converted) == len(resnet_state) == 690
    assert sum(v.numel() for k, v in resnet_state.items()
               if k.endswith(('weight', 'bias'))) == 92_347_921
    image = torch.rand(1, 3, 16, 320, dtype=torch.float64)
    metas = [dict(img_shape=(16, 320))]
    with torch.no_grad():
        features = model.extract_feat(image)
        found = [head.predict(features[task], metas, None) for task, head in model.heads.items()]
        expected = run_resnet_authors(resnet_state, image)
    assert [tuple(theirs.shape) for theirs in expected] == [
        (1, channels, 16, 320) for channels in (13, 1, 3)]
    for ours, theirs in zip(found, expected, strict=True):
        assert theirs.std() > 1e-3
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)
    for task, head in model.heads.items():  # nothing is dropped but half of the pyramid's output
        assert model.neck.necks[task].dropout.p == 0.5 and head.body.dropout is None


def test_a_resnet_that_is_not_the_authors_is_refused(resnet_state):
    state = dict(resnet_state)
    with pytest.raises(ValueError, match=r'align_corners \[False, False, False\].*Take configs'):
        converter.convert(state, resnet_model(align_corners=False))
    model = resnet_model()
    state['decoders.3.4.weight'] = state['shared_layer1_b.2.conv1.weight'] = torch.zeros(1)
    state['logsigma'] = torch.zeros(3)
    with pytest.raises(KeyError, match=r'without a place .*\(3\): .*decoders.3.4.*layer1_b.2.conv1'
                       '|without a place .*shared_layer1_b.2.*decoders.3.4'):
        converter.convert(state, model)
    with pytest.raises(KeyError, match=r'missing from the file \(18\): backbone.backbone.layer4.2'):
        converter.convert({k: v for k, v in resnet_state.items()
                           if not k.startswith('shared_layer4_t')}, model)


def test_every_tensor_of_the_network_is_replaced():
    model, state = build('mtan'), make_state('mtan')
    converted = converter.convert({f'module.{k}': v for k, v in state.items()}, model)
    names = {key for key in model.state_dict()
             if not key.startswith(('data_preprocessor', 'loss_weighting'))}
    assert set(converted) == names
    values = {float(value.double().sum()) for value in state.values()}
    assert {float(value.double().sum()) for value in converted.values()} <= values


def test_log_variances_go_to_the_learned_weighting():
    cfg = Config.fromfile(config_of('split')).model
    cfg.loss_weighting = dict(type='mmmtl.UncertaintyWeighting')
    model, state = MODELS.build(cfg), make_state('split')
    converted = converter.convert(state, model)
    for task, value in zip(model.heads, state['logsigma'], strict=True):
        assert converted[f'loss_weighting.log_vars.{task}'] == value


@pytest.fixture(scope='module')
def models():
    """Networks without memory: the converter reads their names and shapes only."""
    init_default_scope('mmseg')  # a fixture of a module comes before those of its tests
    with torch.device('meta'):
        return {network: MODELS.build(Config.fromfile(config_of(network)).model)
                for network in ('single', 'mtan')}


@pytest.fixture(scope='module')
def states():
    return {network: make_state(network) for network in ('single', 'mtan')}


def test_missing_and_left_over_tensors_are_named(models, states):
    model, state = models['single'], dict(states['single'])
    gone = state.pop('decoder_block.3.0.weight')
    with pytest.raises(KeyError, match=r'missing from the file \(1\): backbone.decoder.3.0.0.weig'):
        converter.convert(state, model)
    state['decoder_block.3.0.weight'] = gone
    state['pred_task4.0.weight'] = gone
    with pytest.raises(KeyError, match=r'without a place .*\(1\): pred_task4.0.weight'):
        converter.convert(state, model)
    del state['pred_task4.0.weight']
    state['pred_task.1.bias'] = torch.zeros(7)
    with pytest.raises(ValueError, match=r'shape \(7,\) in the file and \(13,\) in the config'):
        converter.convert(state, model)


@pytest.mark.parametrize(('network', 'key', 'like'), [
    ('mtan', 'pred_task.0.weight', 'pred_task1.0.weight'),
    ('mtan', 'pred_task0.0.weight', 'pred_task1.0.weight'),
    ('mtan', 'conv_block_enc.2.0.weight', 'conv_block_enc.2.0.0.weight'),
    ('mtan', 'conv_block_dec.0.0.0.weight', 'conv_block_dec.0.0.weight'),
    ('single', 'pred_task1.0.weight', 'pred_task.0.weight')])
@pytest.mark.parametrize('first', [True, False])
def test_a_name_that_the_authors_lack_is_left_over(models, states, network, key, like, first):
    state = states[network]
    extra = {key: state[like]}
    state = {**extra, **state} if first else {**state, **extra}
    with pytest.raises(KeyError, match=rf'without a place .*\(1\): {key}'):
        converter.convert(state, models[network])


@pytest.mark.parametrize('key', ['logsigma', 'pred_task2.1.bias'])
def test_two_tensors_of_one_place_are_named(models, states, key):
    state = {**states['mtan'], f'module.{key}': states['mtan'][key]}
    with pytest.raises(KeyError, match=rf'{key} and module\.{key} of the file'):
        converter.convert(state, models['mtan'])


def test_as_many_log_variances_as_tasks(models, states):
    state = {**states['mtan'], 'logsigma': torch.zeros(7)}
    with pytest.raises(ValueError, match=r'logsigma has shape \(7,\).*3 tasks \(semantic'):
        converter.convert(state, models['mtan'])


def test_a_file_of_another_network_is_refused(models):
    with pytest.raises(KeyError, match=r"not of the config's network \(SegNetMTAN\)"):
        converter.convert(make_state('split'), models['mtan'])


def test_a_config_of_another_backbone_is_refused():
    cfg = Config.fromfile(ROOT / 'configs/mtan/mtan_lite0-fpn_nyuv2-13_1xb8-5e_144x192.py').model
    with torch.device('meta'):
        model = MODELS.build(cfg)
    with pytest.raises(ValueError, match='only the SegNet configs of configs/mtan and mtan_r50'):
        converter.convert({}, model)


@pytest.mark.parametrize(('content', 'message'), [
    ([torch.zeros(1)], 'holds no state dict .* but a list'),
    (torch.zeros(1), 'holds no state dict .* but a Tensor'),
    ({}, 'holds no state dict .* but an empty dict'),
    ({'state_dict': [1]}, 'holds no state dict .* but a list'),
    ({'pred_task.0.bias': 1.5}, "'pred_task.0.bias' is a float"),
    ({3: torch.zeros(1)}, '3 is a Tensor'),
    (torch.nn.Conv2d(1, 1, 1), r'save model.state_dict\(\)')])
def test_a_file_of_anything_else_is_refused(tmp_path, content, message):
    torch.save(content, tmp_path / 'x.pth')
    with pytest.raises(ValueError, match=message):
        read_state(str(tmp_path / 'x.pth'))


def test_a_file_that_is_missing_cut_or_no_checkpoint(tmp_path):
    path = tmp_path / 'x.pth'
    with pytest.raises(FileNotFoundError, match='does not exist'):
        read_state(str(path))
    torch.save({'a': torch.zeros(1000)}, path)
    whole = path.read_bytes()
    for content in (whole[:-300], b'some text', b''):
        path.write_bytes(content)
        with pytest.raises(ValueError, match='cut off or no checkpoint'):
            read_state(str(path))
    path.write_bytes(pickle.dumps({'a': 1}, protocol=2)[:-3])
    with pytest.raises(ValueError, match='no state dict of plain tensors'):
        read_state(str(path))


def test_command(tmp_path, states, monkeypatch, capsys):
    source, target = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    torch.save(states['single'], source)
    command = [sys.executable, str(TOOL), str(source), str(config_of('single')), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '186 tensors' in done.stdout
    assert len(torch.load(target, weights_only=True)['state_dict']) == 186
    target.unlink()
    monkeypatch.setattr(sys, 'argv', command[1:])
    for content, message in (({'odd': torch.zeros(1)}, 'odd'), ([1], 'holds no state dict')):
        torch.save(content, source)
        with torch.device('meta'), pytest.raises(SystemExit) as refused:
            converter.main()
        assert str(source) in str(refused.value) and message in str(refused.value)
    assert not target.exists()
