"""Pipelines that would spoil a map are refused with reason and remedy."""

import pytest
from mmcv.transforms import Resize as McvResize
from mmengine.dataset import Compose
from mmseg.datasets.transforms import PackSegInputs
from mmseg.datasets.transforms import Resize as SegResize

from mmmtl.datasets import check_pipeline
from mmmtl.datasets.pipeline_check import turned_formats_in

LOAD = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
        dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDisparity')]
REPAIR = dict(type='mmmtl.RepairUnits')
MARK = dict(type='mmmtl.RepairUnits', mark_only=True)
RESIZE = dict(type='Resize', scale=(8, 8))
RANDOM_RESIZE = dict(type='RandomResize', scale=(8, 8), ratio_range=(.5, 2.))
CROP = dict(type='RandomCrop', crop_size=(4, 4))
FLIP = dict(type='RandomFlip', prob=.5)
PAD = dict(type='Pad', size=(9, 9))
VECTORS = dict(type='mmmtl.GenerateInstanceVectors')
PACK = dict(type='mmmtl.PackMultiTaskInputs')
ROTATE = dict(type='RandomRotate', prob=1., degree=10)


def both_ways(pipeline):
    """As configs and as objects."""
    check_pipeline(pipeline)
    check_pipeline(Compose(pipeline).transforms)


@pytest.mark.parametrize('steps', [
    [RANDOM_RESIZE, REPAIR, CROP, FLIP, dict(type='PhotoMetricDistortion'), VECTORS, PACK],
    [RESIZE, REPAIR, CROP, MARK, dict(type='ResizeToMultiple', size_divisor=4), REPAIR, PAD, PACK],
    [PAD, REPAIR, FLIP, PACK],
    [PAD, CROP, PACK],
    [dict(type='RandomApply', transforms=[RANDOM_RESIZE]), REPAIR, PACK],
    [dict(type='RandomChoice', transforms=[[RESIZE, REPAIR], [FLIP]]), CROP, PACK],
    [dict(type='RandomCutOut', prob=1., n_holes=1, cutout_shape=(2, 2)), PACK],
    [dict(type='GenerateEdge'), PACK],
])
def test_accepted(steps):
    both_ways(LOAD + steps)


def test_semantics_alone_are_mmsegs_business():
    both_ways([*LOAD[:2], RESIZE, ROTATE, dict(type='PackSegInputs')])


def test_truth_loaded_after_resizing():
    both_ways([LOAD[0], RESIZE, *LOAD[1:], PACK])
    tta = dict(type='TestTimeAug', transforms=[
        [RESIZE], [dict(FLIP, prob=1.)], LOAD[1:2], LOAD[3:], [PACK]])
    both_ways([LOAD[0], tta])


def test_no_flip_before_labels_but_in_tests():
    flipped = [LOAD[0], dict(FLIP, prob=1.), *LOAD[1:], PACK]
    for pipeline in (flipped, Compose(flipped).transforms):
        with pytest.raises(ValueError, match='LoadSemanticLabels: loads labels after RandomFlip'):
            check_pipeline(pipeline)
        check_pipeline(pipeline, test_mode=True)
    both_ways([LOAD[0], dict(FLIP, prob=0.), *LOAD[1:], PACK])
    with pytest.raises(ValueError, match='after RandomFlip'):  # not the same every time
        check_pipeline([LOAD[0], FLIP, *LOAD[1:], PACK], test_mode=True)


@pytest.mark.parametrize('others, name', [(LOAD[2:], 'LoadInstanceIds'), ([], 'PackMultiTask')])
def test_mmsegs_loader_is_not_mixed_with_ours(others, name):
    with pytest.raises(ValueError, match=f'step 1, LoadAnnotations: with {name}.*SemanticLabels'):
        both_ways([LOAD[0], dict(type='LoadAnnotations'), *others, PACK])
    both_ways([LOAD[0], dict(type='LoadAnnotations'), ROTATE, dict(type='PackSegInputs')])


@pytest.mark.parametrize(('steps', 'message'), [
    ([ROTATE], 'step 4, RandomRotate: .*seg_pad_val'),
    ([dict(type='RandomRotFlip')], 'RandomRotFlip: .*Use RandomFlip'),
    ([dict(type='RandomMosaic', prob=1.)], 'RandomMosaic'),
    ([dict(type='SegRescale', scale_factor=.5)], 'SegRescale: .*but not of the image'),
    ([dict(type='RandomDepthMix')], 'RandomDepthMix'),
    ([dict(type='CenterCrop', crop_size=4)], 'CenterCrop: it moves the image and gt_seg_map'),
    ([dict(type='RandomCutOut', prob=1., n_holes=1, cutout_shape=(2, 2), seg_fill_in=255)],
     'seg_fill_in=255'),
    ([dict(type='RandomFlip', prob=.5, swap_seg_labels=[(1, 2)])], 'swap_seg_labels'),
    ([dict(type='Pad', size=(9, 9), padding_mode='reflect')], "padding_mode='reflect'"),
    ([RESIZE, FLIP, REPAIR], 'step 4, Resize: changes the units .*directly after it'),
    ([RESIZE], 'Resize: changes the units'),
    ([dict(type='ResizeShortestEdge', scale=4, max_size=9)], 'ResizeShortestEdge: changes'),
    ([dict(type='RandomChoiceResize', scales=[(4, 4)])], 'RandomChoiceResize: changes'),
    ([CROP, RESIZE, REPAIR], 'comes after RandomCrop, .*mark_only=True'),
    ([PAD, FLIP], 'comes after Pad, .*RepairUnits directly after Pad'),
    ([VECTORS, FLIP], 'comes after GenerateInstanceVectors'),
    ([dict(type='PackSegInputs')], 'PackSegInputs: drops every map'),
    ([dict(type='RandomApply', transforms=[ROTATE])], 'RandomRotate'),
    ([dict(type='RandomApply', transforms=[RESIZE, REPAIR, CROP]), RESIZE, REPAIR], 'RandomCrop'),
    ([dict(type='RandomChoice', transforms=[[FLIP], [RESIZE]]), PACK], 'Resize: changes'),
    ([dict(type='TestTimeAug', transforms=[[RESIZE], [FLIP], [PACK]])], 'Resize: changes'),
])
def test_refused(steps, message):
    with pytest.raises(ValueError, match=message):
        check_pipeline(LOAD + steps)
    with pytest.raises(ValueError, match=message):
        check_pipeline(Compose(LOAD + steps).transforms)


