"""The Visual Decathlon's layout, classes and statistics."""

import json
import pickle

import numpy as np
import pytest

from mmmtl.datasets import DecathlonDomainDataset, VisualDecathlonDataset
from mmmtl.datasets.decathlon_domains import DOMAINS, TASKS
from mmmtl.datasets.restricted_pickle import load_numbers
from mmmtl.datasets.transforms import NormalizeByDataset
from mmmtl.testing.toy_decathlon import make_toy_decathlon

TOY = {'svhn': 3, 'vgg-flowers': 2}
PIPELINE = [dict(type='LoadImageFromFile'), dict(type='mmmtl.NormalizeByDataset'),
            dict(type='mmmtl.PackMultiTaskInputs')]


@pytest.fixture
def root(tmp_path):
    return make_toy_decathlon(tmp_path, TOY, 6)


def domain(root, name='svhn', **options):
    options = dict(num_classes=TOY[name]) | options
    return DecathlonDomainDataset(name, data_root=str(root), pipeline=PIPELINE, **options)


def change(path, edit):
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


def test_table():
    assert len(DOMAINS) == 10 and sum(d.num_classes for d in DOMAINS.values()) == 3128
    assert TASKS['vgg-flowers'] == 'vgg_flowers'
    assert all(part not in task for task in TASKS.values() for part in './ -')


def test_images_with_classes_in_the_order_of_the_category_ids(root):
    data = domain(root)
    assert len(data) == 6 and data.category_ids == [1000, 1001, 1002]
    for k in range(6):
        packed = data[k]
        sample = packed['data_samples']
        assert sample.gt_svhn.item.tolist() == [k % 3]
        assert (sample.domain, sample.tasks, sample.image_id) == ('svhn', ['svhn'], k + 1)
        # grey (k + 0.5) / K, standardised by mean 0.5 and std 0.25
        assert packed['inputs'].mean().item() == pytest.approx(
            ((k % 3 + 0.5) / 3 - 0.5) / 0.25, abs=0.03)


@pytest.mark.parametrize(('split', 'images'), [
    ('train', 6), ('val', 6), ('trainval', 12), ('test', 6), ('test_labelled', 6)])
def test_splits(root, split, images):
    data = domain(root, split=split)
    assert len(data) == images
    assert ('gt_svhn' in data[0]['data_samples']) == (split != 'test')
    assert data.category_ids == [1000, 1001, 1002]


def test_categories_of_all_domains_in_one_file(root):
    """The class is then the distance to the smallest id, as in the challenge's baseline code."""
    everything = [dict(id=i, name=str(i)) for i in range(900, 1100)]
    for split in ('train', 'test_stripped'):
        change(root / f'annotations/svhn_{split}.json',
               lambda content: content.update(categories=everything))
    assert domain(root).category_ids == domain(root, split='test').category_ids == [
        1000, 1001, 1002]


def test_all_domains(root):
    plain = [dict(type='LoadImageFromFile'), dict(type='Resize', scale=(8, 8)), *PIPELINE[1:]]
    data = VisualDecathlonDataset(data_root=str(root), domains=TOY, pipeline=PIPELINE,
                                  plain_pipeline=plain)
    assert len(data) == 12 and list(data.cumulative_sizes) == [6, 12]
    assert data.metainfo['domains'] == {
        'svhn': dict(task='svhn', classes=('svhn 0', 'svhn 1', 'svhn 2'),
                     category_ids=(1000, 1001, 1002)),
        'vgg-flowers': dict(task='vgg_flowers', classes=('vgg-flowers 0', 'vgg-flowers 1'),
                            category_ids=(2000, 2001))}
    assert data[0]['inputs'].shape[-1] == 8  # house numbers are not mirrored
    assert data[7]['inputs'].shape[-1] == 28
    assert data[7]['data_samples'].gt_vgg_flowers.item.tolist() == [1]


def test_errors(root, tmp_path):
    with pytest.raises(ValueError, match="split must be one of.*'all'"):
        domain(root, split='all')
    with pytest.raises(ValueError, match="'mnist' is none of"):
        DecathlonDomainDataset('mnist')
    with pytest.raises(ValueError, match='domains is empty'):
        VisualDecathlonDataset(domains=[])
    with pytest.raises(FileNotFoundError, match=r'svhn_train.json does not exist. Unpack'):
        domain(root, annotations='nowhere')
    with pytest.raises(FileNotFoundError, match='mean_std=None'):
        domain(root, mean_std='nowhere.pickle')
    with pytest.raises(ValueError, match='svhn has 2 classes.*3 categories'):
        domain(root, num_classes=2)
    change(root / 'annotations/svhn_val.json', lambda content: content['annotations'].pop())
    with pytest.raises(KeyError, match='image 12 .* has no annotation'):
        domain(root, split='val')
    next((root / 'data/svhn/train/0000').glob('*1.jpg')).unlink()
    with pytest.raises(FileNotFoundError, match='000001.jpg, the first image of'):
        domain(root)


def test_statistics_that_are_none(root):
    path = root / 'decathlon_mean_std.pickle'
    path.write_bytes(pickle.dumps({'svhnmean': [125, 125, 125], 'svhnstd': [1, 1, 1]}))
    with pytest.raises(ValueError, match='svhnmean must be three numbers from 0 to 1'):
        domain(root)
    path.write_bytes(pickle.dumps({'dtdmean': [0.5] * 3}))
    with pytest.raises(KeyError, match="has no 'svhnmean'"):
        domain(root)


def test_pickles_of_numbers_only(tmp_path):
    path = tmp_path / 'x.pickle'
    for protocol in (0, 2, 5):
        path.write_bytes(pickle.dumps(dict(a=np.array([1.5, 2.0]), b=np.float64(3)), protocol))
        found = load_numbers(path)
        assert found['a'].tolist() == [1.5, 2.0] and found['b'] == 3
    path.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ValueError, match='os.system|posix.system'):
        load_numbers(path)
    path.write_bytes(b'')
    with pytest.raises(ValueError, match='not a pickle'):
        load_numbers(path)


def test_normalisation_turns_channels_round():
    image = np.full((1, 1, 3), (0, 51, 255), np.uint8)  # blue, green, red
    results = dict(img=image, mean=np.array([0.5, 0.2, 0.0]), std=np.array([0.5, 1.0, 2.0]))
    found = NormalizeByDataset().transform(results)['img']
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0, 0], [1.0, 0.0, 0.0], atol=1e-6)
    with pytest.raises(KeyError, match='mean_std'):
        NormalizeByDataset().transform(dict(img=image))
