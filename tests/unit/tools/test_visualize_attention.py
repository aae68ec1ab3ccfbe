"""The tool that draws attention, from a config and a checkpoint."""

import subprocess
import sys
from pathlib import Path

import cv2
import pytest
import torch
from mmengine.config import Config

from mmmtl.registry import MODELS
from mmmtl.testing.toy_config import write_toy_config

ROOT = Path(__file__).resolve().parents[3]
MTAN = """
_base_ = './toy.py'
model = dict(
    backbone=dict(_delete_=True, type='mmmtl.MTAN', backbone=_base_.model.backbone))
"""


def run(*args) -> subprocess.CompletedProcess:
    tool = ROOT / 'tools' / 'analysis_tools' / 'visualize_attention.py'
    return subprocess.run([sys.executable, str(tool), *map(str, args)], capture_output=True,
                          text=True, timeout=120, check=False)


@pytest.fixture
def mtan(tmp_path):
    """Config and checkpoint of an untrained network, and a folder of frames."""
    write_toy_config(tmp_path, ROOT / 'configs')
    config = tmp_path / 'mtan.py'
    config.write_text(MTAN)
    checkpoint = tmp_path / 'mtan.pth'
    model = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=model.state_dict(), meta={}), checkpoint)
    return config, checkpoint


def test_frames_of_the_test_set(mtan, tmp_path):
    done = run(*mtan, '--output-dir', tmp_path / 'out', '--number', 1)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert len(names) == 2
    assert names[0].endswith('_0.png') and names[1].endswith('_masks.png')
    masks = cv2.imread(str(tmp_path / 'out' / names[1]))
    assert masks.shape[1] == 4 * 246  # four stages


def test_what_cannot_be_drawn_is_refused(mtan, tmp_path):
    config, checkpoint = mtan
    wrong = run(*mtan, '--output-dir', tmp_path / 'out', '--number', 1, '--stage', '9')
    assert wrong.returncode and "the stages are ['0', '1', '2', '3']" in wrong.stderr
    missing = run(config, checkpoint, '--output-dir', tmp_path / 'out', '--image', 'no.png')
    assert missing.returncode and 'no.png does not exist' in missing.stderr
    plain = tmp_path / 'toy.py'
    torch.save(dict(state_dict=MODELS.build(Config.fromfile(plain).model).state_dict(), meta={}),
               checkpoint)
    nothing = run(plain, checkpoint, '--output-dir', tmp_path / 'out', '--number', 1)
    assert nothing.returncode and 'no attention' in nothing.stderr
