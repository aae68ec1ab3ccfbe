"""The NYUv2 converter on a small official file, and its output through the data set."""

import argparse
import json

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import NYUv2MultiTaskDataset
from tools.dataset_converters.nyuv2 import convert, main, parse_size

h5py = pytest.importorskip('h5py')
savemat = pytest.importorskip('scipy.io').savemat
HEIGHT, WIDTH = 12, 16


@pytest.fixture
def official(tmp_path):
    """Three frames, stored with MATLAB's axes reversed."""
    chance = np.random.default_rng(0)
    images = np.zeros((3, HEIGHT, WIDTH, 3), np.uint8)
    images[:, :, :8] = (200, 30, 30)  # left half red: mirrored or turned frames would show
    depths = chance.uniform(.7, 9.9, (3, HEIGHT, WIDTH)).astype(np.float32)
    raw = depths.copy()
    raw[:, 0] = 0
    labels = chance.integers(0, 5, (3, HEIGHT, WIDTH)).astype(np.uint16)
    instances = chance.integers(1, 3, (3, HEIGHT, WIDTH)).astype(np.uint8)
    with h5py.File(tmp_path / 'labeled.mat', 'w') as file:
        file['images'] = images.transpose(0, 3, 2, 1)
        for name, array in dict(depths=depths, rawDepths=raw, labels=labels,
                                instances=instances).items():
            file[name] = array.transpose(0, 2, 1)
    savemat(tmp_path / 'splits.mat', dict(trainNdxs=[[1], [3]], testNdxs=[[2]]))
    savemat(tmp_path / 'classMapping40.mat', dict(mapClass=[[5, 1, 40, 22]]))
    paths = dict(mat=tmp_path / 'labeled.mat', splits=tmp_path / 'splits.mat',
                 class_mapping=tmp_path / 'classMapping40.mat', out=tmp_path / 'out')
    return paths, dict(images=images, depths=depths, labels=labels, instances=instances)


LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDepth')]


def test_values_come_back(official):
    paths, truth = official
    assert convert(**paths) == 3
    out = paths['out']
    assert (out / 'train.txt').read_text() == '0\n2\n' and (out / 'test.txt').read_text() == '1\n'
    for number, to_label in ((40, [255, 4, 0, 39, 21]), (13, [255, 3, 11, 6, 2])):
        dataset = NYUv2MultiTaskDataset(
            data_root=str(out), split='train', num_classes=number, pipeline=LOADERS)
        assert len(dataset) == 2
        for index, frame in enumerate((0, 2)):
            sample = dataset[index]
            labels = truth['labels'][frame]
            np.testing.assert_array_equal(sample['gt_seg_map'], np.array(to_label)[labels])
            np.testing.assert_allclose(sample['gt_depth_map'], truth['depths'][frame], atol=6e-4)
            red = sample['img'][..., 2].astype(int)
            assert red[:, :6].min() > 150 and red[:, 10:].max() < 60
            ids = sample['gt_instance_map']
            assert set(np.unique(ids // 1000)) == {0, 5, 40}  # walls and ceilings are stuff
            pairs = {(a, b) for a, b in zip(
                ids[labels == 1].tolist(), truth['instances'][frame][labels == 1].tolist(),
                strict=True)}
            assert pairs == {(5001, 1), (5002, 2)}


def test_raw_depth_has_holes(official):
    paths, _ = official
    convert(**paths, raw_depth=True)
    depth = np.array(Image.open(paths['out'] / 'depth' / '0.png'))
    assert depth.dtype == np.uint16 and (depth[0] == 0).all() and (depth[1:] > 600).all()


def test_goes_on_where_it_stopped(official, capsys):
    paths, _ = official
    convert(**paths)
    (paths['out'] / 'image' / '1.jpg').unlink()
    assert convert(**paths) == 1
    assert '3/3 frames' in capsys.readouterr().err
    assert not list(paths['out'].rglob('*.part'))
    with pytest.raises(SystemExit, match='other options'):
        convert(**paths, size=(6, 8))


def test_command_line(official):
    paths, _ = official
    options = [text for name, path in paths.items()
               for text in (f'--{name.replace("_", "-")}', str(path))]
    main([*options, '--size', '6x8'])
    with Image.open(paths['out'] / 'label40' / '2.png') as image:
        assert image.size == (8, 6)
    layout = json.loads((paths['out'] / 'nyuv2.json').read_text())
    assert layout['label40_encoding'] == 'official' and layout['size'] == [6, 8]


@pytest.mark.parametrize('name', ['mat', 'class_mapping'])
def test_missing_file(official, name):
    paths, _ = official
    paths[name] = paths[name].with_name('no.mat')
    with pytest.raises(SystemExit, match='no.mat does not exist'):
        convert(**paths)


def test_wrong_files(official):
    paths, _ = official
    with pytest.raises(SystemExit, match='has no variable mapClass'):
        convert(**{**paths, 'class_mapping': paths['splits']})


@pytest.mark.parametrize('text', ['288', '0x5', 'axb'])
def test_parse_size(text):
    with pytest.raises(argparse.ArgumentTypeError, match='HEIGHTxWIDTH'):
        parse_size(text)
