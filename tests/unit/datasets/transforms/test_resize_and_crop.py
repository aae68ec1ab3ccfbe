"""One step in the place of three: equal samples, equal draws, and the long way where it must be."""

import copy

import cv2
import numpy as np
import pytest
from mmcv.transforms import Compose
from mmseg.datasets.transforms import RandomCrop

from mmmtl.datasets.fuse_steps import fuse_steps
from mmmtl.datasets.transforms import resize_and_crop
from mmmtl.registry import TRANSFORMS


def steps(scale=(120, 80), ratio=(0.5, 2.0), crop=(48, 64), cat=0.75, keep=True, zoom=True,
          ignore=255):
    return [
        dict(type='RandomResize', scale=scale, ratio_range=ratio, keep_ratio=keep),
        dict(type='mmmtl.RepairUnits', zoom_depth=zoom),
        dict(type='RandomCrop', crop_size=crop, cat_max_ratio=cat, ignore_index=ignore)]


FIELDS = ('gt_seg_map', 'gt_instance_map', 'gt_inverse_depth_map', 'gt_depth_map', 'gt_normal_map')


def frame(seed, shape=(80, 120), fields=FIELDS, one_class=False):
    """A loaded frame with maps of all kinds; classes in blocks, holes in what is measured."""
    random = np.random.RandomState(seed)
    made = dict(
        gt_seg_map=cv2.resize(random.randint(0, 4, (5, 6)).astype(np.uint8), shape[::-1],
                              interpolation=cv2.INTER_NEAREST),
        gt_instance_map=random.randint(0, 70000, shape).astype(np.int32),
        gt_inverse_depth_map=random.rand(*shape).astype(np.float32) * 90,
        gt_depth_map=random.rand(*shape).astype(np.float32) * 9,
        gt_normal_map=random.randn(*shape, 3).astype(np.float32))
    made['gt_seg_map'][random.rand(*shape) < .1] = 255
    made['gt_inverse_depth_map'][random.rand(*shape) < .2] = np.nan
    made['gt_normal_map'] /= np.linalg.norm(made['gt_normal_map'], axis=2, keepdims=True)
    if one_class:
        made['gt_seg_map'][:] = 3
    image = random.randint(0, 256, (*shape, 3)).astype(np.uint8)
    kept = {name: made[name] for name in fields}
    return dict(img=image, img_path='x.png', img_shape=shape, ori_shape=shape,
                seg_fields=list(kept), **kept,
                units_width=dict.fromkeys(kept, shape[1]),
                units_height=dict.fromkeys(kept, shape[0]))


def both(configs, results, seed):
    """What the three and the one give, and the next draw after each."""
    found = []
    for pipeline in (configs, fuse_steps(configs)):
        np.random.seed(seed)
        out = Compose([TRANSFORMS.build(step) for step in pipeline])(copy.deepcopy(results))
        found.append((out, np.random.random_sample()))
    return found


def assert_equal(configs, results, seed, short=True):
    step = TRANSFORMS.build(fuse_steps(configs)[0])
    assert short == (step.is_known and resize_and_crop._is_plain(results)
                     and resize_and_crop._has_labels(results, step.crop))
    (three, draw), (one, next_draw) = both(configs, results, seed)
    assert draw == next_draw and three.keys() == one.keys()
    for key, value in three.items():
        if isinstance(value, np.ndarray):
            assert value.dtype == one[key].dtype and np.array_equal(
                value, one[key], equal_nan=value.dtype.kind == 'f'), key
        else:
            assert value == one[key], key
    return one


