"""Clusterers of the registry on votes of every kind."""

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.clustering.panoptic import decode_segment
from mmmtl.registry import MODELS

CLUSTERERS = ['OPTICSClustering', 'DBSCANClustering', 'HDBSCANClustering',
              'NearestCentreClustering']
META = dict(classes=('road', 'car', 'person', 'sky'), thing_classes=('car', 'person'))
BOXES = {(4, 14, 4, 20): 1, (4, 14, 40, 60): 1, (24, 40, 8, 16): 2}


def build(name='OPTICSClustering', **options):
    clustering = MODELS.build(dict(type=f'mmmtl.{name}', eps=2, min_samples=20, min_area=1,
                                   reference_size=None) | options)
    clustering.prepare(META)
    return clustering


def sample_of(semantic, vectors, margin=20.0):
    """Predictions as the heads write them; logits of ``margin`` for the class."""
    semantic = torch.as_tensor(semantic)
    logits = margin * torch.nn.functional.one_hot(semantic, 4).permute(2, 0, 1).float()
    sample = SegDataSample()
    for field, data in dict(pred_sem_seg=semantic[None], seg_logits=logits,
                            pred_instance_vector=torch.as_tensor(vectors).float()).items():
        sample.set_data({field: PixelData(data=data)})
    return sample


def scene(zoom=1, noise=0.3):
    """Two cars and a person, with vectors that are nearly right."""
    rng = np.random.default_rng(0)
    semantic = np.zeros((48 * zoom, 64 * zoom), np.int64)
    ids = np.zeros_like(semantic)
    vectors = np.zeros((2, *semantic.shape))
    for number, (box, label) in enumerate(BOXES.items(), 1):
        top, bottom, left, right = (zoom * side for side in box)
        y, x = np.mgrid[top:bottom, left:right]
        semantic[y, x], ids[y, x] = label, number
        vectors[:, y, x] = (left + right) / 2 - x, (top + bottom) / 2 - y
    return semantic, ids, vectors + zoom * noise * rng.normal(size=vectors.shape)


@pytest.mark.parametrize('name', CLUSTERERS)
def test_instances_of_a_simple_scene(name):
    semantic, ids, vectors = scene()
    sample = sample_of(semantic, vectors)
    build(name).predict(sample)
    found = sample.pred_instances
    assert found.labels.tolist() == [1, 1, 2]
    assert found.ids.tolist() == [1, 2, 3]
    assert (found.ids.dtype, found.labels.dtype, found.scores.dtype) == (
        torch.int32, torch.int64, torch.float32)
    assert torch.allclose(found.scores, torch.ones(3))
    if name == 'NearestCentreClustering':  # its order is that of the peaks
        ids = np.choose(ids, [0, 2, 1, 3])
    for field, truth in (('pred_instance_map', ids),
                         ('pred_panoptic_map', np.choose(ids, [0, 1001, 1002, 2001]))):
        predicted = sample.get(field).data
        assert predicted.dtype == torch.int32
        assert predicted.shape == (1, 48, 64)
        assert (predicted[0].numpy() == truth).mean() > 0.98


@pytest.mark.parametrize('name', CLUSTERERS)
@pytest.mark.parametrize('kind', ['random', 'no thing', 'all thing', 'one pixel', 'nan', 'far',
                                  'one vote', 'line'])
def test_nothing_stops_an_evaluation(name, kind):
    rng = np.random.default_rng(0)
    size = (40, 50)
    semantic = rng.integers(0, 4, size)
    vectors = 10 * rng.normal(size=(2, *size))
    y, x = np.mgrid[:size[0], :size[1]]
    if kind == 'no thing':
        semantic[:] = 0
    elif kind in ('all thing', 'one pixel', 'line'):
        semantic[:] = 1
    elif kind == 'one vote':
        semantic[:] = 0
        semantic[3, 3] = 2
    if kind == 'one pixel':
        vectors = np.stack([20 - x, 20 - y])
    elif kind == 'line':
        vectors = np.stack([np.zeros(size), 20 - y])
    elif kind == 'nan':
        vectors[:, ::2] = np.nan
        vectors[0, 1::2] = np.inf
    elif kind == 'far':
        vectors = 1e7 * vectors
    sample = sample_of(semantic, vectors, margin=1.0)
    build(name, reference_size=(20, 25)).predict(sample)
    ids = np.unique(sample.pred_instance_map.data)
    count = len(sample.pred_instances)
    assert set(ids.tolist()) - {0} == set(range(1, count + 1))
    if kind == 'one pixel':
        assert count == 1
    elif kind in ('no thing', 'nan', 'far', 'one vote'):
        assert count == 0
    assert not sample.pred_instances.scores.isnan().any()


@pytest.mark.slow
@pytest.mark.parametrize('name', CLUSTERERS)
def test_a_million_votes_in_one_pixel(name):
    y, x = np.mgrid[:1000, :1000]
    sample = sample_of(np.ones((1000, 1000), np.int64), np.stack([500 - x, 500 - y]))
    build(name).predict(sample)
    assert len(sample.pred_instances) == 1
    assert (sample.pred_instance_map.data == 1).all()


