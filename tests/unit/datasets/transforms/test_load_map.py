"""What the loaders have in common."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import (
    LoadDepth,
    LoadDisparity,
    LoadInstanceIds,
    LoadSemanticLabels,
    PackMultiTaskInputs,
)

LOADERS = {
    'seg_map_path': (LoadSemanticLabels, 'gt_seg_map', np.uint8),
    'instance_path': (LoadInstanceIds, 'gt_instance_map', np.uint16),
    'disparity_path': (LoadDisparity, 'gt_inverse_depth_map', np.uint16),
    'depth_path': (LoadDepth, 'gt_depth_map', np.uint16),
}


@pytest.fixture
def results(tmp_path):
    def make(key, array, **more):
        path = tmp_path / 'a.png'
        Image.fromarray(array).save(path)
        return {key: str(path), 'seg_fields': [], 'ori_shape': (2, 3), 'img_path': 'image.png',
                'img': np.zeros((2, 3, 3), np.uint8), **more}
    return make


@pytest.mark.parametrize('key', LOADERS)
def test_adds_its_field(results, key):
    loader, field, dtype = LOADERS[key]
    loaded = loader()(results(key, np.ones((2, 3), dtype)))
    assert loaded['seg_fields'] == [field] and loaded['units_width'] == {field: 3}
    assert loaded[field].shape == (2, 3) and 'fields_at_ori_shape' not in loaded


@pytest.mark.parametrize('key', [key for key in LOADERS if key != 'seg_map_path'])
def test_nothing_without_a_file(key):
    assert LOADERS[key][0]()(dict(seg_fields=[])) == dict(seg_fields=[])


def test_semantics_without_a_file_are_ignored_throughout_and_not_packed():
    image = np.zeros((2, 3, 3), np.uint8)
    loaded = LOADERS['seg_map_path'][0]()(dict(img=image, seg_fields=[], ori_shape=(2, 3)))
    assert loaded['semantic_unlabelled'] and (loaded['gt_seg_map'] == 255).all()
    assert 'gt_sem_seg' not in PackMultiTaskInputs()(loaded)['data_samples']


@pytest.mark.parametrize('key', LOADERS)
def test_other_size_than_the_image(results, key):
    loader, _, dtype = LOADERS[key]
    with pytest.raises(ValueError, match=rf'image.png is 3 x 2, .*a.png \({key}\) is 2 x 2'):
        loader()(results(key, np.ones((2, 2), dtype)))


@pytest.mark.parametrize('key', LOADERS)
def test_after_resizing(results, key):
    loader, field, dtype = LOADERS[key]
    loaded = loader()(results(key, np.ones((2, 3), dtype), img=np.zeros((1, 2, 3))))
    assert loaded['fields_at_ori_shape'] == [field]


@pytest.mark.parametrize(('key', 'dtype'), [
    ('instance_path', np.float32), ('disparity_path', np.uint8), ('depth_path', np.float32)])
def test_wrong_type(results, key, dtype, tmp_path):
    made = results(key, np.ones((2, 3), np.uint8))
    path = tmp_path / 'b.tiff'
    Image.fromarray(np.ones((2, 3), dtype)).save(path)
    made[key] = str(path)
    with pytest.raises(ValueError, match=rf'b.tiff \({key}\): pixels of type'):
        LOADERS[key][0]()(made)


def test_repr():
    assert repr(LoadDepth()) == 'LoadDepth(backend_args=None)'
