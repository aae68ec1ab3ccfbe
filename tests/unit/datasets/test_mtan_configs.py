"""MTAN's data configs: sizes, labels, and units that an augmented scene keeps."""

from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.dataset import Compose
from mmseg.registry import DATASETS
from PIL import Image

from mmmtl.registry import METRICS
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

CONFIGS = Path(__file__).parents[3] / 'configs' / '_base_'


def load(name):
    return Config.fromfile(CONFIGS / 'datasets' / f'{name}.py')


def write_nyuv2(root, frames=2, size=(288, 384), normals=False):
    """Random frames in the converter's layout."""
    chance = np.random.default_rng(0)
    for folder in ('image', 'label13', 'depth'):
        (root / folder).mkdir(parents=True)
    for number in range(frames):
        Image.fromarray(chance.integers(0, 256, (*size, 3), np.uint8)).save(
            root / f'image/{number}.jpg')
        Image.fromarray(chance.integers(0, 14, size, np.uint8)).save(root / f'label13/{number}.png')
        Image.fromarray(chance.integers(0, 9999, size).astype(np.uint16)).save(
            root / f'depth/{number}.png')
        if normals:
            (root / 'normal').mkdir(exist_ok=True)
            Image.fromarray(chance.integers(1, 256, (*size, 3), np.uint8)).save(
                root / f'normal/{number}.png')
    for split in ('train', 'test'):
        (root / f'{split}.txt').write_text('\n'.join(map(str, range(frames))))


def write_npy(root, label, depth=(.5, 5.), size=(288, 384), frames=2):
    """Random frames in the layout of MTAN's authors."""
    chance = np.random.default_rng(0)
    for split in ('train', 'val'):
        for number in range(frames):
            arrays = dict(image=chance.random((*size, 3)), depth=chance.uniform(*depth, (*size, 1)),
                          normal=chance.standard_normal((*size, 3)),
                          **{label: chance.integers(-1, 2, size).astype(float)})
            arrays['normal'] /= np.linalg.norm(arrays['normal'], axis=-1, keepdims=True)
            for folder, array in arrays.items():
                path = root / split / folder / f'{number}.npy'
                path.parent.mkdir(parents=True, exist_ok=True)
                np.save(path, array)


def check(config, root, size, fields, batch):
    for loader, augmented in ((config.train_dataloader, True), (config.val_dataloader, False)):
        names = [step['type'] for step in loader.dataset.pipeline]
        assert ('RandomFlip' in names) == ('RandomCrop' in names) == augmented
        assert loader.batch_size == batch
        loader.dataset.data_root = str(root)
        dataset = DATASETS.build(loader.dataset)
        assert len(dataset) >= 2
        packed = dataset[0]
        assert packed['inputs'].shape == (3, *size)
        sample = packed['data_samples']
        assert set(sample.keys()) == fields
        assert all(value.data.shape[-2:] == size for value in sample.values())
        if not augmented:
            assert tuple(sample.ori_shape) == size
    for metric in config.val_evaluator:
        METRICS.build(metric)


@pytest.mark.parametrize('classes', [2, 7, 19])
def test_cityscapes(tmp_path, classes):
    make_toy_cityscapes(tmp_path, 2)
    config = load(f'cityscapes-{classes}_mtan_128x256')
    check(config, tmp_path, (128, 256), {'gt_sem_seg', 'gt_inverse_depth_map'}, 8)
    dataset = DATASETS.build(config.val_dataloader.dataset)
    assert len(dataset.metainfo['classes']) == classes
    assert int(dataset[0]['data_samples'].gt_sem_seg.data.max()) == 255


def test_cityscapes_npy(tmp_path):
    write_npy(tmp_path, 'label_7', (.01, .5), (128, 256))
    check(load('cityscapes-7_mtan_npy_128x256'), tmp_path, (128, 256),
          {'gt_sem_seg', 'gt_inverse_depth_map'}, 8)


