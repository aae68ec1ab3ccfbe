"""``save_best`` and early stopping on each score of the package."""

import pytest
from mmengine.hooks import CheckpointHook, EarlyStoppingHook

from mmmtl._save_best import misleading_part, teach_save_best

KEYS = {
    'semantic/mIoU': 'greater',
    'semantic/aAcc': 'greater',
    'instance/mae': 'less',
    'instance/epe': 'less',
    'depth/mae': 'less',
    'depth/rmse': 'less',
    'depth/abs_rel': 'less',
    'depth/log10': 'less',
    'depth/delta1': 'greater',
    'normal/mean': 'less',
    'normal/median': 'less',
    'normal/median_per_batch': 'less',
    'normal/within_11.25': 'greater',
    'instance/AP': 'greater',
    'instance/AP50/car': 'greater',
    'panoptic/PQ_things': 'greater',
    'semantic/iIoU_category': 'greater',
}


@pytest.fixture(autouse=True)
def taught():
    teach_save_best()


def test_rules():
    assert CheckpointHook(save_best=list(KEYS)).rules == list(KEYS.values())
    assert [EarlyStoppingHook(monitor=key).rule for key in KEYS] == list(KEYS.values())


def test_other_names_are_not_guessed():
    with pytest.raises(ValueError, match='Cannot infer'):
        CheckpointHook(save_best='repeatability')  # contains 'epe'


def test_twice_is_once():
    before = list(CheckpointHook._default_less_keys)
    teach_save_best()
    assert list(CheckpointHook._default_less_keys) == before and before[0] == 'loss'


@pytest.mark.parametrize(('name', 'part'), [('depth', None), ('depth_map', 'mAP'),
                                            ('accuracy', 'acc')])
def test_misleading_names(name, part):
    assert misleading_part(name) == part
