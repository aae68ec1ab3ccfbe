"""Which steps become one."""

import pytest

from mmmtl.datasets import check_pipeline
from mmmtl.datasets.fuse_steps import fuse_steps
from mmmtl.registry import TRANSFORMS

LOAD = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
        dict(type='mmmtl.LoadDepth')]
RESIZE = dict(type='RandomResize', scale=(64, 32), ratio_range=(.5, 2.), keep_ratio=True)
REPAIR, CROP = dict(type='mmmtl.RepairUnits'), dict(type='RandomCrop', crop_size=(16, 16))
FLIP = dict(type='RandomFlip', prob=0.5)


def test_three_in_a_row():
    fused = fuse_steps([*LOAD, RESIZE, REPAIR, CROP, FLIP])
    assert fused == [*LOAD, dict(type='mmmtl.ResizeAndCrop', transforms=[RESIZE, REPAIR, CROP]),
                     FLIP]
    check_pipeline(fused)
    check_pipeline([TRANSFORMS.build(step) for step in fused])
    assert fuse_steps(fused) == fused


@pytest.mark.parametrize('pipeline', [
    [RESIZE, CROP, REPAIR],
    [RESIZE, REPAIR, FLIP, CROP],
    [RESIZE, REPAIR],
    [dict(RESIZE, type='other.RandomResize'), REPAIR, CROP],
    [dict(RESIZE, resize_type='ResizeShortestEdge'), REPAIR, CROP],
    [dict(RESIZE, interpolation='nearest'), REPAIR, CROP],
    [RESIZE, dict(REPAIR, mark_only=True), CROP],
    [RESIZE, REPAIR, dict(CROP, crop_pad_val=0)],
    [RESIZE, REPAIR, TRANSFORMS.build(CROP)],
    []])
def test_others_stay(pipeline):
    assert fuse_steps(pipeline) == pipeline


def test_what_is_wrong_with_the_three_is_still_said():
    for pipeline in ([LOAD[0], RESIZE, REPAIR, CROP, *LOAD[1:]],
                     [*LOAD, FLIP, FLIP, RESIZE, CROP]):
        said = []
        for steps in (pipeline, fuse_steps(pipeline)):
            with pytest.raises(ValueError) as error:
                check_pipeline(steps)
            said.append(str(error.value).partition(':')[0] and str(error.value).split(', ', 1)[-1])
        assert said[0] == said[1]
