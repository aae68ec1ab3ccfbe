"""Headers of PNG and JPEG files."""

import io

import mmcv
import numpy as np
import pytest
from PIL import Image, features

from mmmtl.datasets.image_header import read_header
from mmmtl.datasets.orientation import turned_formats


@pytest.mark.parametrize(('dtype', 'shape', 'bits', 'colour'), [
    (np.uint8, (5, 9), 8, 0), (np.uint16, (5, 9), 16, 0), (np.uint8, (5, 9, 3), 8, 2),
    (np.uint8, (5, 9, 4), 8, 6)])
def test_png(tmp_path, dtype, shape, bits, colour):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones(shape, dtype)).save(path)
    assert read_header(path) == ('png', 9, 5, bits, colour, 1)


def test_palette_png(tmp_path):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones((5, 9), np.uint8)).convert('P').save(path)
    assert read_header(path).colour == 3


@pytest.mark.parametrize('extra', [{}, {'progressive': True}, {'exif': b'Exif\0\0' + bytes(9000)}])
def test_jpeg(tmp_path, extra):
    path = tmp_path / 'a.jpg'
    Image.fromarray(np.ones((5, 9, 3), np.uint8)).save(path, **extra)
    assert read_header(path)[:4] == ('jpeg', 9, 5, 8)


@pytest.mark.parametrize('name', ['a.png', 'a.jpg'])
@pytest.mark.parametrize('cut', [2, 13, 300])
def test_truncated(tmp_path, name, cut):
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    data = path.read_bytes()
    path.write_bytes(data[:-cut])
    with pytest.raises(ValueError, match=rf'{name}: truncated'):
        read_header(path)


@pytest.mark.parametrize('length', [10, 20])
def test_stump(tmp_path, length):
    path = tmp_path / 'a.png'
    Image.fromarray(np.ones((4, 4), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError, match='truncated'):
        read_header(path)


def test_empty_and_other(tmp_path):
    (tmp_path / 'a.png').write_bytes(b'')
    with pytest.raises(ValueError, match='a.png: the file is empty'):
        read_header(tmp_path / 'a.png')
    (tmp_path / 'b.bmp').write_bytes(b'BM')
    assert read_header(tmp_path / 'b.bmp') is None


def test_npy(tmp_path):
    path = tmp_path / 'a.npy'
    for shape, colour in (((3, 5), 0), ((3, 5, 1), 0), ((3, 5, 3), 2)):
        np.save(path, np.zeros(shape, np.float32))
        assert read_header(path) == ('npy', 5, 3, 32, colour, 1)
    np.save(path, np.zeros(4))
    with pytest.raises(ValueError, match=r'a\.npy: an array of shape \(4,\)'):
        read_header(path)
    path.write_bytes(b'\x93NUMPY')
    with pytest.raises(ValueError, match=r'a\.npy: damaged \.npy file'):
        read_header(path)


def test_damaged_jpeg(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'\xff\xd8' + bytes(50) + b'\xff\xd9')
    with pytest.raises(ValueError, match='damaged'):
        read_header(tmp_path / 'a.jpg')


def exif_of(orientation, thumbnail=b''):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010e] = 'a thumbnail ends with its own mark: '
    return exif.tobytes() + thumbnail


@pytest.mark.parametrize('suffix', ['jpg', 'png'])
@pytest.mark.parametrize('orientation', range(1, 9))
def test_size_is_that_of_the_decoded_image(tmp_path, orientation, suffix):
    """mmcv decides, with each of its flags and both of its decoders."""
    path = tmp_path / f'a.{suffix}'
    Image.fromarray(np.zeros((6, 10, 3), np.uint8)).save(path, exif=exif_of(orientation))
    header = read_header(path)
    assert header.orientation == orientation
    for backend in ('cv2', 'pillow'):
        for flag in ('color', 'grayscale', 'unchanged', 'color_ignore_orientation'):
            image = mmcv.imread(path, flag, backend=backend)
            turned = header.format in turned_formats(flag, backend)
            assert header.size(turned) == image.shape[1::-1], (backend, flag)


