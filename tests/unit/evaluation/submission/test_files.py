"""Names, sizes and label ids of submissions."""

import mmcv
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import CityscapesMultiTaskDataset, KITTISemanticsMultiTaskDataset
from mmmtl.evaluation.submission import enlarge, file_size, frame_name, label_ids_of_classes
from mmmtl.evaluation.submission.files import take_ids, write_png


@pytest.mark.parametrize(('path', 'name'), [
    ('a/leftImg8bit/val/ulm/ulm_000001_000019_leftImg8bit.png', 'ulm_000001_000019'),
    ('image_2/000000_10.png', '000000_10')])
def test_frame_name(path, name):
    assert frame_name(path) == name


def test_file_size(tmp_path):
    for suffix in ('png', 'jpg', 'bmp'):
        Image.new('RGB', (7, 5)).save(tmp_path / f'a.{suffix}')
    (tmp_path / 'b.bmp').write_bytes(b'of no known format')
    found = [file_size(str(tmp_path / name), (5, 7))
             for name in ('a.png', 'a.jpg', 'a.bmp', 'b.bmp', 'gone.png')]
    assert found == [(5, 7), (5, 7), (5, 7), None, None]


def test_file_size_is_that_of_the_image_as_it_was_loaded(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = str(tmp_path / 'a.jpg')
    Image.new('RGB', (14, 10)).save(path, exif=exif)
    assert file_size(path, (7, 5)) == mmcv.imread(path).shape[:2] == (14, 10)
    assert file_size(path, (5, 7)) == mmcv.imread(path, 'unchanged').shape[:2] == (10, 14)


def test_enlarge():
    small = np.array([[1, 2], [3, 4]], np.int32)
    assert enlarge(small, None) is small and enlarge(small, (2, 2)) is small
    np.testing.assert_array_equal(enlarge(small, (4, 6)), small.repeat(2, 0).repeat(3, 1))
    np.testing.assert_array_equal(enlarge(small, (3, 3))[:, 0], [1, 3, 3])
    np.testing.assert_array_equal(enlarge(np.arange(9).reshape(1, 9), (1, 3)), [[1, 4, 7]])


@pytest.mark.parametrize('cls', [CityscapesMultiTaskDataset, KITTISemanticsMultiTaskDataset])
def test_data_sets_know_their_ids(cls):
    assert label_ids_of_classes(cls.METAINFO)[:3] == (7, 8, 11)
    subset = cls._load_metainfo(dict(classes=('car', 'sky')))
    assert label_ids_of_classes(subset) == (26, 23)
    others = dict(classes=('a', ), label_ids=dict(a=7, b=9, c=9))
    assert label_ids_of_classes(others) == (7, )  # those not in use may share one


@pytest.mark.parametrize(('meta', 'message'), [
    (None, 'no label_ids'), (dict(classes=('a', )), r'no label_ids.*metainfo=dict\(label_ids='),
    (dict(classes=('a', 'b'), label_ids=dict(a=1)), r"no id for classes \['b'\]"),
    (dict(classes=('a', ), label_ids=dict(a=0)), 'from 1 to 255'),
    (dict(classes=('a', ), label_ids=dict(a=256)), 'from 1 to 255'),
    (dict(classes=('a', 'b', 'c'), label_ids=dict(a=7, b=7, c=8)), "one id for .*{'a': 7, 'b': 7}"),
    (dict(classes=(), label_ids=dict(a=7)), 'no classes'), (dict(label_ids={}), 'no classes')])
def test_data_sets_that_do_not(meta, message):
    with pytest.raises(ValueError, match=message):
        label_ids_of_classes(meta)


def test_take_ids():
    np.testing.assert_array_equal(
        take_ids(np.array([[0, 1, 255], [-1, 2, 1]]), [7, 8]), [[7, 8, 0], [0, 0, 8]])


def test_files_are_never_overwritten(tmp_path):
    write_png(tmp_path / 'new/a.png', np.full((2, 3), 200, np.uint8))
    assert np.array(Image.open(tmp_path / 'new/a.png')).tolist() == [[200] * 3] * 2
    with pytest.raises(FileExistsError):
        write_png(tmp_path / 'new/a.png', np.zeros((2, 3), np.uint8))
