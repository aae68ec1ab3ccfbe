"""MTAN's folders of arrays: exact values, order of frames, what may be wrong with a file."""

import numpy as np
import pytest

from mmmtl.datasets import LoadDisparity, MTANCityscapesDataset, MTANNYUv2Dataset

IMAGE, SEMANTIC = dict(type='mmmtl.LoadNumpyImage'), dict(type='mmmtl.LoadSemanticLabels')
DEPTH, DISPARITY = dict(type='mmmtl.LoadDepth'), dict(type='mmmtl.LoadDisparity')
PACK = dict(type='mmmtl.PackMultiTaskInputs')
SIZE = (6, 8)


def write(root, number, classes=13, label='label', normals=True, split='train'):
    """Write one frame as the authors' loader reads it; what is in it."""
    chance = np.random.default_rng(number)
    arrays = dict(
        image=chance.random((*SIZE, 3)),
        **{label: chance.integers(-1, classes, SIZE).astype(np.float64)},
        depth=(chance.random((*SIZE, 1)) + .1) * (chance.random((*SIZE, 1)) > .3))
    arrays[label][0, :2] = -1, classes - 1
    arrays['depth'][0, :2, 0] = 0, .25
    if normals:
        arrays['normal'] = chance.standard_normal((*SIZE, 3))
    for folder, array in arrays.items():
        path = root / split / folder / f'{number}.npy'
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, array)
    return arrays


def test_nyuv2(tmp_path):
    written = [write(tmp_path, number) for number in range(11)]
    dataset = MTANNYUv2Dataset(
        data_root=str(tmp_path), split='train', pipeline=[IMAGE, SEMANTIC, DEPTH])
    assert len(dataset) == 11 and len(dataset.metainfo['classes']) == 13
    for number in (0, 2, 10):
        sample, arrays = dataset[number], written[number]
        assert sample['img_path'].endswith(f'image/{number}.npy')
        assert sample['normal_path'].endswith(f'normal/{number}.npy')
        np.testing.assert_allclose(sample['img'][..., ::-1], 255 * arrays['image'], rtol=1e-6)
        label = arrays['label']
        np.testing.assert_array_equal(sample['gt_seg_map'], np.where(label < 0, 255, label))
        depth = arrays['depth'][..., 0]
        np.testing.assert_allclose(
            sample['gt_depth_map'], np.where(depth == 0, np.nan, depth), rtol=1e-6)
        assert [sample[key].dtype for key in ('img', 'gt_seg_map', 'gt_depth_map')] == [
            'float32', 'uint8', 'float32']


def test_packed(tmp_path):
    arrays = write(tmp_path, 0)
    packed = MTANNYUv2Dataset(
        data_root=str(tmp_path), split='train', pipeline=[IMAGE, SEMANTIC, DEPTH, PACK])[0]
    assert packed['inputs'].shape == (3, *SIZE)
    assert packed['inputs'][2, 1, 3] == pytest.approx(255 * arrays['image'][1, 3, 0])
    assert packed['data_samples'].gt_depth_map.data.shape == (1, *SIZE)


@pytest.mark.parametrize('classes', [2, 7, 19])
def test_cityscapes(tmp_path, classes):
    arrays = write(tmp_path, 0, classes, f'label_{classes}', normals=False, split='val')
    plain, pixels = (MTANCityscapesDataset(
        data_root=str(tmp_path), split='val', num_classes=classes,
        pipeline=[IMAGE, SEMANTIC, dict(DISPARITY, **unit)])
        for unit in ({}, dict(unit_float=32)))
    assert len(plain.metainfo['classes']) == len(plain.metainfo['palette']) == classes
    label, depth = arrays[f'label_{classes}'], arrays['depth'][..., 0]
    np.testing.assert_array_equal(plain[0]['gt_seg_map'], np.where(label < 0, 255, label))
    wanted = np.where(depth == 0, np.nan, depth)
    np.testing.assert_allclose(plain[0]['gt_inverse_depth_map'], wanted, rtol=1e-6)
    np.testing.assert_allclose(pixels[0]['gt_inverse_depth_map'], 32 * wanted, rtol=1e-6)


