"""Test configs that write a submission."""

import pytest
from mmengine.config import Config

from mmmtl.apis.submission import use_submission
from mmmtl.datasets.base_multi_task import TASK_NAMES

OURS = dict(type='mmmtl.CityscapesMultiTaskDataset', data_root='data')


def submit(dataset, out_dir=None):
    cfg = Config(dict(work_dir='work', test_dataloader=dict(dataset=dataset),
                      test_evaluator=[dict(type='mmmtl.SemanticIoUMetric')]))
    use_submission(cfg, out_dir)
    return cfg


@pytest.mark.parametrize(('out_dir', 'expected'), [(None, 'work/submission'), ('x', 'x')])
def test_the_writer_replaces_the_metrics(out_dir, expected):
    assert submit(dict(OURS, split='test'), out_dir).test_evaluator == dict(
        type='mmmtl.CityscapesSubmissionWriter', output_dir=expected,
        panoptic_name='cityscapes_panoptic_test')


def test_labels_are_not_looked_for():
    folders = dict(img_path='leftImg8bit/val', seg_map_path='gtFine/val')
    cfg = submit(dict(OURS, data_prefix=folders))
    assert cfg.test_dataloader.dataset.data_prefix == dict(
        dict.fromkeys(TASK_NAMES), img_path='leftImg8bit/val')
    assert cfg.test_evaluator.panoptic_name == 'panoptic'


def test_below_wrappers():
    both = [dict(OURS, split=split) for split in ('val', 'test')]
    cfg = submit(dict(type='ConcatDataset', datasets=[
        dict(type='RepeatDataset', times=1, dataset=both[0]), both[1]]))
    inner = cfg.test_dataloader.dataset.datasets
    assert inner[0].dataset.data_prefix.seg_map_path is None
    assert inner[1].data_prefix.instance_path is None
    assert cfg.test_evaluator.panoptic_name == 'panoptic', 'of two splits'


def test_data_sets_of_the_host_stay():
    host = dict(type='CityscapesDataset', data_prefix=dict(img_path='a', seg_map_path='b'))
    assert submit(host).test_dataloader.dataset == host
