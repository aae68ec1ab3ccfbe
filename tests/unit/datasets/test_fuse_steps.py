"""Which steps become one."""

from pathlib import Path

import mmseg
import pytest
from mmengine.config import Config

from mmmtl.datasets import check_pipeline
from mmmtl.datasets.fuse_steps import fuse_steps
from mmmtl.datasets.pipeline_steps import Step
from mmmtl.registry import TRANSFORMS
from mmmtl.utils.mix_in import multi_task_pipeline

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


def test_distortion():
    distort = dict(type='mmseg.PhotoMetricDistortion', hue_delta=9)
    fused = fuse_steps([FLIP, distort])
    assert fused == [FLIP, dict(type='mmmtl.PhotoMetricDistortionByTable', hue_delta=9)]
    assert distort['type'] == 'mmseg.PhotoMetricDistortion' and fuse_steps(fused) == fused


def test_all_of_our_recipes_and_a_published_one_take_it():
    """The configs that name the three; the data set does the rest."""
    configs = Path(__file__).parents[3] / 'configs/_base_/datasets'
    taken = []
    for path in sorted(configs.glob('*.py')):
        pipeline = Config.fromfile(path).train_dataloader.dataset.get('pipeline', ())
        names = [Step(step).name for step in pipeline]
        if 'RandomResize' in names and 'RandomCrop' in names:
            taken.append('ResizeAndCrop' in [Step(step).name for step in fuse_steps(pipeline)])
    assert taken and all(taken)
    published = Config.fromfile(
        Path(mmseg.__file__).parent / '.mim/configs/_base_/datasets/ade20k.py')
    mixed = multi_task_pipeline(published.train_pipeline, [*LOAD, REPAIR], training=True)
    assert 'ResizeAndCrop' in [Step(step).name for step in fuse_steps(mixed)]


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
    [dict(type='other.PhotoMetricDistortion')],
    [dict(type='PhotoMetricDistortion', gamma=2)],
    [TRANSFORMS.build(dict(type='PhotoMetricDistortion'))],
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
