"""Whatever clusterer of votes is registered; nobody need list it."""

import inspect

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

import mmmtl.models  # noqa: F401
from mmmtl.models.instance_clustering.base import BaseInstanceClustering
from mmmtl.registry import MODELS

#: what a clusterer cannot do without, by its name, and options that make another method of it
#: (cluster_method='xi' finds clusters within clusters, and the order of votes decides which)
OPTIONS = {'OPTICSClustering': [{}, dict(quantise=None)]}
CLUSTERERS = sorted({cls for cls in MODELS.module_dict.values()
                     if inspect.isclass(cls) and issubclass(cls, BaseInstanceClustering)
                     and cls.__module__.startswith('mmmtl.')}, key=lambda cls: cls.__name__)
CASES = [pytest.param(cls, options, id=f'{cls.__name__}{options or ""}')
         for cls in CLUSTERERS for options in OPTIONS.get(cls.__name__, [{}])]
META = dict(classes=('road', 'car', 'person'), thing_classes=('car', 'person'))
EPS, MIN_SAMPLES = 2.0, 8


def build(cls, options):
    try:
        clusterer = MODELS.build(dict(
            options, type=f'mmmtl.{cls.__name__}', eps=EPS, min_samples=MIN_SAMPLES, min_area=1,
            reference_size=None))
    except TypeError as error:
        pytest.fail(f'{cls.__name__}: give OPTIONS in {__file__} what it needs: {error}')
    clusterer.prepare(META)
    return clusterer


def blobs(seed=0):
    """(n, 2) float32 votes and their blob: three far apart, of 60 votes; 5 lone ones are -1."""
    chance = np.random.default_rng(seed)
    centres = np.array([(10, 10), (60, 15), (30, 70)])
    lone = np.array([(10, 90), (90, 10), (90, 90), (95, 50), (50, 95)])
    votes = [centres.repeat(60, 0) + chance.normal(0, 0.4, (180, 2)), lone]
    return (np.concatenate(votes).astype(np.float32),
            np.concatenate([np.arange(3).repeat(60), np.full(5, -1)]))


def partition(labels, numbers=None):
    """Clusters as sets of votes, whatever their numbers; votes in none are left out."""
    numbers = np.arange(len(labels)) if numbers is None else numbers
    return {frozenset(numbers[labels == label].tolist()) for label in set(labels.tolist()) - {-1}}


def test_there_are_some():
    assert len(CLUSTERERS) >= 4


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_clear_clusters_are_found(cls, options):
    votes, truth = blobs()
    before = votes.copy()
    labels = build(cls, options).cluster(votes, EPS, MIN_SAMPLES)
    assert labels.shape == truth.shape and labels.dtype.kind == 'i'
    assert sorted(set(labels.tolist()) - {-1}) == [0, 1, 2]
    assert np.array_equal(votes, before), 'votes are not to be written to'
    found = [set(np.flatnonzero(labels == label)) for label in range(3)]
    for blob in range(3):  # its own votes, save the odd one at its edge
        own = set(np.flatnonzero(truth == blob))
        assert max(len(own & one) for one in found) >= 55
        assert sum(bool(own & one) for one in found) == 1


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_order_of_votes_does_not_matter(cls, options):
    clusterer = build(cls, options)
    for seed in range(3):
        votes, _ = blobs(seed)
        order = np.random.default_rng(seed).permutation(len(votes))
        expected = partition(clusterer.cluster(votes, EPS, MIN_SAMPLES))
        assert partition(clusterer.cluster(votes[order], EPS, MIN_SAMPLES), order) == expected


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_the_same_votes_have_the_same_labels(cls, options):
    votes, _ = blobs()
    labels = [build(cls, options).cluster(votes, EPS, MIN_SAMPLES) for _ in range(2)]
    again = build(cls, options)
    again.cluster(votes[:50], EPS, MIN_SAMPLES)  # nothing is kept of another frame
    for other in (*labels, again.cluster(votes, EPS, MIN_SAMPLES)):
        assert np.array_equal(labels[0], other)


@pytest.mark.parametrize(('cls', 'options'), CASES)
def test_few_votes_are_noise(cls, options):
    clusterer = build(cls, options)
    for number in (1, 2, MIN_SAMPLES - 1):
        votes = np.full((number, 2), 5, np.float32)
        assert clusterer.cluster(votes, EPS, MIN_SAMPLES).tolist() == [-1] * number
    many = np.full((3 * MIN_SAMPLES, 2), 5, np.float32)
    assert set(clusterer.cluster(many, EPS, MIN_SAMPLES).tolist()) == {0}


def frame(things):
    """Classes, vectors and logits of a frame with square objects of class 1."""
    semantic, vectors = np.zeros((40, 60), np.int64), np.zeros((2, 40, 60), np.float32)
    for left in range(5, 5 + 20 * things, 20):
        y, x = np.mgrid[10:20, left:left + 10]
        semantic[y, x], vectors[:, y, x] = 1, (left + 4.5 - x, 14.5 - y)
    logits = torch.nn.functional.one_hot(torch.from_numpy(semantic), 3).permute(2, 0, 1).float()
    return semantic, vectors, 20 * logits


@pytest.mark.parametrize(('cls', 'options'), CASES)
@pytest.mark.parametrize('things', [0, 1, 2])
def test_instances_of_a_frame(cls, options, things):
    semantic, vectors, logits = frame(things)
    sample = SegDataSample(
        pred_sem_seg=PixelData(data=torch.from_numpy(semantic)[None]),
        pred_instance_vector=PixelData(data=torch.from_numpy(vectors)),
        seg_logits=PixelData(data=logits))
    build(cls, options).predict(sample)
    assert sample.pred_instances.labels.tolist() == [1] * things
    found = sample.pred_instance_map.data[0].numpy()
    assert np.array_equal(found > 0, semantic == 1)
    assert np.bincount(found.ravel(), minlength=1)[1:].tolist() == [100] * things
    np.testing.assert_allclose(sample.pred_instances.scores, 1, atol=1e-5)