SETTINGS = {
    'as published': (dict(), dict()),
    'smaller than the crop': (dict(ratio=(0.5, 0.55), crop=(64, 96)), dict()),
    'smaller on one side': (dict(crop=(30, 400)), dict()),
    'odd sizes': (dict(scale=(131, 97), crop=(33, 47)), dict(shape=(79, 113))),
    'upright': (dict(), dict(shape=(120, 80))),
    'not resized': (dict(ratio=(1., 1.)), dict()),
    'half': (dict(ratio=(.5, .5), crop=(20, 20)), dict()),
    'twice': (dict(ratio=(2., 2.)), dict()),
    'all crops refused': (dict(cat=0.3), dict()),
    'one class': (dict(), dict(one_class=True)),
    'any crop': (dict(cat=1.), dict()),
    'any crop of a frame without labels': (dict(cat=1.), dict(fields=('gt_depth_map', ))),
    'depth not zoomed': (dict(zoom=False), dict()),
    'another ratio of sides': (dict(keep=False), dict()),
    'another label ignored': (dict(ignore=3, cat=.5), dict()),
    'a label ignored that no byte is': (dict(ignore=-100), dict()),
    'semantics alone': (dict(), dict(fields=('gt_seg_map', ))),
    'no map at all': (dict(cat=1.), dict(fields=())),
}


@pytest.mark.parametrize('name', SETTINGS)
def test_equal_to_the_bit(name):
    options, made = SETTINGS[name]
    for seed in range(8):
        assert_equal(steps(**options), frame(seed, **made), seed)


def test_the_short_way_is_taken(monkeypatch):
    """Otherwise the tests of equality compare the three with themselves."""
    def never(*_):
        raise AssertionError('the whole frame was resized')

    monkeypatch.setattr(RandomCrop, 'transform', never)
    one, = fuse_steps(steps())
    np.random.seed(0)
    assert TRANSFORMS.build(one)(frame(0))['img'].shape == (48, 64, 3)


@pytest.mark.parametrize('wrong', [
    lambda size: (size[0] + 1, size[1]), lambda size: (size[0], size[1] - 1)])
def test_a_wrong_size_would_be_seen(monkeypatch, wrong):
    original = resize_and_crop.ResizeAndCrop._size
    monkeypatch.setattr(resize_and_crop.ResizeAndCrop, '_size',
                        lambda *args: wrong(original(*args)))
    with pytest.raises(AssertionError):
        for seed in range(3):
            assert_equal(steps(), frame(seed), seed)


@pytest.mark.parametrize('change', [
    lambda results: results.update(img=results['img'].astype(np.float32)),
    lambda results: results.update(img=results['img'][..., :1].repeat(4, 2)),
    lambda results: results.update(gt_bboxes=np.ones((1, 4), np.float32)),
    lambda results: results.update(gt_seg_map=results['gt_seg_map'].astype(np.int16)),
    lambda results: results.update(gt_depth_map=results['gt_depth_map'].astype(np.float16)),
    lambda results: results['seg_fields'].remove('gt_depth_map')])
def test_unknown_frames_go_the_long_way(change):
    for seed in range(3):
        results = frame(seed)
        change(results)
        assert_equal(steps(), results, seed, short=False)


def test_an_unknown_opencv_goes_the_long_way(monkeypatch):
    monkeypatch.setattr(resize_and_crop, 'is_exact', lambda: False)
    monkeypatch.setattr(resize_and_crop, 'bilinear_part', None)
    assert_equal(steps(), frame(1), 1)


def test_a_derived_class_keeps_its_own_way():
    step = TRANSFORMS.build(fuse_steps(steps())[0])

    class Own(RandomCrop):
        def crop_bbox(self, results):
            return 0, 5, 0, 7

    assert step.is_known and not resize_and_crop._is_known(step.resize, step.repair, Own((4, 4)))


def test_frames_without_labels_are_refused_as_before():
    with pytest.raises(KeyError, match='gt_seg_map'):
        TRANSFORMS.build(fuse_steps(steps())[0])(frame(0, fields=('gt_depth_map', )))


def test_what_is_registered_under_their_names_goes_the_long_way():
    step = TRANSFORMS.build(dict(type='mmmtl.ResizeAndCrop', transforms=steps()[::-1]))
    assert not step.is_known and [type(one).__name__ for one in step.transforms] == [
        'RandomCrop', 'RepairUnits', 'RandomResize']
    assert 'cat_max_ratio' in repr(fuse_steps(steps())) and 'RandomResize' in repr(
        TRANSFORMS.build(fuse_steps(steps())[0]))