@pytest.mark.parametrize('step', [FLIP, CROP, RANDOM_RESIZE])
def test_labels_loaded_after_the_image_moved_at_random_are_refused(step):
    for loader in LOAD[1:]:
        with pytest.raises(ValueError, match=f'step 2, {loader["type"][6:]}: loads labels after '
                                             f'{step["type"]}.*before {step["type"]}'):
            both_ways([LOAD[0], step, loader, PACK])


def test_vectors_without_ids_are_refused():
    with pytest.raises(ValueError, match='GenerateInstanceVectors: no LoadInstanceIds before it'):
        check_pipeline([LOAD[0], LOAD[1], VECTORS, PACK])


DEPTH, NORMALS = dict(type='mmmtl.LoadDepth'), dict(type='mmmtl.GenerateNormals')


def test_normals_from_depth_as_loaded():
    both_ways([LOAD[0], DEPTH, NORMALS, RANDOM_RESIZE, REPAIR, CROP, FLIP, PACK])
    both_ways([LOAD[0], RESIZE, DEPTH, NORMALS, PACK])  # the truth of a test pipeline
    with pytest.raises(ValueError, match='GenerateNormals: no LoadDepth before it'):
        both_ways([LOAD[0], NORMALS, PACK])
    for steps in ([RESIZE, REPAIR], [CROP], [FLIP], [PAD, REPAIR]):
        with pytest.raises(ValueError, match=f'comes after {steps[0]["type"]}, so that the intr'):
            both_ways([LOAD[0], DEPTH, *steps, NORMALS, PACK])


def test_normals_have_units_and_are_flipped_once():
    load = [LOAD[0], dict(type='mmmtl.LoadNormals')]
    both_ways([*load, RESIZE, REPAIR, FLIP, PACK])
    with pytest.raises(ValueError, match='Resize: changes the units of depth, disparity and norm'):
        both_ways([*load, RESIZE, PACK])
    with pytest.raises(ValueError, match='step 3, RandomFlip: is the second flip of normals'):
        both_ways([*load, FLIP, FLIP, PACK])
    with pytest.raises(ValueError, match='second flip'):
        both_ways([LOAD[0], DEPTH, NORMALS, FLIP, FLIP, PACK])


def test_albu_is_refused_before_it_asks_for_its_package():
    with pytest.raises(ValueError, match='Albu: it moves the image and gt_seg_map'):
        check_pipeline([*LOAD, dict(type='Albu', transforms=[])])


def test_mmcvs_own_transforms():
    steps = Compose([*LOAD, McvResize(scale=(4, 4)), REPAIR]).transforms
    with pytest.raises(ValueError, match="Resize: uses mmcv's own"):
        check_pipeline(steps)
    inside = Compose([*LOAD, dict(RANDOM_RESIZE, resize_type='mmcv.Resize')]).transforms
    inside[-1].resize = McvResize(scale=(4, 4))
    with pytest.raises(ValueError, match="RandomResize: uses mmcv's own"):
        check_pipeline([*inside, *Compose([REPAIR]).transforms])


def test_derived_packing():
    class Same(PackSegInputs):
        pass

    class More(PackSegInputs):
        def transform(self, results):
            return dict(super().transform(results), depth=results['gt_depth_map'])

    load = Compose([LOAD[0], DEPTH]).transforms
    check_pipeline([*load, More()])
    with pytest.raises(ValueError, match='Same: drops every map but semantics'):
        check_pipeline([*load, Same()])


def test_derived_from_mmcvs_own():
    class Mine(McvResize):
        pass

    class Ours(SegResize):
        pass

    load, repair = Compose(LOAD).transforms, Compose([REPAIR]).transforms
    check_pipeline([*load, Ours(scale=(4, 4)), *repair])
    with pytest.raises(ValueError, match="Mine: uses mmcv's own"):
        check_pipeline([*load, Mine(scale=(4, 4)), *repair])


def test_turned_formats_in():
    load = dict(type='LoadImageFromFile')
    for pipeline, turned in (([load], True), ([dict(load, imdecode_backend='pillow')], True),
                             ([dict(load, color_type='unchanged')], False), ([], True),
                             ([dict(load, imdecode_backend='tifffile')], False)):
        built = turned_formats_in(Compose(pipeline).transforms)
        assert ('jpeg' in turned_formats_in(pipeline)) == ('jpeg' in built) == turned
