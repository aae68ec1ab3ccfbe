"""The three ways to split: what each stage reads, and what is refused."""

import pytest

from mmmtl.own_data.splits import stages_of

FOLDERS = dict(img_path='i', seg_map_path='l')
PLACED = dict(img_path='i/{split}', seg_map_path='{split}/l')


def test_a_share() -> None:
    stages = stages_of(0.25, FOLDERS)
    assert stages['train'] == dict(data_prefix=FOLDERS, part=(0.25, 1))
    assert stages['val'] == stages['test'] == dict(data_prefix=FOLDERS, part=(0, 0.25))


def test_folders() -> None:
    stages = stages_of(('train', 'val'), PLACED)
    assert stages['train'] == dict(data_prefix=dict(img_path='i/train', seg_map_path='train/l'))
    assert stages['val'] == stages['test']
    assert stages['val'] == dict(data_prefix=dict(img_path='i/val', seg_map_path='val/l'))
    assert stages_of(('a', 'b', 'c'), PLACED)['test']['data_prefix']['img_path'] == 'i/c'


def test_lists() -> None:
    stages = stages_of(dict(train='t.txt', val='v.txt'), FOLDERS)
    assert [stages[name]['ann_file'] for name in ('train', 'val', 'test')] == [
        't.txt', 'v.txt', 'v.txt']
    assert stages_of(dict(train='t', val='v', test='x'), FOLDERS)['test']['ann_file'] == 'x'
    assert all(stage['data_prefix'] == FOLDERS for stage in stages.values())


@pytest.mark.parametrize(('split', 'folders', 'message'), [
    (0.0, FOLDERS, 'between 0 and 1'),
    (1.5, FOLDERS, 'between 0 and 1'),
    (0.2, PLACED, 'names no folders'),
    (('train', 'val'), FOLDERS, 'the one of images has no {split}'),
    (('train', 'val'), dict(PLACED, depth_path='d'), 'the folder of depth_path has no {split}'),
    (('train', ), PLACED, 'two or three names'),
    (('train', 1), PLACED, 'two or three names'),
    (('a', 'a'), PLACED, "'a' is for training and for validation or test"),
    (('a', 'b', 'a'), PLACED, "'a' is for training and for validation or test"),
    (dict(train='t', val='t'), FOLDERS, "'t' is for training and for validation or test"),
    (dict(train='t.txt'), FOLDERS, "'train' and 'val', and perhaps 'test'"),
    (dict(train='t', val='v', trial='x'), FOLDERS, "'train' and 'val', and perhaps 'test'"),
])
def test_refused(split: object, folders: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stages_of(split, folders)


@pytest.mark.parametrize('split', [True, 1, 'train.txt', None])
def test_no_split_at_all(split: object) -> None:
    with pytest.raises(TypeError, match='share of frames to hold out'):
        stages_of(split, FOLDERS)
