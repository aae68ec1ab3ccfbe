"""Checks of a frame's files by their headers."""

import mmcv
import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.file_checks import check_frames
from mmmtl.datasets.map_types import OFFICIAL_TYPES

KEYS = ('seg_map_path', 'instance_path', 'disparity_path', 'depth_path', 'normal_path')


def frame(tmp_path, **arrays):
    paths = {}
    for key, array in {'img_path': np.zeros((4, 6, 3), np.uint8), **arrays}.items():
        paths[key] = str(tmp_path / f'{key}.png')
        Image.fromarray(array).save(paths[key])
    return paths


def test_right_types(tmp_path):
    check_frames([frame(
        tmp_path, seg_map_path=np.zeros((4, 6), np.uint8),
        instance_path=np.zeros((4, 6), np.uint16), disparity_path=np.zeros((4, 6), np.uint16),
        depth_path=np.zeros((4, 6), np.uint8), normal_path=np.zeros((4, 6, 3), np.uint8))], KEYS)


@pytest.mark.parametrize(('key', 'array', 'message'), [
    ('disparity_path', np.zeros((4, 6), np.uint8), '8 bits, but disparity .* needs 16 bits'),
    ('instance_path', np.zeros((4, 6, 3), np.uint8), 'a PNG in colour'),
    ('seg_map_path', np.zeros((4, 6, 4), np.uint8), 'a PNG in colour'),
    ('seg_map_path', np.zeros((4, 6, 2), np.uint8), 'a PNG with an alpha channel, but'),
    ('seg_map_path', np.zeros((4, 6, 3), np.uint8), 'a PNG in colour'),
    ('normal_path', np.zeros((4, 6), np.uint8), 'no PNG in colour .RGB., as which a normal map'),
])
def test_wrong_types(tmp_path, key, array, message):
    with pytest.raises(ValueError, match=rf'{key}.png \({key}\): .*{message}'):
        check_frames([frame(tmp_path, **{key: array})], KEYS)


def test_sizes(tmp_path):
    with pytest.raises(ValueError, match=r'img_path.png is 6 x 4, .*seg_map_path.png .* is 4 x 6'):
        check_frames([frame(tmp_path, seg_map_path=np.zeros((6, 4), np.uint8))], KEYS)


def test_truncated_image(tmp_path):
    paths = frame(tmp_path)
    with open(paths['img_path'], 'r+b') as file:
        file.truncate(40)
    with pytest.raises(ValueError, match='img_path.png: truncated PNG'):
        check_frames([paths], KEYS)


@pytest.mark.parametrize(('key', 'dtype', 'message'), [
    ('instance_path', np.uint8, '8 bits, but a map of instance ids .* needs 16 bits'),
    ('seg_map_path', np.uint16, '16 bits, but a map of label ids needs 8 bits')])
def test_official_files_stay_strict(tmp_path, key, dtype, message):
    paths = frame(tmp_path, **{key: np.zeros((4, 6), dtype)})
    check_frames([paths], KEYS)
    with pytest.raises(ValueError, match=message):
        check_frames([paths], KEYS, OFFICIAL_TYPES)


@pytest.mark.parametrize('key', KEYS)
@pytest.mark.parametrize(('suffix', 'options'), [
    ('jpg', {}), ('webp', dict(quality=80)), ('gif', {})])
def test_labels_in_files_that_change_values(tmp_path, key, suffix, options):
    paths = frame(tmp_path)
    paths[key] = str(tmp_path / f'label.{suffix}')
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(paths[key], **options)
    with pytest.raises(ValueError, match=rf'label.{suffix} \({key}\): a label stored as .*as PNG'):
        check_frames([paths], KEYS)


def turned(tmp_path, orientation, label_shape, size=(10, 6)):
    """An image of (width, height) in its file, and a label."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    paths = dict(img_path=str(tmp_path / 'photo.jpg'), seg_map_path=str(tmp_path / 'label.png'))
    Image.new('RGB', size).save(paths['img_path'], exif=exif)
    Image.fromarray(np.zeros(label_shape, np.uint8)).save(paths['seg_map_path'])
    return paths


@pytest.mark.parametrize('orientation', range(1, 9))
def test_labels_drawn_on_the_picture_as_it_is_turned(tmp_path, orientation):
    upright = mmcv.imread(turned(tmp_path, orientation, (6, 10))['img_path']).shape[:2]
    check_frames([turned(tmp_path, orientation, upright)], KEYS)
    unturned = turned(tmp_path, orientation, (6, 10))
    check_frames([unturned], KEYS, turned=())
    if upright == (10, 6):
        with pytest.raises(ValueError, match=rf'photo.jpg is 6 x 10, .*orientation {orientation}.*'
                                             'unturned picture: load images with .*color_ignore'):
            check_frames([unturned], KEYS)
        with pytest.raises(ValueError, match='photo.jpg is 10 x 6, .*loads it unturned'):
            check_frames([turned(tmp_path, orientation, upright)], KEYS, turned=())


@pytest.mark.parametrize(('orientation', 'size', 'warned'), [
    (1, (6, 6), False), (3, (10, 6), True), (6, (6, 6), True), (6, (10, 6), False)])
def test_a_turn_that_sizes_do_not_show_is_said(tmp_path, monkeypatch, orientation, size, warned):
    lines = []
    monkeypatch.setattr('mmmtl.datasets.file_checks.print_log',
                        lambda line, **_: lines.append(line))
    shape = size if orientation == 6 else size[::-1]
    check_frames([turned(tmp_path, orientation, shape, size)], KEYS)
    assert [line.startswith('1 images with labels are turned') for line in lines] == [True] * warned
    check_frames([turned(tmp_path, orientation, shape, size)], ())  # no labels to lie wrong
    assert len(lines) == warned


def test_a_format_that_the_decoder_does_not_turn(tmp_path):
    """WebP, in OpenCV 4.12: the label that fits is that of the picture as it is stored."""
    frame = turned(tmp_path, 6, (6, 10))
    check_frames([frame], KEYS, turned=('png', 'webp'))
    with pytest.raises(ValueError, match='unturned picture'):
        check_frames([frame], KEYS, turned=('jpeg', ))