@pytest.mark.parametrize('name', ['OPTICSClustering', 'DBSCANClustering'])
def test_parameters_grow_with_the_image(name):
    small, large = (sample_of(*scene(zoom)[::2]) for zoom in (1, 2))
    clustering = build(name, reference_size=(48, 64), min_area={'car': 170, 'person': 1})
    for sample in (small, large):
        clustering.predict(sample)
        assert sample.pred_instances.labels.tolist() == [1, 2]  # the small car has 160 pixels
    for options, expected in ((dict(reference_size=(48, 64)), [1, 1]), ({}, [1, 1, 2])):
        build(name, eps=4, min_samples=150, **options).predict(large)  # the person has 4 * 128
        assert large.pred_instances.labels.tolist() == expected


def test_parameters_by_class_and_noise():
    semantic, ids, vectors = scene(noise=0)
    vectors[:, 4:14, 4] += 4  # a column of votes 4 * sqrt(2) from its centre
    clustering = build(eps={'car': 1.0, 'person': 2.0}, min_samples={'car': 20, 'person': 200},
                       noise_bound={'car': 6, 'person': 0})
    sample = sample_of(semantic, vectors)
    clustering.predict(sample)
    assert sample.pred_instances.labels.tolist() == [1, 1]  # the person has 128 votes
    assert ((sample.pred_instance_map.data[0].numpy() > 0) == (semantic == 1)).all()
    build(eps=1.0, noise_bound=5).predict(sample)
    assert (sample.pred_instance_map.data[0, 4:14, 4] == 0).all()


def test_options_of_the_panoptic_map():
    semantic, _, vectors = scene()
    semantic[0, 0] = 3
    codes = {}
    for leftover in ('void', 'segment'):
        sample = sample_of(semantic, vectors)
        build(min_samples=200, leftover=leftover, min_stuff_area=2, thing_classes=['person', 1]
              ).predict(sample)
        codes[leftover] = np.unique(sample.pred_panoptic_map.data).tolist()
    assert codes == {'void': [-1, 0, 1001], 'segment': [-1, 0, 1001, 1002, 2001]}
    assert decode_segment(2001) == (2, 1)
    without = sample_of(semantic, vectors)
    build(panoptic=False).predict(without)
    assert 'pred_panoptic_map' not in without


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])  # the second as on a GPU
def test_score_is_the_mean_probability(dtype):
    semantic, ids, vectors = scene()
    sample = sample_of(semantic, vectors)
    sample.seg_logits.data = torch.randn(
        4, 48, 64, generator=torch.Generator().manual_seed(0), dtype=dtype)
    build().predict(sample)
    chance = sample.seg_logits.data.softmax(0).numpy()
    predicted = sample.pred_instance_map.data[0].numpy()
    for number, (label, score) in enumerate(
            zip(sample.pred_instances.labels, sample.pred_instances.scores, strict=True), 1):
        assert float(score) == pytest.approx(chance[label][predicted == number].mean(), abs=1e-5)


def test_binary_semantics():
    semantic, _, vectors = scene()
    sample = sample_of(np.minimum(semantic, 1), vectors)
    sample.pred_sem_seg.data = sample.pred_sem_seg.data.float()
    sample.seg_logits.data = torch.full((1, 48, 64), 0.75)
    build(thing_classes=[1]).predict(sample)
    assert sample.pred_instances.scores.tolist() == [0.75] * 3


@pytest.mark.parametrize(('options', 'message'), [
    (dict(eps=0), 'eps is 0'), (dict(eps=float('nan')), 'eps is nan'),
    (dict(min_samples=1), 'min_samples is 1'), (dict(min_area={'car': -1}), 'min_area is -1'),
    (dict(leftover='stuff'), 'leftover'), (dict(reference_size=(1, 2, 3)), 'reference_size'),
    (dict(cluster_method='optics'), "'dbscan' or 'xi'"), (dict(quantise=3), 'quantise .* found 3'),
    (dict(quantise=True), 'quantise .* found True'), (dict(quantise=2.0), 'quantise .* found 2.0'),
    (dict(quantise='no'), "found 'no'; 'auto' is possible"), (dict(min_samples=2.7), 'is 2.7'),
    (dict(eps={'car': 1, 'person': 2, 'persn': 2}), r"eps has values for \['persn'\]"),
    (dict(cluster_method='xi', quantise=2), 'does not go with'), (dict(xi=1), 'xi is 1'),
])
def test_errors_name_the_option(options, message):
    with pytest.raises(ValueError, match=message):
        build(**options)


def test_clustering_a_selection():
    semantic, ids, vectors = scene()
    sample = sample_of(semantic, vectors)
    build('HDBSCANClustering', max_votes=100).predict(sample)
    assert sample.pred_instances.labels.tolist() == [1, 1, 2]
    assert ((sample.pred_instance_map.data[0].numpy() > 0) == (ids > 0)).mean() > 0.98


def test_xi():
    semantic, ids, vectors = scene()
    sample = sample_of(semantic, vectors)
    build(cluster_method='xi', eps=8).predict(sample)
    assert {1, 2} <= set(sample.pred_instances.labels.tolist())


@pytest.mark.parametrize('steps', [1, 4, 'auto'])
def test_rounded_votes(steps):
    semantic, ids, vectors = scene()
    sample = sample_of(semantic, vectors)
    build(quantise=steps).predict(sample)
    assert sample.pred_instances.labels.tolist() == [1, 1, 2]
