"""Pretrained weights that cannot be reached are refused with their URL and a way without them."""

import re
import sys
from types import SimpleNamespace
from urllib.error import URLError

import pytest
import torch
from mmengine.config import Config
from mmengine.model import BaseModule
from mmengine.runner import checkpoint as hosts

from mmmtl.engine import PretrainedReachHook


class Network(BaseModule):
    def __init__(self, checkpoint):
        super().__init__()
        self.backbone = BaseModule(init_cfg=dict(type='Pretrained', checkpoint=checkpoint))


def run(checkpoint, **model):
    runner = SimpleNamespace(model=Network(checkpoint), cfg=Config(dict(model=model)))
    PretrainedReachHook().before_run(runner)


@pytest.fixture
def offline(monkeypatch):
    def unreachable(url, **kwargs):
        raise URLError('no route to host')
    monkeypatch.setattr(hosts, 'load_url', unreachable)


def test_what_is_there_passes(tmp_path):
    torch.save({}, tmp_path / 'x.pth')
    run(str(tmp_path / 'x.pth'))


@pytest.mark.parametrize(('model', 'option'), [
    (dict(pretrained='x'), 'model.pretrained=None'), ({}, 'model.backbone.init_cfg=None'),
    (dict(backbone=dict(pretrained='x')), 'model.backbone.pretrained=None')])
def test_a_url_is_named_and_the_option(offline, model, option):
    url = hosts.get_external_models()['resnet50_v1c']
    for given, shown in (('open-mmlab://resnet50_v1c', f'open-mmlab://resnet50_v1c ({url})'),
                         ('https://a.b/c.pth', 'https://a.b/c.pth')):
        with pytest.raises(FileNotFoundError, match=re.escape(
                f'pretrained weights of backbone cannot be loaded: {shown}: URLError: ')) as error:
            run(given, **model)
        assert 'no route to host>. Name a file or a URL' in str(error.value)
        assert f'train without them: --cfg-options {option} ' in str(error.value)


def test_a_missing_file():
    with pytest.raises(FileNotFoundError, match='gone/x.pth: FileNotFoundError: gone/x.pth'):
        run('gone/x.pth')


def test_a_file_that_is_no_checkpoint(tmp_path):
    (tmp_path / 'x.pth').write_text('<html>not found</html>')
    with pytest.raises(ValueError, match='x.pth: UnpicklingError'):
        run(str(tmp_path / 'x.pth'))


@pytest.mark.parametrize(('name', 'close'), [
    ('open-mmlab://resnet50_v1d1', 'resnet50_v1'), ('openmmlab://resnet5_v1c', 'resnet50_v1c'),
    ('mmcls://vgg1', 'vgg1')])
def test_an_unknown_name(name, close):
    text = f"{name}: mmengine knows no such name; did you mean '{close}"
    with pytest.raises(ValueError, match=text):
        run(name)


def test_torchvision_must_be_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, 'torchvision', None)
    with pytest.raises(ValueError, match=(
            r'torchvision://resnet50: the package torchvision knows this name, and is not installed'
            r' \(pip install torchvision')):
        run('torchvision://resnet50')


def test_each_file_is_read_once(monkeypatch, tmp_path):
    read = []
    monkeypatch.setattr('mmmtl.engine.pretrained_reach_hook.check_reachable',
                        lambda checkpoint, *_: read.append(checkpoint))
    model = Network('a.pth')
    model.neck = BaseModule(init_cfg=dict(type='Pretrained', checkpoint='a.pth', prefix='neck.'))
    PretrainedReachHook().before_run(SimpleNamespace(model=model))
    assert read == ['a.pth']
