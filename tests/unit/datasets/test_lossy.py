"""Encodings that change values are told from those that keep them, by the values themselves."""

import io

import numpy as np
import pytest
from PIL import Image, features

from mmmtl.datasets.lossy import lossy_encoding

LABELS = np.random.default_rng(0).integers(0, 20, (20, 30), dtype=np.uint8) * 2


def saved(form, **options):
    file = io.BytesIO()
    Image.fromarray(LABELS).save(file, form, **options)
    return file


@pytest.mark.parametrize(('form', 'options', 'feature'), [
    ('PNG', {}, None), ('BMP', {}, None), ('PPM', {}, None), ('TIFF', {}, None),
    ('TIFF', dict(compression='tiff_lzw'), 'libtiff'), ('WEBP', dict(lossless=True), 'webp')])
def test_values_are_kept(form, options, feature):
    if feature and not features.check(feature):
        pytest.skip(f'Pillow without {feature}')
    file = saved(form, **options)
    pixels = np.array(Image.open(file))
    assert ((pixels if pixels.ndim == 2 else pixels[..., 0]) == LABELS).all()
    assert lossy_encoding(file) is None


@pytest.mark.parametrize(('form', 'options', 'name', 'feature'), [
    ('JPEG', dict(quality=95), 'JPEG, which', None), ('GIF', {}, 'GIF, whose', None),
    ('WEBP', dict(quality=80), 'lossy WebP', 'webp'),
    ('WEBP', dict(quality=80, icc_profile=b'x' * 101), 'lossy WebP', 'webp'),
    ('JPEG2000', dict(quality_mode='dB', quality_layers=[30]), 'JPEG 2000', 'jpg_2000'),
    ('TIFF', dict(compression='jpeg'), 'TIFF with compression jpeg', 'libtiff'),
    ('AVIF', {}, 'AVIF', 'avif')])
def test_values_are_changed(form, options, name, feature):
    if feature and not features.check(feature):
        pytest.skip(f'Pillow without {feature}')
    file = saved(form, **options)
    pixels = np.array(Image.open(file))
    assert ((pixels if pixels.ndim == 2 else pixels[..., 0]) != LABELS).any()
    assert lossy_encoding(file).startswith(name)


def test_animations():
    if not features.check('webp'):
        pytest.skip('Pillow without webp')
    other = Image.fromarray(LABELS[::-1])
    for lossless in (True, False):
        file = saved('WEBP', save_all=True, append_images=[other], lossless=lossless)
        assert (lossy_encoding(file) is None) == lossless


@pytest.mark.parametrize('data', [b'', b'RIFF', b'RIFF\0\0\0\0WEBP', b'II*\0', b'no picture'])
def test_stumps_are_left_to_the_loader(data):
    assert lossy_encoding(io.BytesIO(data)) is None
