"""Frames at the size of a tile."""

import numpy as np
import pytest

from mmmtl.visualization.frame import make_frame, tile_shape


@pytest.mark.parametrize(('shape', 'expected'), [
    ((1024, 2048), (320, 640)),
    ((128, 256), (256, 512)),
    ((480, 640), (480, 640)),
    ((300, 20), (600, 40)),
    ((1, 5000), (1, 640)),
])
def test_tile_shape(shape, expected):
    assert tile_shape(*shape, 384, 640) == expected


def test_maps_come_to_one_size_and_keep_their_values(image, maps, meta):
    frame = make_frame(image, maps, meta, 128, 256)
    assert frame.shape == (64, 128)
    assert {data.shape[1:] for data in frame.maps.values()} == {(64, 128)}
    assert np.nanmax(frame.maps['gt_instance_vector']) == 3


def test_things(image, maps, meta):
    things = make_frame(image, maps, meta, 64, 64).predicted_things
    assert things[5, 5] and not things[5, 60]
    assert make_frame(image, maps, {'classes': ['a']}, 64, 64).predicted_things is None
