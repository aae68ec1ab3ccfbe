"""The tool that draws attention, from a config and a checkpoint."""

from pathlib import Path

import cv2
import pytest
import torch
from mmengine.config import Config

from mmmtl.registry import MODELS
from mmmtl.testing.processes import run_script
from mmmtl.testing.toy_config import write_toy_config

ROOT = Path(__file__).resolve().parents[3]
MTAN = """
_base_ = './toy.py'
model = dict(
    backbone=dict(_delete_=True, type='mmmtl.MTAN', backbone=_base_.model.backbone))
"""


def run(folder, *args) -> tuple[int, str]:
    tool = ROOT / 'tools' / 'analysis_tools' / 'visualize_attention.py'
    return run_script(tool, list(map(str, args)), folder)


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
    code, printed = run(tmp_path, *mtan, '--output-dir', tmp_path / 'out', '--number', 1)
    assert code == 0, printed
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert len(names) == 2
    assert names[0].endswith('_0.png') and names[1].endswith('_masks.png')
    masks = cv2.imread(str(tmp_path / 'out' / names[1]))
    assert masks.shape[1] == 4 * 246  # four stages


def test_what_cannot_be_drawn_is_refused(mtan, tmp_path):
    config, checkpoint = mtan
    out = ['--output-dir', tmp_path / 'out', '--number', 1]
    code, printed = run(tmp_path, *mtan, *out, '--stage', '9')
    assert code and "the stages are ['0', '1', '2', '3']" in printed
    code, printed = run(tmp_path, config, checkpoint, *out[:2], '--image', 'no.png')
    assert code and 'no.png does not exist' in printed
    plain = tmp_path / 'toy.py'
    torch.save(dict(state_dict=MODELS.build(Config.fromfile(plain).model).state_dict(), meta={}),
               checkpoint)
    code, printed = run(tmp_path, plain, checkpoint, *out)
    assert code and 'no attention' in printed
