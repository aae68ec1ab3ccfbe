"""Boundaries of labels, and from files."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.pipeline_check import check_pipeline
from mmmtl.datasets.transforms import PackMultiTaskInputs
from mmmtl.datasets.transforms.boundaries import (
    GenerateBoundaries,
    LoadBoundaries,
    boundaries_of,
)
from mmmtl.registry import TRANSFORMS

LABELS = np.array([[0, 0, 1, 1],
                   [0, 0, 1, 255],
                   [2, 2, 2, 2]], np.uint8)


def test_known_boundaries():
    _ = np.nan
    expected = [[0, 1, _, _], [1, 1, 1, _], [0, 0, 0, 0]]
    np.testing.assert_array_equal(boundaries_of(LABELS), expected)


def test_against_every_pixel_by_itself():
    labels = np.random.default_rng(0).integers(0, 3, (9, 11)).astype(np.uint8)
    labels[labels == 2] = 255
    found = boundaries_of(labels)
    for (y, x), value in np.ndenumerate(found):
        near = [labels[y + dy, x + dx] for dy, dx in ((0, 1), (1, 0), (1, 1))
                if y + dy < 9 and x + dx < 11]
        if labels[y, x] == 255:
            assert np.isnan(value)
        elif any(one not in (255, labels[y, x]) for one in near):
            assert value == 1
        else:
            assert np.isnan(value) if 255 in near else value == 0
    assert {*np.unique(found[np.isfinite(found)])} == {0, 1} and np.isnan(found).any()


def test_generated_and_packed():
    results = dict(img=np.zeros((3, 4, 3), np.uint8), gt_seg_map=LABELS, ori_shape=(3, 4),
                   img_path='a.jpg', seg_fields=['gt_seg_map'])
    sample = PackMultiTaskInputs()(GenerateBoundaries()(results))['data_samples']
    np.testing.assert_array_equal(sample.gt_boundary_map.data[0], boundaries_of(LABELS))
    assert sample.metainfo['has_values']['gt_boundary_map']


def test_truth_at_the_original_size():
    results = dict(img=np.zeros((6, 8, 3), np.uint8), gt_seg_map=LABELS, ori_shape=(3, 4),
                   img_path='a.jpg', flip=True, flip_direction='horizontal')
    results = GenerateBoundaries()(results)
    assert results['fields_at_ori_shape'] == ['gt_boundary_map']
    sample = PackMultiTaskInputs()(results)['data_samples']
    np.testing.assert_array_equal(sample.gt_boundary_map.data[0], boundaries_of(LABELS))


@pytest.mark.parametrize('results', [
    {}, dict(gt_seg_map=LABELS, semantic_unlabelled=True),
    dict(gt_seg_map=LABELS, gt_boundary_map=np.ones((3, 4), np.float32))])
def test_nothing_to_make(results):
    before = dict(results)
    assert GenerateBoundaries()(results) == before or before['gt_boundary_map'].all()


@pytest.mark.parametrize(('unknown', 'expected'), [
    (None, [[0, 1, 1]]), (7, [[0, 1, np.nan]])])
def test_files(tmp_path, unknown, expected):
    Image.fromarray(np.array([[0, 255, 7]], np.uint8)).save(tmp_path / 'a.png')
    results = LoadBoundaries(unknown)(dict(boundary_path=str(tmp_path / 'a.png')))
    np.testing.assert_array_equal(results['gt_boundary_map'], expected)
    assert results['gt_boundary_map'].dtype == np.float32
    assert results['seg_fields'] == ['gt_boundary_map']
    assert LoadBoundaries()({}) == {}


def test_numbers(tmp_path):
    np.save(tmp_path / 'a.npy', np.array([[0, .5, np.nan]]))
    found = LoadBoundaries()(dict(boundary_path=str(tmp_path / 'a.npy')))['gt_boundary_map']
    np.testing.assert_array_equal(found, [[0, 1, np.nan]])
    np.save(tmp_path / 'b.npy', np.zeros((2, 2, 3)))
    with pytest.raises(ValueError, match=r'b.npy \(boundary_path\): a picture in colour'):
        LoadBoundaries()(dict(boundary_path=str(tmp_path / 'b.npy')))


def test_repr():
    assert repr(GenerateBoundaries()) == 'GenerateBoundaries()'
    assert repr(LoadBoundaries(3)) == 'LoadBoundaries(unknown=3, backend_args=None)'


def test_rules_of_pipelines():
    image, labels, make, pack, crop, pad = (dict(type=name) for name in (
        'LoadImageFromFile', 'mmmtl.LoadSemanticLabels', 'mmmtl.GenerateBoundaries',
        'mmmtl.PackMultiTaskInputs', 'RandomCrop', 'Pad'))
    check_pipeline([image, labels, crop, pad, make, pack])
    with pytest.raises(ValueError, match='no LoadSemanticLabels before it.* no boundaries'):
        check_pipeline([image, make, pack])
    with pytest.raises(ValueError, match='RandomCrop: comes after GenerateBoundaries, whose lines'):
        check_pipeline([image, labels, make, crop, pack])
    with pytest.raises(ValueError, match='RandomRotate: it fills'):
        check_pipeline([image, dict(type='mmmtl.LoadBoundaries'), dict(type='RandomRotate'), pack])


def test_they_are_registered():
    TRANSFORMS.import_from_location()
    assert TRANSFORMS.get('mmmtl.GenerateBoundaries') is GenerateBoundaries
