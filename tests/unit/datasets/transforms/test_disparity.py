"""Encodings of disparity and depth."""

import numpy as np

from mmmtl.datasets.transforms.disparity import (
    decode_depth_8bit,
    decode_depth_16bit,
    decode_disparity,
)


def test_disparity():
    pixels = np.array([[0, 1, 257, 32257, 65535]], np.uint16)
    decoded = decode_disparity(pixels)
    assert decoded.dtype == np.float32
    np.testing.assert_array_equal(decoded, [[np.nan, 0, 1, 126, 65534 / 256]])
    sky = np.array([[True, False, True, False, False]])
    np.testing.assert_array_equal(decode_disparity(pixels, sky), [[0, 0, 0, 126, 65534 / 256]])


def test_depth_16_bit():
    pixels = np.array([[0, 1, 2500]], np.uint16)
    np.testing.assert_allclose(decode_depth_16bit(pixels), [[np.nan, .001, 2.5]], rtol=1e-6)
    np.testing.assert_allclose(decode_depth_16bit(pixels, 1 / 256)[0, 1:], [1 / 256, 2500 / 256])


def test_depth_8_bit_is_the_middle_of_the_step():
    metres = np.linspace(.04, 9.9, 200)
    decoded = decode_depth_8bit(np.floor(metres * 25.5).astype(np.uint8))
    assert decoded.dtype == np.float32
    assert np.abs(decoded - metres).max() <= .5 / 25.5 + 1e-6
    assert np.isnan(decode_depth_8bit(np.zeros((1, 1), np.uint8))).all()  # not measured
