"""The table at the end of the demo."""

import importlib.util
from pathlib import Path

import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData, PixelData

from mmmtl.apis import load_config
from mmmtl.testing.samples import toy_sample

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def demo():
    spec = importlib.util.spec_from_file_location('demo', ROOT / 'tools/demo.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def perfect_sample(car: int):
    """A frame with one car of 32 x 32 pixels, predicted as it is."""
    sample = toy_sample(64, 64, num_classes=10)
    ids = torch.zeros(1, 64, 64, dtype=torch.int32)
    ids[:, 16:48, 16:48] = 1
    sample.gt_sem_seg.data[ids > 0] = car
    semantic = sample.gt_sem_seg.data % 255
    panoptic = (semantic * 1000 + (ids > 0)).int()
    for name, data in dict(
            gt_instance_map=ids, pred_instance_map=ids, pred_panoptic_map=panoptic,
            pred_sem_seg=semantic,
            pred_instance_vector=sample.gt_instance_vector.data.nan_to_num(0),
            pred_inverse_depth_map=sample.gt_inverse_depth_map.data.nan_to_num(0)).items():
        sample.set_data({name: PixelData(data=data)})
    sample.pred_instances = InstanceData(
        ids=torch.tensor([1]).int(), labels=torch.tensor([car]), scores=torch.tensor([0.9]))
    return sample


def test_the_evaluators_of_the_config_give_every_row(demo):
    init_default_scope('mmseg')
    config = load_config(str(next(demo.CONFIGS.glob('*.py'))))
    classes = config.metainfo.classes
    evaluator = Evaluator(config.test_evaluator)
    evaluator.dataset_meta = dict(classes=classes, thing_classes=('person', 'car'))
    evaluator.process([perfect_sample(classes.index('car'))])
    scores = evaluator.evaluate(1)
    assert {key for key, *_ in demo.ROWS} <= set(scores)
    assert scores['instance/AP50_from_100px/car'] == 100
    assert 'cars, AP50 (%) ↑ | – | 100.00 |' in demo.score_table(
        {key: 0. for key in scores if 'AP' not in key and 'PQ' not in key}, scores)


def test_constants_beside(demo):
    scores = {key: 1.5 for key, *_ in demo.ROWS}
    table = demo.score_table({'semantic/mIoU': 0.25}, scores).splitlines()
    assert len(table) == len(demo.ROWS) + 2
    assert table[2] == '| semantic segmentation, mIoU (%) ↑ | 0.25 | 1.50 |'
    assert table[-1].endswith('| – | 1.50 |')
