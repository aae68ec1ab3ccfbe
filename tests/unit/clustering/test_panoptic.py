"""Semantics and instances in one map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from mmmtl.clustering.panoptic import VOID, decode_segment, merge_panoptic, segments_info

THINGS = (3, 4)


def frame(seed):
    rng = np.random.default_rng(seed)
    semantic = rng.integers(0, 6, (12, 15))
    semantic[0, :4] = 255
    labels = rng.choice(THINGS, rng.integers(0, 6))
    instances = np.zeros(semantic.shape, np.int32)
    for number, label in enumerate(labels, 1):
        instances[(semantic == label) & (rng.random(semantic.shape) < 0.3)] = number
    return semantic, instances, labels


@settings(max_examples=25)
@given(st.integers(0, 1000), st.sampled_from([0, 20, 40]), st.sampled_from(['void', 'segment']))
def test_every_pixel_against_brute_force(seed, least, leftover):
    semantic, instances, labels = frame(seed)
    before = semantic.copy(), instances.copy()
    merged = merge_panoptic(semantic, instances, labels, THINGS, min_stuff_area=least,
                            leftover=leftover)
    assert merged.dtype == np.int32
    for index, label in np.ndenumerate(semantic):
        number = instances[index]
        if number:
            own = (labels[:number] == labels[number - 1]).sum()
            expected = labels[number - 1] * 1000 + own
        elif label in THINGS:
            more = (labels == label).sum() + 1
            expected = label * 1000 + more if leftover == 'segment' else VOID
        else:
            small = (semantic == label).sum() < least
            expected = VOID if label == 255 or small else label * 1000
        assert merged[index] == expected
    np.testing.assert_array_equal(semantic, before[0])
    np.testing.assert_array_equal(instances, before[1])


@settings(max_examples=15)
@given(st.integers(0, 1000))
def test_segments_info_against_scipy(seed):
    semantic, instances, labels = frame(seed)
    merged = merge_panoptic(semantic, instances, labels, THINGS)
    segments = segments_info(merged)
    codes = sorted(set(np.unique(merged).tolist()) - {VOID})
    assert [segment['id'] for segment in segments] == codes
    for segment in segments:
        rows, columns = ndimage.find_objects((merged == segment['id']).astype(int))[0]
        assert segment['bbox'] == [columns.start, rows.start, columns.stop - columns.start,
                                   rows.stop - rows.start]
        assert segment['area'] == (merged == segment['id']).sum()
        label, number = decode_segment(segment['id'])
        assert segment['category_id'] == label
        assert segment['isthing'] == (number > 0) == (label in THINGS)
        assert segment['iscrowd'] == 0


@pytest.mark.parametrize('leftover', ['void', 'segment'])
def test_more_instances_than_numbers(leftover):
    count = 1005
    instances = np.arange(count + 1, dtype=np.int32)[None]
    semantic = np.full(instances.shape, 3)
    merged = merge_panoptic(semantic, instances, np.full(count, 3), THINGS, leftover=leftover)
    np.testing.assert_array_equal(merged[0, 1:1000], 3000 + np.arange(1, 1000))
    assert (merged[0, 1000:] == VOID).all()
    assert merged[0, 0] == VOID


def test_void_alone():
    empty = np.zeros((2, 3), np.int32)
    merged = merge_panoptic(np.full((2, 3), 255), empty, np.empty(0, int), THINGS)
    assert (merged == VOID).all()
    assert segments_info(merged) == []


def test_without_things():
    semantic = np.array([[0, 1]])
    merged = merge_panoptic(semantic, np.zeros_like(semantic), np.empty(0, int), ())
    np.testing.assert_array_equal(merged, [[0, 1000]])
