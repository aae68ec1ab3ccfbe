"""The tool that draws what the network is given."""

import os
from pathlib import Path

import cv2

from mmmtl.testing.processes import run_script
from toy_cityscapes import write_toy_cityscapes

ROOT = Path(__file__).resolve().parents[3]


def run(folder: Path, *args: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if 'DISPLAY' not in name}
    path = os.pathsep.join([str(ROOT), environment.get('PYTHONPATH', '')])
    tool = ROOT / 'tools/analysis_tools/browse_dataset.py'
    return run_script(tool, args, folder, {**environment, 'PYTHONPATH': path})


def test_pictures(tmp_path):
    config = write_toy_cityscapes(tmp_path)
    code, printed = run(tmp_path, str(config), '--output-dir', str(tmp_path / 'out'),
                        '--number', '3')
    assert code == 0, printed
    names = sorted(path.name for path in (tmp_path / 'out').iterdir())
    assert len(names) == 3 and names[1] == '00001_toy_000001_000019_leftImg8bit.png'
    # image, semantics and vectors beside each other, instances and disparity below: 384 x 192 each
    height, width, _ = cv2.imread(str(tmp_path / 'out' / names[0])).shape
    assert width > 3 * 384 and height > 2 * 192


def test_no_window_and_no_folder(tmp_path):
    code, printed = run(tmp_path, str(write_toy_cityscapes(tmp_path)))
    assert code == 2 and '--output-dir' in printed


def test_missing_split(tmp_path):
    code, printed = run(tmp_path, str(write_toy_cityscapes(tmp_path)), '--split', 'test',
                        '--output-dir', 'x')
    assert code == 1 and 'has no test_dataloader' in printed
