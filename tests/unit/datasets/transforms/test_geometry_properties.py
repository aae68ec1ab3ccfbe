"""Random pipelines of mmseg's transforms keep all maps together, with the right units.

Every pixel carries a number of its own in each map, so that any pixel that is moved in one map and
not in another, and any value that a transform changes, shows.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from mmengine.dataset import Compose
from mmengine.registry import DefaultScope

from mmmtl.datasets import CityscapesMultiTaskDataset, check_pipeline
from mmmtl.datasets.transforms import GenerateInstanceVectors, PackMultiTaskInputs

REPAIR, MARK = (dict(type='mmmtl.RepairUnits', mark_only=mark) for mark in (False, True))
sides = st.integers(5, 40)
directions = st.sampled_from(['horizontal', 'vertical', 'diagonal', ['horizontal', 'vertical']])
resizes = st.one_of(
    st.builds(lambda w, h: dict(type='Resize', scale=(w, h)), sides, sides),
    st.builds(lambda w, h: dict(type='Resize', scale=(w, h), keep_ratio=True), sides, sides),
    st.builds(lambda s: dict(type='Resize', scale_factor=s), st.floats(.4, 2.2)),
    st.builds(lambda w, h, keep: dict(type='RandomResize', scale=(w, h), ratio_range=(.5, 2.),
                                      keep_ratio=keep), sides, sides, st.booleans()),
    st.builds(lambda w, h: dict(type='RandomChoiceResize', scales=[(w, h), (h, w)]), sides, sides),
    st.builds(lambda d: dict(type='ResizeToMultiple', size_divisor=d), st.integers(2, 16)),
    st.builds(lambda s: dict(type='ResizeShortestEdge', scale=s, max_size=2 * s), sides))
crops = st.builds(lambda h, w: dict(type='RandomCrop', crop_size=(h, w)), sides, sides)
flips = st.builds(lambda d: dict(type='RandomFlip', prob=.8, direction=d), directions)
pads = st.one_of(
    st.builds(lambda d: dict(type='Pad', size_divisor=d), st.integers(2, 16)),
    st.just(dict(type='Pad', size_divisor=1, pad_to_square=True)))
blocks = st.lists(st.one_of(
    st.builds(lambda r: [r, REPAIR], resizes), st.builds(lambda c: [c, MARK], crops),
    st.builds(lambda f: [f], flips), st.builds(lambda p: [p, REPAIR], pads)), max_size=5)


def make_frame(height, width):
    code = np.arange(1, height * width + 1, dtype=np.int32).reshape(height, width)
    values = code.astype(np.float32)
    values[code % 7 == 0] = np.nan
    slopes = values / code.max()
    fields = dict(
        gt_seg_map=(code % 251).astype(np.uint8), gt_instance_map=code,
        gt_inverse_depth_map=values, gt_depth_map=values.copy(),
        gt_normal_map=unit(np.stack([slopes, slopes, -np.ones_like(slopes)], axis=-1)))
    return dict(
        img=np.zeros((height, width, 3), np.uint8), img_shape=(height, width),
        ori_shape=(height, width), seg_fields=list(fields),
        units_width=dict.fromkeys(fields, width), units_height=dict.fromkeys(fields, height),
        **fields)


def unit(vectors, axis=-1):
    return vectors / np.linalg.norm(vectors, axis=axis, keepdims=True)


def run(frame, steps):
    """Run the steps, and follow the zoom (y, x) by the image's size over each resizing."""
    zoom = np.ones(2)
    for step in Compose(steps).transforms:
        before = frame['img'].shape[:2]
        frame = step(frame)
        if 'Resize' in type(step).__name__:
            zoom *= np.divide(frame['img'].shape[:2], before)
    return frame, zoom


@settings(max_examples=150, deadline=None)
@given(height=sides, width=sides, blocks=blocks, last=st.lists(pads, max_size=1),
       seed=st.integers(0, 99))
def test_maps_stay_together(height, width, blocks, last, seed):
    steps = [step for block in blocks for step in block] + last
    with DefaultScope.overwrite_default_scope('mmseg'):
        loaders = [dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity')]
        check_pipeline(loaders + steps)
        check_pipeline(Compose(loaders + steps).transforms)
        np.random.seed(seed)
        frame, (zoom_y, zoom) = run(make_frame(height, width), steps)
    frame['flip'] = False  # it may be the second one, and normals are turned for one
    sample = PackMultiTaskInputs()(frame)['data_samples']
    fields = {name: value.data.numpy() for name, value in sample.items()}
    shape = frame['img'].shape[:2]
    assert all(values.shape[-2:] == shape for values in fields.values())
    code = fields['gt_instance_map'][0]
    padded = code == 0
    assert code.max() <= height * width
    np.testing.assert_array_equal(fields['gt_sem_seg'][0], np.where(padded, 255, code % 251))
    wanted = np.where(padded | (code % 7 == 0), np.nan, code)
    np.testing.assert_allclose(fields['gt_inverse_depth_map'][0], wanted * zoom, rtol=1e-5)
    np.testing.assert_allclose(fields['gt_depth_map'][0], wanted / zoom, rtol=1e-5)
    slopes = wanted / (height * width)
    np.testing.assert_allclose(
        fields['gt_normal_map'],
        unit(np.stack([slopes, slopes * zoom / zoom_y, slopes * 0 - zoom]), 0), atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(height=sides, width=sides, blocks=blocks, last=st.lists(pads, max_size=1),
       seed=st.integers(0, 99))
def test_vectors_point_at_what_is_left(height, width, blocks, last, seed):
    frame = make_frame(height, width)
    chance = np.random.default_rng(seed)
    ids = np.kron(chance.integers(0, 4, (7, 7)), np.ones((6, 6), int)) * 1000
    frame['gt_instance_map'] = ids[:height, :width].astype(np.int32)
    with DefaultScope.overwrite_default_scope('mmseg'):
        np.random.seed(seed)
        frame, _ = run(frame, [step for block in blocks for step in block] + last)
    frame = GenerateInstanceVectors()(frame)
    ids, vectors = frame['gt_instance_map'], frame['gt_instance_vector']
    assert ids.shape == vectors.shape[:2] == frame['img'].shape[:2]
    rows, columns = np.mgrid[:ids.shape[0], :ids.shape[1]]
    for number in np.unique(ids):
        mask = ids == number
        if number == 0:
            assert np.isnan(vectors[mask]).all()
            continue
        np.testing.assert_allclose(vectors[mask, 0] + columns[mask], columns[mask].mean(),
                                   atol=1e-4)
        np.testing.assert_allclose(vectors[mask, 1] + rows[mask], rows[mask].mean(), atol=1e-4)


def test_test_pipeline_keeps_the_truth(toy):
    """Labels loaded after resizing stay at the original size and are not rescaled."""
    labels = [dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadInstanceIds'),
              dict(type='mmmtl.LoadDisparity')]
    image, end = dict(type='LoadImageFromFile'), [
        REPAIR, dict(type='mmmtl.GenerateInstanceVectors'), dict(type='mmmtl.PackMultiTaskInputs')]
    resized, plain = (CityscapesMultiTaskDataset(
        data_root=str(toy[0]), split='val', pipeline=[image, *change, *labels, *end])[1]
        for change in ([dict(type='Resize', scale=(160, 80)), dict(type='Pad', size_divisor=48)],
                       []))
    assert resized['inputs'].shape == (3, 96, 192)
    for name, value in plain['data_samples'].items():
        np.testing.assert_array_equal(value.data.numpy(),
                                      resized['data_samples'].get(name).data.numpy())