@pytest.mark.parametrize('size', [(288, 384), (480, 640)])
def test_nyuv2(tmp_path, size):
    write_nyuv2(tmp_path, size=size)
    config = load('nyuv2-13_mtan_288x384')
    fields = {'gt_sem_seg', 'gt_depth_map'}
    if size == (288, 384):
        check(config, tmp_path, size, fields, 2)
    config.val_dataloader.dataset.data_root = str(tmp_path)
    packed = DATASETS.build(config.val_dataloader.dataset)[1]
    metres = np.array(Image.open(tmp_path / 'depth/1.png')) / np.float32(1000)
    assert packed['inputs'].shape == (3, 288, 384)  # and the truth as it is on disk
    np.testing.assert_allclose(packed['data_samples'].gt_depth_map.data[0],
                               np.where(metres == 0, np.nan, metres), rtol=1e-6)


def test_nyuv2_npy(tmp_path):
    write_npy(tmp_path, 'label')
    check(load('nyuv2-13_mtan_npy_288x384'), tmp_path, (288, 384),
          {'gt_sem_seg', 'gt_depth_map'}, 2)


@pytest.mark.parametrize('normals', [True, False])
def test_normals_of_folders(tmp_path, normals):
    """Frames without a file of normals have no such label."""
    write_nyuv2(tmp_path, normals=normals)
    fields = {'gt_sem_seg', 'gt_depth_map', *(['gt_normal_map'] if normals else [])}
    check(load('nyuv2-13_mtan_normals_288x384'), tmp_path, (288, 384), fields, 2)


def test_normals_from_depth(tmp_path):
    """GenerateNormals in the configs of three tasks, as docs/datasets.md writes it."""
    docs = (CONFIGS.parents[1] / 'docs/datasets.md').read_text()
    [text] = [block.partition('```')[0] for block in docs.split('```python\n')
              if block.startswith("_base_ = 'mtan_segnet_nyuv2-13-3tasks_288x384.py'")]
    path = tmp_path / 'from_depth.py'
    path.write_text(text.replace("'mtan_", f"'{CONFIGS.parent / 'mtan'}/mtan_"))
    write_nyuv2(tmp_path / 'data')
    check(Config.fromfile(path), tmp_path / 'data', (288, 384),
          {'gt_sem_seg', 'gt_depth_map', 'gt_normal_map'}, 2)


def test_normals_npy(tmp_path):
    fields = {'gt_sem_seg', 'gt_depth_map'}
    write_npy(tmp_path / 'npy', 'label')
    check(load('nyuv2-13_mtan_npy_normals_288x384'), tmp_path / 'npy', (288, 384),
          fields | {'gt_normal_map'}, 2)


