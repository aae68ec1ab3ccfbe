"""Checks of a frame's files by their headers."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.file_checks import check_frames

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
    ('instance_path', np.zeros((4, 6), np.uint8), '8 bits, but a map of instance ids'),
    ('instance_path', np.zeros((4, 6, 3), np.uint8), 'a PNG in colour'),
    ('seg_map_path', np.zeros((4, 6), np.uint16), '16 bits, but a map of label ids'),
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
