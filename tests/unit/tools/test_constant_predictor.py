"""The tool that scores constants."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from toy_cityscapes import write_toy_cityscapes

ROOT = Path(__file__).resolve().parents[3]


def test_constants_and_scores_by_hand(tmp_path):
    config, out = write_toy_cityscapes(tmp_path), tmp_path / 'out/constant.json'
    path = os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')])
    subprocess.run(
        [sys.executable, str(ROOT / 'tools/analysis_tools/constant_predictor.py'), str(config),
         '--out', str(out)],
        env={**os.environ, 'PYTHONPATH': path}, check=True, timeout=120)
    found = json.loads(out.read_text())
    # at the original size, whatever the training pipeline resizes to
    assert found['constants'] == {
        'pred_sem_seg': 0, 'pred_instance_vector': 0., 'pred_inverse_depth_map': 5.}
    assert found['scores']['depth/mae'] == found['scores']['depth/rmse'] == 1.
    assert found['scores']['instance/mae'] == pytest.approx(2.)  # (0.5 + 1.5 + 2.5 + 3.5) / 4
    road = 1 - 64 / 2048
    assert found['scores']['semantic/aAcc'] == pytest.approx(100 * road, abs=0.005)
    assert found['scores']['semantic/mIoU'] == pytest.approx(100 * road / 2, abs=0.005)