@pytest.mark.parametrize('name', ['nyuv2-13_mtan_288x384', 'cityscapes-7_mtan_128x256'])
@pytest.mark.parametrize('seed', range(6))
def test_an_augmented_plane_is_a_plane_of_the_same_world(name, seed):
    """A slanted plane through a pinhole: its inverse depth is affine in the image.

    1 / Z = (a x + b y + c) / f at the pixel (x, y) from the principal point. Zoomed in by s, with
    the focal length f of always, a point at (x, y) / s has the depth Z / s: so each pixel must
    hold the plane's value where it came from, which the image tells by its own values, over s.
    The plane's normal is along (a, b, c): the zoomed frame's is along what its own depth says.
    """
    config = load(name)
    steps = config.augmentation
    crop = next(step['crop_size'] for step in steps if step['type'] == 'RandomCrop')
    height, width = crop
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    inverse = .2 + .05 * (columns / width) + .2 * (rows / height)
    field = 'gt_depth_map' if 'nyuv2' in name else 'gt_inverse_depth_map'
    values = 1 / inverse if 'nyuv2' in name else 40 * inverse
    image = np.stack([rows, columns, np.zeros_like(rows)], axis=-1)  # where each pixel is from
    focal = 1.1 * width  # inverse depth is n1 x / f + n2 y / f + n3 from the principal point
    normal = -np.array([.05 / width * focal, .2 / height * focal, .3 + .05 / 2])
    normal /= np.linalg.norm(normal)
    maps = {field: values.astype(np.float32),
            'gt_normal_map': np.broadcast_to(normal.astype(np.float32), (*crop, 3)).copy()}
    frame = {'img': image, 'img_shape': crop, 'ori_shape': crop, 'seg_fields': list(maps), **maps,
             'units_width': dict.fromkeys(maps, width),
             'units_height': dict.fromkeys(maps, height)}
    np.random.seed(seed)
    result = Compose(steps)(frame)
    assert result['img'].shape[:2] == result[field].shape == crop
    y, x = result['img'][..., 0], result['img'][..., 1]
    zoom = (-1 if result['flip'] else 1) / np.median(np.diff(x[height // 2]))  # units go by width
    assert min(abs(zoom - s) for s in (1, 1.2, 1.5)) < .005
    assert 1 / np.median(np.diff(y[:, width // 2])) == pytest.approx(zoom, abs=.005)
    wanted = .2 + .05 * (x / width) + .2 * (y / height)
    wanted = 1 / wanted / zoom if 'nyuv2' in name else 40 * wanted * zoom
    # nearest pixel for the map, bilinear for the image: half a pixel of the old grid apart
    np.testing.assert_allclose(result[field], wanted, rtol=1 / height)
    np.testing.assert_allclose(np.median(result[field] / wanted), 1, rtol=.004)
    # 1 / Z times the zoom, by the new pixel (old = new / zoom): slopes stay, n3 grows
    turned = normal * (-1 if result['flip'] else 1, 1, zoom)
    turned /= np.linalg.norm(turned)
    packed = Compose([config.pack])(result)['data_samples']  # which mirrors the vectors
    found = packed.gt_normal_map.data.flatten(1).T.numpy()
    np.testing.assert_allclose(found, np.broadcast_to(turned, found.shape), atol=.002)


def test_every_scale_and_flip_is_drawn():
    steps = Compose(load('nyuv2-13_mtan_288x384').augmentation)
    np.random.seed(0)
    seen = set()
    for _ in range(40):
        result = steps(dict(img=np.zeros((288, 384, 3), np.float32), seg_fields=[],
                            img_shape=(288, 384)))
        seen.add((round(result['scale'][0] / 384, 1), result['flip']))
    assert seen == {(s, flip) for s in (1., 1.2, 1.5) for flip in (False, True)}


def test_schedule():
    schedule = Config.fromfile(CONFIGS / 'schedules' / 'mtan_adam.py')
    assert schedule.optim_wrapper.optimizer == dict(type='Adam', lr=1e-4)
    assert schedule.param_scheduler[0].milestones == [schedule.train_cfg.max_epochs // 2]
    assert schedule.train_cfg.val_interval == 1


def test_real_nyuv2(shared):
    config = load('nyuv2-13_mtan_288x384')
    for loader in (config.train_dataloader, config.val_dataloader):
        loader.dataset.update(data_root=shared('nyuv2'), indices=3, check_files=False)
        for packed in DATASETS.build(loader.dataset):
            depth = packed['data_samples'].gt_depth_map.data
            assert packed['inputs'].shape == (3, 288, 384) and depth.shape == (1, 288, 384)
            assert depth.min() > .2 and depth.max() < 10.1


def test_real_cityscapes(shared):
    for classes in (2, 7, 19):
        dataset = load(f'cityscapes-{classes}_mtan_128x256').train_dataloader.dataset
        dataset.update(data_root=shared('cityscapes'), cache=False)
        labels = {int(label) for packed in DATASETS.build(dataset)
                  for label in packed['data_samples'].gt_sem_seg.data.unique()}
        assert labels <= {*range(classes), 255} and len(labels) > min(classes, 10)
