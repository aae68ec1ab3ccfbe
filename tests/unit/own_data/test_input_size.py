"""One size through pipelines and models; frames are resized as mmcv really does it."""

import numpy as np
import pytest
from mmcv.transforms import Compose
from mmengine.registry import DefaultScope

from mmmtl.own_data.input_size import (
    checked_size,
    pad_odd_frames,
    published_size,
    set_model_size,
    set_pipeline_size,
)

SIZE = (96, 160)
CHOICE = dict(type='RandomChoiceResize', scales=[256, 512, 1024], resize_type='ResizeShortestEdge',
              max_size=4096)


@pytest.mark.parametrize('step', [
    dict(type='Resize', scale=(2048, 512), keep_ratio=True),
    dict(type='ResizeShortestEdge', scale=(640, 640), max_size=2560),
    dict(type='RandomResize', scale=(2048, 1024), ratio_range=(1., 1.), keep_ratio=True),
    dict(CHOICE, scales=[512]),
])
@pytest.mark.parametrize('shape', [(480, 640), (640, 480), (31, 977), (97, 97)])
def test_a_frame_fits_and_keeps_its_shape(step: dict, shape: tuple[int, int]) -> None:
    pipeline = set_pipeline_size([step], SIZE)
    with DefaultScope.overwrite_default_scope('mmmtl'):
        image = np.zeros((*shape, 3), np.uint8)
        found = Compose(pipeline)(dict(img=image, img_shape=shape))['img'].shape[:2]
    long, short = max(shape), min(shape)
    factor = min(max(SIZE) / long, min(SIZE) / short)  # a portrait is fitted upright
    assert found == tuple(int(side * factor + .5) for side in shape)


def test_steps() -> None:
    crop = dict(type='RandomCrop', crop_size=(512, 512), cat_max_ratio=0.75)
    flip = dict(type='RandomFlip', prob=0.5)
    wide = dict(type='RandomResize', scale=(2048, 512), ratio_range=(0.5, 2.0), keep_ratio=True)
    found = set_pipeline_size([wide, CHOICE, crop, flip], SIZE)
    assert found == [dict(wide, scale=(160, 96)),
                     dict(type='RandomResize', ratio_range=(.5, 2.), scale=(160, 96),
                          keep_ratio=True),
                     dict(crop, crop_size=SIZE), flip]
    assert crop['crop_size'] == (512, 512) and wide['scale'] == (2048, 512)  # not the published


def test_windows_and_their_strides() -> None:
    model = dict(data_preprocessor=dict(size=(768, 768)), backbone=dict(img_size=(768, 768)),
                 test_cfg=dict(mode='slide', crop_size=(768, 768), stride=(512, 512)))
    set_model_size(model, SIZE)
    assert model['data_preprocessor']['size'] == model['backbone']['img_size'] == SIZE
    assert model['test_cfg'] == dict(mode='slide', crop_size=SIZE, stride=(64, 107))
    pad_odd_frames(model)
    assert model['data_preprocessor']['test_cfg'] == dict(size=SIZE)


def test_what_is_not_of_the_crop_stays() -> None:
    model = dict(data_preprocessor=dict(size=(512, 512), test_cfg=dict(size_divisor=64)),
                 backbone=dict(img_size=224), test_cfg=dict(mode='whole'))
    set_model_size(model, SIZE)
    pad_odd_frames(model)
    assert model['backbone'] == dict(img_size=224) and model['test_cfg'] == dict(mode='whole')
    assert model['data_preprocessor'] == dict(size=SIZE, test_cfg=dict(size_divisor=64))
    bare = dict(test_cfg=dict(mode='slide', crop_size=256, stride=170))
    set_model_size(bare, (128, 128))
    assert bare['test_cfg'] == dict(mode='slide', crop_size=(128, 128), stride=(85, 85))


def test_frames_of_any_size_are_padded() -> None:
    model = dict(data_preprocessor=dict(size=(512, 512)), test_cfg=dict(mode='whole'))
    pad_odd_frames(model)
    assert model['data_preprocessor'] == dict(size=(512, 512), test_cfg=dict(size_divisor=32))
    bare: dict = dict()
    pad_odd_frames(bare)
    assert bare == {}


def test_published() -> None:
    assert published_size(dict(model=dict(data_preprocessor=dict(size=[512, 1024])))) == (512, 1024)
    assert published_size(dict(crop_size=640)) == (640, 640)
    assert published_size(dict(model=dict())) is None


@pytest.mark.parametrize('size', ['256', 256, (256, ), (0, 4), (1., 2.), (1, 2, 3)])
def test_no_size(size: object) -> None:
    with pytest.raises(ValueError, match=r'\(height, width\)'):
        checked_size(size)
