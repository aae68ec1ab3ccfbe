"""Both stacks: what to install, where configs lie, what checkpoints contain."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.logging import MessageHub
from mmengine.runner import CheckpointLoader, save_checkpoint

import mmmtl


@pytest.mark.parametrize(('present', 'missing'), [
    ((), 'torch, mmengine, mmcv, mmseg'),
    (('torch', 'mmengine'), 'mmcv, mmseg'),
])
def test_without_a_stack_the_import_says_what_to_type(tmp_path, present, missing):
    """In a Python without site-packages (-S), where only empty modules of ``present`` are."""
    for name in present:
        (tmp_path / f'{name}.py').touch()
    paths = [str(tmp_path), str(Path(mmmtl.__file__).parent.parent)]
    code = f'import sys; sys.path[:0] = {paths!r}; import mmmtl'
    run = subprocess.run(
        [sys.executable, '-S', '-E', '-c', code], capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 1
    assert f'ImportError: mmmtl needs {missing}, from one of these two stacks' in run.stderr
    assert 'pip install "mmmtl[onedl]"' in run.stderr
    assert 'pip install "mmmtl[openmmlab]"' in run.stderr
    assert 'No module named' not in run.stderr


def test_host_configs_are_inherited(tmp_path):
    (tmp_path / 'x.py').write_text(
        "_base_ = 'mmseg::deeplabv3/deeplabv3_r50-d8_4xb2-40k_cityscapes-512x1024.py'\n"
        'model = dict(decode_head=dict(num_classes=7))\n')
    cfg = Config.fromfile(str(tmp_path / 'x.py'))
    assert cfg.model.decode_head.type.endswith('ASPPHead')
    assert cfg.model.decode_head.num_classes == 7


def test_own_configs_are_inherited(tmp_path, repo_root):
    """Through .mim, which an editable install makes."""
    if not (repo_root / 'mmmtl' / '.mim').exists():
        pytest.skip('mmmtl is not installed: pip install -e .')
    config = sorted((repo_root / 'configs').glob('_base_/*/*.py'))[0]
    name = config.relative_to(repo_root / 'configs').as_posix()
    (tmp_path / 'x.py').write_text(f"_base_ = 'mmmtl::{name}'\n")
    cfg = Config.fromfile(str(tmp_path / 'x.py'))
    assert set(Config.fromfile(str(config)).keys()) <= set(cfg.keys())


@pytest.fixture
def checkpoint(tmp_path):
    """A file with all that a message hub can hold, written as mmengine writes it."""
    hub = MessageHub.get_instance('test_compat')
    for step in range(3):
        hub.update_scalar('train/loss', 0.5 * step)
        hub.update_scalar('train/int', step)
    for name in ('float32', 'float64', 'int64', 'uint8', 'bool'):
        hub.update_info(f'best_{name}', np.dtype(name).type(1))
    hub.update_info('palette', np.zeros((2, 3), np.uint8))
    path = tmp_path / 'x.pth'
    save_checkpoint(
        dict(state_dict=dict(w=torch.ones(2)), message_hub=hub.state_dict(), meta=dict(iter=3)),
        str(path))
    return path


needs_torch_2_6 = pytest.mark.skipif(
    not hasattr(torch.serialization, 'get_unsafe_globals_in_checkpoint'),
    reason='torch < 2.6 has no declared classes')


@needs_torch_2_6
def test_checkpoints_load_with_weights_only(checkpoint):
    loaded = torch.load(checkpoint, weights_only=True)
    buffer = loaded['message_hub']['log_scalars']['train/loss']
    assert buffer.mean() == 0.5 and buffer.current() == 1.0
    assert loaded['message_hub']['runtime_info']['best_float64'] == 1


@needs_torch_2_6
def test_a_fresh_process_loads_them_too(checkpoint):
    """Where no history buffer was made before."""
    code = textwrap.dedent(f"""
        import mmmtl, torch
        hub = torch.load({str(checkpoint)!r}, weights_only=True)['message_hub']
        assert hub['log_scalars']['train/loss'].mean() == 0.5
    """)
    subprocess.run([sys.executable, '-c', code], check=True, timeout=120)


@needs_torch_2_6
def test_mmengine_loads_them_without_falling_back(checkpoint, monkeypatch):
    """onedl-mmengine loads with weights_only=False, and a warning, where True fails."""
    asked, load = [], torch.load

    def spy(*args, **kwargs):
        asked.append(kwargs.get('weights_only'))
        return load(*args, **kwargs)

    monkeypatch.setattr('torch.load', spy)
    CheckpointLoader.load_checkpoint(str(checkpoint), map_location='cpu')
    assert asked and False not in asked
    assert load(checkpoint, weights_only=True)  # what it declares, it takes back; not ours


class Reach:
    """Pickles as ``getattr(owner, name)``."""

    def __init__(self, owner, name):
        self.target = owner, name

    def __reduce__(self):
        return getattr, self.target


@needs_torch_2_6
@pytest.mark.parametrize('name', ['update', '__init__', '__globals__', '_statistics_methods'])
def test_getattr_is_not_declared_safe(tmp_path, name):
    from mmengine.logging.history_buffer import HistoryBuffer
    owner = HistoryBuffer if name != '__globals__' else HistoryBuffer.update
    torch.save(dict(x=Reach(owner, name)), tmp_path / 'x.pth')
    if name == 'update':  # a public method of the buffer
        assert torch.load(tmp_path / 'x.pth', weights_only=True)['x'] is HistoryBuffer.update
        return
    with pytest.raises(Exception, match='methods of HistoryBuffer only'):
        torch.load(tmp_path / 'x.pth', weights_only=True)
