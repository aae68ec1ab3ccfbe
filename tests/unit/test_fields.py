"""The table of maps."""

import numpy as np
import pytest

from mmmtl.datasets.base_multi_task import TASK_NAMES
from mmmtl.datasets.transforms.load_map import LoadMap
from mmmtl.fields import FIELDS, MAP_FIELDS, largest_class, logits_field, pad_map
from mmmtl.registry import TRANSFORMS
from mmmtl.visualization.sheet import PAINTERS

ROWS = pytest.mark.parametrize('name', FIELDS)


@ROWS
def test_a_row_names_what_there_is(name):
    row = FIELDS[name]
    TRANSFORMS.import_from_location()
    if row.loaders:
        loader = TRANSFORMS.module_dict[row.loaders[0]]
        assert row.path_keys[0] in TASK_NAMES
        if issubclass(loader, LoadMap):
            assert loader.path_key == row.path_keys[0] and loader.field == name
    if row.made:
        assert row.made.by in TRANSFORMS.module_dict and row.made.of in FIELDS
    assert row.loaders or row.made


def test_every_loader_has_a_row():
    TRANSFORMS.import_from_location()
    ours = {kind for kind in TRANSFORMS.module_dict if issubclass(
        TRANSFORMS.module_dict[kind], LoadMap)}
    assert ours == {row.loaders[0] for row in MAP_FIELDS.values() if row.loaders}


def test_every_painter_draws_once():
    assert len({*PAINTERS}) == len(PAINTERS) == sum(len(row.painters) for row in FIELDS.values())


@ROWS
def test_repairs_undo_each_other(name):
    row = FIELDS[name]
    values = np.random.default_rng(0).uniform(0.1, 1, (2, 3, 3)).astype(np.float32)
    values /= np.linalg.norm(values, axis=-1, keepdims=True)
    if row.flip:
        turned = row.flip(values, 'horizontal')
        assert not np.array_equal(turned, values)
        np.testing.assert_array_equal(row.flip(turned, 'horizontal'), values)
    if row.zoom:
        zoomed = row.zoom(values, 2, 3)
        assert not np.allclose(zoomed, values)
        np.testing.assert_allclose(row.zoom(zoomed, 1 / 2, 1 / 3), values, rtol=1e-5)


def test_depth_times_disparity_stays():
    depth, disparity = (FIELDS[f'gt_{name}_map'].zoom(np.full(2, 6, np.float32), 2, 1)
                        for name in ('depth', 'inverse_depth'))
    assert depth.tolist() == [3, 3] and disparity.tolist() == [12, 12]


def test_fills():
    assert MAP_FIELDS['gt_instance_map'].fill == 0
    floats = [field for field in MAP_FIELDS.values() if field.dtype == 'float32']
    assert len(floats) >= 4 and all(np.isnan(field.fill) for field in floats)


def test_pad_map():
    padded = pad_map(np.array([[1, 2]], np.int32), (2, 3), 0)
    assert padded.dtype == np.int32
    assert padded.tolist() == [[1, 2, 0], [0, 0, 0]]
    assert pad_map(np.ones((2, 3, 2), np.float32), (3, 3), np.nan).shape == (3, 3, 2)
    with pytest.raises(ValueError, match='cannot be padded'):
        pad_map(padded, (1, 3), 0)


@pytest.mark.parametrize('dtype', [np.uint8, np.int64])
def test_largest_class(dtype):
    assert largest_class(np.array([[3, 255], [0, 254]], dtype)) == 254
    assert largest_class(np.array([[3, 255], [0, 1]], dtype)) == 3
    assert largest_class(np.full((2, 2), 255, dtype)) == -1
    assert largest_class(np.zeros((0, 2), dtype)) == -1


def test_logits_stand_beside_their_classes():
    assert logits_field('pred_sem_seg') == 'seg_logits'
    assert logits_field('pred_part') == 'part_logits'
