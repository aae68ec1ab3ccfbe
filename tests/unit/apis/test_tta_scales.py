"""Scales of TTA are shares of the test pipeline's size."""

from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from mmcv import transforms
from mmcv.transforms import Resize

from mmmtl.apis.config import load_config, use_tta
from mmmtl.apis.tta_scales import scale_from_test

CONFIGS = Path(__file__).parents[3] / 'configs'


def tta(*resizes):
    return [dict(type='LoadImageFromFile'), dict(type='TestTimeAug', transforms=[
        [dict(type='Resize', **one) for one in resizes], [dict(type='RandomFlip', prob=1.)]])]


@pytest.mark.parametrize(('tested', 'factor', 'size'), [
    (dict(scale=(256, 192)), .75, (144, 192)), (dict(scale=200), .5, (100, 100)),
    (dict(scale=(256, 192), keep_ratio=True), 1.25, (160, 320)),  # images of 2 : 1
    (dict(scale_factor=.5), .5, (100, 200)), (dict(scale_factor=(.5, 1.)), (1., .5), (200, 400))])
def test_shares_of_the_tests_size(tested, factor, size):
    before = tta(dict(scale_factor=factor, keep_ratio=True))
    after = scale_from_test(before, [dict(type='Resize', **tested)])
    assert before == tta(dict(scale_factor=factor, keep_ratio=True))
    (resize,), flips = after[1]['transforms']
    assert Resize(**{key: value for key, value in resize.items() if key != 'type'})(
        dict(img=np.zeros((400, 800, 3), np.uint8)))['img'].shape[:2] == size
    assert after[0] == before[0] and flips == before[1]['transforms'][1]


@pytest.mark.parametrize('kind', ['mmcv.TestTimeAug', 'mmseg.TestTimeAug', transforms.TestTimeAug])
@pytest.mark.parametrize('resize', ['mmcv.Resize', Resize])
def test_types_with_a_scope_and_classes(kind, resize):
    before = [dict(type=kind, transforms=[[dict(
        type=resize, scale_factor=.5, keep_ratio=True, interpolation='nearest')]])]
    after = scale_from_test(before, [dict(type=resize, scale=(8, 6))])
    assert after == [dict(type=kind, transforms=[[dict(
        type=resize, scale=(4, 3), keep_ratio=False, interpolation='nearest')]])]


@pytest.mark.parametrize('tested', [[], [dict(type='Resize', scale=1)] * 2, [dict(type='Pad')]])
def test_without_one_size_of_the_test_nothing_changes(tested):
    before = tta(dict(scale_factor=.5))
    assert scale_from_test(before, tested) == before


@pytest.mark.parametrize(('scale', 'warnings'), [((192, 144), 0), ((256, 192), 1)])
def test_sizes_that_do_not_follow_are_said(scale, warnings):
    before = tta(dict(scale=(192, 144)))
    with patch('mmmtl.apis.tta_scales.print_log') as log:
        assert scale_from_test(before, [dict(type='Resize', scale=scale)]) == before
    assert log.call_count == warnings


@pytest.mark.parametrize(('width', 'sizes'), [
    (2048, [(1536, 768), (2048, 1024), (2560, 1280)]), (256, [(192, 96), (256, 128), (320, 160)])])
def test_a_size_that_a_person_changed_in_the_data_loader(width, sizes):
    cfg = load_config(str(CONFIGS / 'kendall/kendall_r101-d8_4xb4-100k_cityscapes-512x512.py'))
    pipeline = cfg.test_dataloader.dataset.pipeline
    next(step for step in pipeline if step['type'] == 'Resize')['scale'] = (width, width // 2)
    use_tta(cfg)
    resizes = cfg.test_dataloader.dataset.pipeline[1]['transforms'][0]
    image = np.zeros((1024, 2048, 3), np.uint8)
    found = [Resize(**{key: value for key, value in one.items() if key != 'type'})(
        dict(img=image))['img'].shape[1::-1] for one in resizes]
    assert found == sizes
