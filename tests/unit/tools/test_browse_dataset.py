"""The tool that draws what the network is given."""

import os
import subprocess
import sys
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).parent))
from toy_cityscapes import write_toy_cityscapes

ROOT = Path(__file__).resolve().parents[3]


def run(*args: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if 'DISPLAY' not in name}
    path = os.pathsep.join([str(ROOT), environment.get('PYTHONPATH', '')])
    tool = ROOT / 'tools/analysis_tools/browse_dataset.py'
    return subprocess.run([sys.executable, str(tool), *args], env={**environment,
                          'PYTHONPATH': path}, capture_output=True, text=True, timeout=120)


def test_pictures(tmp_path):
    config = write_toy_cityscapes(tmp_path)
    result = run(str(config), '--output-dir', str(tmp_path / 'out'), '--number', '3')
    assert result.returncode == 0, result.stderr
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert len(names) == 3 and names[1] == '00001_toy_000001_000019_leftImg8bit.png'
    # image, semantics and vectors beside each other, instances and disparity below: 384 x 192 each
    height, width, _ = cv2.imread(str(tmp_path / 'out' / names[0])).shape
    assert width > 3 * 384 and height > 2 * 192


def test_no_window_and_no_folder(tmp_path):
    result = run(str(write_toy_cityscapes(tmp_path)))
    assert result.returncode == 2 and '--output-dir' in result.stderr


def test_missing_split(tmp_path):
    result = run(str(write_toy_cityscapes(tmp_path)), '--split', 'test', '--output-dir', 'x')
    assert result.returncode == 1 and 'has no test_dataloader' in result.stderr
