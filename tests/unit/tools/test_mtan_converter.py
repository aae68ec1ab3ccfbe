"""The converter of the authors' state dicts: equal outputs, refusals."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmmtl.registry import MODELS
from mmmtl.testing.authors_mtan import make_state, run_authors

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / 'tools' / 'model_converters' / 'mtan.py'
spec = importlib.util.spec_from_file_location('mtan_converter', TOOL)
converter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(converter)
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


def test_missing_and_left_over_tensors_are_named():
    model, state = build('single'), make_state('single')
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


def test_a_file_of_another_network_is_refused():
    with pytest.raises(KeyError, match=r"not of the config's network \(SegNetMTAN\)"):
        converter.convert(make_state('split'), build('mtan'))


def test_command(tmp_path):
    source, target = tmp_path / 'theirs.pth', tmp_path / 'ours.pth'
    torch.save(make_state('single'), source)
    command = [sys.executable, str(TOOL), str(source), str(config_of('single')), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '186 tensors' in done.stdout
    assert len(torch.load(target, weights_only=True)['state_dict']) == 186
    torch.save({'odd': torch.zeros(1)}, source)
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode and 'odd' in refused.stderr and str(source) in refused.stderr
