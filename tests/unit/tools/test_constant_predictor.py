"""The tool that scores constants."""

import json
import os
from pathlib import Path

import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import LabelData, PixelData
from mmseg.structures import SegDataSample

from mmmtl.testing.processes import run_script
from tools.analysis_tools import constant_predictor
from toy_cityscapes import write_toy_cityscapes

ROOT = Path(__file__).resolve().parents[3]


def test_constants_and_scores_by_hand(tmp_path):
    config, out = write_toy_cityscapes(tmp_path), tmp_path / 'out/constant.json'
    path = os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')])
    code, printed = run_script(
        ROOT / 'tools/analysis_tools/constant_predictor.py', [str(config), '--out', str(out)],
        tmp_path, {**os.environ, 'PYTHONPATH': path})
    assert code == 0, printed
    found = json.loads(out.read_text())
    # at the original size, whatever the training pipeline resizes to
    assert found['constants'] == {
        'pred_sem_seg': 0, 'pred_instance_vector': 0., 'pred_inverse_depth_map': 5.}
    assert found['scores']['depth/mae'] == found['scores']['depth/rmse'] == 1.
    assert found['scores']['instance/mae'] == pytest.approx(2.)  # (0.5 + 1.5 + 2.5 + 3.5) / 4
    road = 1 - 64 / 2048
    assert found['scores']['semantic/aAcc'] == pytest.approx(100 * road, abs=0.005)
    assert found['scores']['semantic/mIoU'] == pytest.approx(100 * road / 2, abs=0.005)


class Frames(list):
    """A data set of finished samples."""

    metainfo: dict = {}


def frame(**fields):
    sample = SegDataSample(metainfo=dict(ori_shape=(1, 4), img_path='x.jpg'))
    sample.set_data({name: LabelData(item=data) if name == 'gt_age' else PixelData(data=data)
                     for name, data in fields.items()})
    return dict(data_samples=sample)


def test_frames_may_lack_any_label(capsys):
    """Depth of one frame, a class of another, an age of a third; normals in validation only."""
    depth, labels = torch.tensor([[[2., 4., torch.nan, 3.]]]), torch.tensor([[[1, 1, 0, 255]]])
    train = Frames([frame(gt_depth_map=depth), frame(gt_sem_seg=labels), frame(
        gt_age=torch.tensor([3.])), frame()])
    predictor = constant_predictor.look(train, None)
    assert predictor.constants == {'pred_sem_seg': 1, 'pred_depth_map': 3.}
    evaluator = Evaluator([
        dict(type='mmmtl.SemanticIoUMetric'), dict(type='mmmtl.DepthMetric', kind='metric'),
        dict(type='mmmtl.SurfaceNormalMetric'), dict(type='mmmtl.CityscapesInstanceMetric'),
        dict(type='mmmtl.ImageRegressionMetric', field='age')])
    val = Frames([frame(gt_depth_map=depth), frame(gt_sem_seg=labels), frame(
        gt_normal_map=torch.ones(3, 1, 4)), frame(gt_age=torch.tensor([3.])), frame()])
    scores = constant_predictor.score(val, evaluator, predictor)
    assert scores['depth/mae'] == pytest.approx(2 / 3)
    assert scores['semantic/aAcc'] == pytest.approx(66.67)
    assert {key.partition('/')[0] for key in scores} == {'depth', 'semantic'}
    assert 'ImageRegressionMetric (age) is left out' in capsys.readouterr().out