@pytest.mark.parametrize('suffix', ['jpg', 'png'])
@pytest.mark.parametrize('extra', [bytes(4000), b'\xff' * 700, b'\xff\xd8 a second picture'])
def test_bytes_behind_the_end_mark_are_nobodys_business(tmp_path, suffix, extra):
    path = tmp_path / f'a.{suffix}'
    noise = np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole + extra)
    assert read_header(path)[1:3] == (40, 40)
    for cut in (2, 13, 300, len(whole) // 2):
        path.write_bytes(whole[:-cut] + bytes(4000))
        with pytest.raises(ValueError, match='truncated'):
            read_header(path)


@pytest.mark.parametrize('progressive', [False, True])
def test_the_end_mark_of_a_thumbnail_is_not_the_pictures(tmp_path, progressive):
    thumbnail = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(thumbnail, 'JPEG')
    path = tmp_path / 'a.jpg'
    Image.fromarray(np.zeros((40, 40, 3), np.uint8)).save(
        path, exif=exif_of(1, thumbnail.getvalue()), progressive=progressive)
    whole = path.read_bytes()
    assert read_header(path)[1:3] == (40, 40)
    for length in range(len(whole) - 2, 40, -11):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match='truncated JPEG'):
            read_header(path)


def test_two_pictures_in_one_file(tmp_path):
    path = tmp_path / 'a.jpg'
    first, second = (Image.fromarray(np.zeros(shape, np.uint8)) for shape in ((8, 9, 3), (4, 4, 3)))
    first.save(path, 'MPO', save_all=True, append_images=[second])
    assert read_header(path)[1:3] == (9, 8)


@pytest.mark.parametrize('orientation', range(1, 9))
def test_webp(tmp_path, orientation):
    if not features.check('webp'):
        pytest.skip('Pillow without webp')
    path = tmp_path / 'a.webp'
    Image.fromarray(np.zeros((6, 10, 3), np.uint8)).save(path, exif=exif_of(orientation))
    header = read_header(path)
    assert header[0] == 'webp' and header.orientation == orientation
    for flag in ('color', 'unchanged'):
        image = mmcv.imread(path, flag)
        assert header.size('webp' in turned_formats(flag)) == image.shape[1::-1]


@pytest.mark.parametrize('suffix', ['bmp', 'tif', 'ppm'])
def test_other_formats_tell_their_size(tmp_path, suffix):
    Image.fromarray(np.zeros((6, 10, 3), np.uint8)).save(tmp_path / f'a.{suffix}')
    assert read_header(tmp_path / f'a.{suffix}').size() == (10, 6)


def test_decoders_do_not_agree_on_a_turned_tiff(tmp_path):
    Image.fromarray(np.zeros((6, 10, 3), np.uint8)).save(tmp_path / 'a.tif', exif=exif_of(6))
    assert read_header(tmp_path / 'a.tif') is None


@pytest.mark.parametrize(('content', 'message'), [
    (b'version https://git-lfs.github.com/spec/v1', 'a pointer of Git LFS'),
    (b'<html>404: not found</html>', 'no image, whatever its name says')])
def test_what_only_looks_like_an_image(tmp_path, content, message):
    (tmp_path / 'a.png').write_bytes(content)
    with pytest.raises(ValueError, match=rf'a\.png: {message}'):
        read_header(tmp_path / 'a.png')


def test_a_link_to_nothing(tmp_path):
    (tmp_path / 'a.png').symlink_to(tmp_path / 'moved.png')
    with pytest.raises(FileNotFoundError, match=r'a\.png: a link to .*moved\.png, which does not'):
        read_header(tmp_path / 'a.png')
    with pytest.raises(FileNotFoundError, match='No such file'):
        read_header(tmp_path / 'b.png')
