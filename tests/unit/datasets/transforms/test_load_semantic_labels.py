"""Semantic labels: mapped, checked, and with the sky kept where it is needed."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadSemanticLabels


@pytest.fixture
def frame(tmp_path):
    Image.fromarray(np.array([[23, 7, 255]], np.uint8)).save(tmp_path / 'a.png')
    return dict(seg_map_path=str(tmp_path / 'a.png'), label_map={7: 0, 23: 255}, sky_id=23,
                reduce_zero_label=False)


def test_labels(frame):
    loaded = LoadSemanticLabels()(frame)
    assert loaded['gt_seg_map'].tolist() == [[255, 0, 255]]
    assert 'sky_mask' not in loaded


def test_sky_for_disparity(frame):
    loaded = LoadSemanticLabels()(dict(frame, disparity_path='b.png'))
    assert loaded['sky_mask'].tolist() == [[True, False, False]]


def test_unknown_values(frame):
    with pytest.raises(ValueError, match=r'a.png .*label values \[23\] are outside the 19 classes'):
        LoadSemanticLabels()(dict(frame, label_map=None, num_labels=19))


def test_one_object_for_two_data_sets(frame):
    """mmseg's loader remembers reduce_zero_label of the first frame and then asserts."""
    loader = LoadSemanticLabels()
    loader(dict(frame))
    reduced = loader(dict(frame, reduce_zero_label=True, label_map=None))
    assert reduced['gt_seg_map'].tolist() == [[22, 6, 255]]


@pytest.mark.parametrize('suffix', ['png', 'tiff', 'npy', 'pgm'])
def test_sixteen_bits_of_small_values(tmp_path, suffix):
    path, labels = tmp_path / f'a.{suffix}', np.array([[0, 1, 255]], np.uint16)
    np.save(path, labels) if suffix == 'npy' else Image.fromarray(labels).save(path)
    loaded = LoadSemanticLabels()(dict(seg_map_path=str(path), num_labels=2))['gt_seg_map']
    assert loaded.dtype == np.uint8 and loaded.tolist() == [[0, 1, 255]]


@pytest.mark.parametrize('value', [256, 257, 511, 65535])
@pytest.mark.parametrize('num_labels', [None, 2])
def test_sixteen_bits_do_not_wrap_around(tmp_path, value, num_labels):
    Image.fromarray(np.array([[0, value]], np.uint16)).save(tmp_path / 'a.png')
    with pytest.raises(ValueError, match=rf'a.png .*label values \[{value}\] are outside'):
        LoadSemanticLabels()(dict(seg_map_path=str(tmp_path / 'a.png'), num_labels=num_labels))


def test_classes_above_255_that_a_label_map_knows(tmp_path):
    Image.fromarray(np.array([[0, 300, 301]], np.uint16)).save(tmp_path / 'a.png')
    frame = dict(seg_map_path=str(tmp_path / 'a.png'))
    loaded = LoadSemanticLabels()(dict(frame, label_map={0: 255, 300: 0, 301: 7}))
    assert loaded['gt_seg_map'].tolist() == [[255, 0, 7]]
    reduced = LoadSemanticLabels()(
        dict(frame, label_map={299: 4, 300: 5}, reduce_zero_label=True))
    assert reduced['gt_seg_map'].tolist() == [[255, 4, 5]]


def test_one_bit(tmp_path):
    Image.fromarray(np.array([[0, 255]], np.uint8)).convert('1').save(tmp_path / 'a.png')
    loaded = LoadSemanticLabels()(dict(seg_map_path=str(tmp_path / 'a.png'), num_labels=2))
    assert loaded['gt_seg_map'].tolist() == [[0, 1]]


def test_many_unknown_values_are_cut_short(tmp_path):
    Image.fromarray(np.arange(1000, 1020, dtype=np.uint16)[None]).save(tmp_path / 'a.png')
    with pytest.raises(ValueError, match=r'1008\] and 11 more are outside'):
        LoadSemanticLabels()(dict(seg_map_path=str(tmp_path / 'a.png'), num_labels=2))


@pytest.mark.parametrize(('values', 'info', 'warned'), [
    ([0, 255], dict(num_labels=2), 1), ([0, 255], {}, 1), ([0, 1, 255], dict(num_labels=2), 0),
    ([0, 0], dict(num_labels=2), 0), ([255, 255], dict(num_labels=2), 0),
    ([0, 255], dict(num_labels=3), 0), ([0, 255], dict(num_labels=2, label_map={0: 1}), 0)])
def test_masks_of_black_and_white_are_warned_of_once(tmp_path, monkeypatch, values, info, warned):
    lines = []
    monkeypatch.setattr('mmmtl.datasets.transforms.load_semantic_labels.print_log',
                        lambda line, **_: lines.append(line))
    Image.fromarray(np.array([values], np.uint8)).save(tmp_path / 'a.png')
    loader = LoadSemanticLabels()
    for _ in range(2):
        loader(dict(seg_map_path=str(tmp_path / 'a.png'), **info))
    assert len(lines) == warned and all('a.png (seg_map_path): holds 0 and' in x for x in lines)