def test_another_label_folder(tmp_path):
    write(tmp_path, 0, 7, 'label', normals=False)
    with pytest.raises(FileNotFoundError, match=r'label_7 \(data_prefix\["seg_map_path"\]\)'):
        MTANCityscapesDataset(data_root=str(tmp_path), split='train')
    assert len(MTANCityscapesDataset(
        data_root=str(tmp_path), split='train', data_prefix=dict(seg_map_path='train/label'))) == 1


@pytest.mark.parametrize(('folder', 'array', 'message'), [
    ('image', np.full((*SIZE, 3), 200.), r'0\.npy \(img_path\): float64 from 200.0 to 200.0'),
    ('image', np.full((*SIZE, 3), np.nan), r'0\.npy \(img_path\): float64 from nan'),
    ('image', np.zeros(SIZE), r'0\.npy \(img_path\): an array of shape \(6, 8\)'),
    ('label', np.full(SIZE, 1.5), r'0\.npy \(seg_map_path\): .*whole numbers.*\[1.5\]'),
    ('label', np.full(SIZE, -2), r'0\.npy \(seg_map_path\): .*\[-2\]'),
    ('label', np.full(SIZE, 13.), r'0\.npy \(seg_map_path\): label values \[13\] are outside'),
    ('label', np.zeros((*SIZE, 2)), r'0\.npy \(seg_map_path\): a picture in colour'),
    ('depth', np.full((*SIZE, 1), -.1), r'0\.npy \(depth_path\): .*the range is -0.1 to -0.1'),
    ('depth', np.full((*SIZE, 1), np.inf), r'0\.npy \(depth_path\): values must be finite'),
    ('depth', np.zeros((*SIZE, 1), int), r'0\.npy \(depth_path\): pixels of type int64'),
])
def test_wrong_values(tmp_path, folder, array, message):
    write(tmp_path, 0)
    np.save(tmp_path / 'train' / folder / '0.npy', array)
    dataset = MTANNYUv2Dataset(
        data_root=str(tmp_path), split='train', pipeline=[IMAGE, SEMANTIC, DEPTH])
    with pytest.raises(ValueError, match=message):
        dataset[0]


def test_damaged_files_are_found_when_built(tmp_path):
    write(tmp_path, 0)
    path = tmp_path / 'train/depth/0.npy'
    whole = path.read_bytes()
    path.write_bytes(whole[:-8])
    with pytest.raises(ValueError, match=r'depth/0\.npy: truncated \.npy file'):
        MTANNYUv2Dataset(data_root=str(tmp_path), split='train')
    unchecked = MTANNYUv2Dataset(
        data_root=str(tmp_path), split='train', check_files=False, pipeline=[IMAGE, DEPTH])
    with pytest.raises(ValueError, match=r'depth/0\.npy \(depth_path\): cannot be read as \.npy'):
        unchecked[0]
    np.save(path, np.zeros((8, 6, 1)))
    with pytest.raises(ValueError, match=r'image/0\.npy is 8 x 6, .*depth/0\.npy .* is 6 x 8'):
        MTANNYUv2Dataset(data_root=str(tmp_path), split='train')


@pytest.mark.parametrize(('cls', 'options', 'message'), [
    (MTANNYUv2Dataset, dict(split='test'), "not 'test'; the authors test on"),
    (MTANCityscapesDataset, dict(split='val', num_classes=8), '2, 7 or 19 classes, not 8')])
def test_wrong_options(tmp_path, cls, options, message):
    with pytest.raises(ValueError, match=message):
        cls(data_root=str(tmp_path), **options)


def test_disparity_unit():
    with pytest.raises(ValueError, match='unit_float is pixels per 1'):
        LoadDisparity(unit_float=0)
