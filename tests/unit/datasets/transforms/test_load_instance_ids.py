"""Ids: plain ones, and those of an encoding."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.transforms import LoadInstanceIds


def load(tmp_path, array, **info):
    Image.fromarray(array).save(tmp_path / 'a.tiff')
    return LoadInstanceIds()(dict(instance_path=str(tmp_path / 'a.tiff'), **info))


def test_plain_ids(tmp_path):
    loaded = load(tmp_path, np.array([[0, 70001]], np.int32))['gt_instance_map']
    assert loaded.dtype == np.int32 and loaded.tolist() == [[0, 70001]]


def test_encoded_ids(tmp_path):
    encoding = dict(divisor=256, class_ids=(26, ), first=1)
    ids = np.array([[7, 26 * 256, 26 * 256 + 3, 27 * 256 + 1]], np.uint16)
    loaded = load(tmp_path, ids, instance_encoding=encoding)['gt_instance_map']
    assert loaded.tolist() == [[0, 0, 26003, 0]]


@pytest.mark.parametrize('mode', ['L', 'P', '1', 'I;16'])
def test_own_ids_are_whatever_the_file_holds(tmp_path, mode):
    ids = np.array([[0, 1, 1]] if mode == '1' else [[0, 3, 255]], np.uint8)
    image = Image.fromarray(ids.astype(np.uint16) if mode == 'I;16' else ids)
    if mode == 'P':
        image.putpalette([value for index in range(256) for value in (index, 0, 255 - index)])
    image = image.point(lambda value: 255 * value, '1') if mode == '1' else image
    image.save(tmp_path / 'a.png')
    assert image.mode == mode
    loaded = LoadInstanceIds()(dict(instance_path=str(tmp_path / 'a.png')))
    assert loaded['gt_instance_map'].tolist() == ids.tolist()


@pytest.mark.parametrize(('divisor', 'class_ids', 'fits'), [
    (1000, (24, ), False), (256, (26, ), False), (10, (1, 25), True), (10, (1, 26), False)])
def test_eight_bits_and_an_encoding(tmp_path, divisor, class_ids, fits):
    encoding = dict(divisor=divisor, class_ids=class_ids)
    ids = np.array([[0, 11]], np.uint8)
    if fits:
        assert load(tmp_path, ids, instance_encoding=encoding)['gt_instance_map'].tolist() == [
            [0, 1001]]
    else:
        with pytest.raises(ValueError, match=r'a.tiff .*uint8, but instance ids need 16 bits'):
            load(tmp_path, ids, instance_encoding=encoding)


def test_ids_of_arrays(tmp_path):
    path = str(tmp_path / 'a.npy')
    np.save(path, np.array([[-1, 0, 7]], np.int64))
    assert LoadInstanceIds()(dict(instance_path=path))['gt_instance_map'].tolist() == [[0, 0, 7]]
    np.save(path, np.array([[1 << 32]]))
    with pytest.raises(ValueError, match=r'a.npy \(instance_path\): id 4294967296 does not fit'):
        LoadInstanceIds()(dict(instance_path=path))
