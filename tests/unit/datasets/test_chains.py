"""Wrappers: what a frame goes through altogether, and what of it is refused."""

import numpy as np
import pytest
from mmengine.dataset import ConcatDataset
from mmseg.datasets import MultiImageMixDataset
from mmseg.datasets.transforms import RandomMosaic, RandomRotate
from PIL import Image
from torch.utils.data import ConcatDataset as AnyConcat
from torch.utils.data import Dataset, Subset

from mmmtl.datasets import BaseMultiTaskDataset
from mmmtl.datasets.chains import chains_of, check_wrapped
from mmmtl.registry import TRANSFORMS

LOAD = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadInstanceIds'),
        dict(type='mmmtl.LoadDepth')]
MOSAIC = dict(type='RandomMosaic', prob=1., img_scale=(4, 6))
PACK = dict(type='mmmtl.PackMultiTaskInputs')


@TRANSFORMS.register_module(name='Harmless', force=True)
class _DerivedMosaic(RandomMosaic):
    pass


@TRANSFORMS.register_module(name='Slight', force=True)
class _DerivedRotation(RandomRotate):
    pass


@TRANSFORMS.register_module(force=True)
class Blend:
    """A mixing transform that derives from nothing, with mmdet's name for its question."""

    def get_indexes(self, dataset):
        return 0

    def __call__(self, results):
        return results


@TRANSFORMS.register_module(force=True)
class Turn:
    """Fills every map with one value, and is called like nothing that is known."""

    seg_pad_val = 255

    def __call__(self, results):
        return results


@pytest.fixture
def build(tmp_path):
    for folder, array in dict(img=np.zeros((4, 6, 3), np.uint8), ids=np.ones((4, 6), np.uint8),
                              depth=np.full((4, 6), 1500, np.uint16)).items():
        (tmp_path / folder).mkdir()
        for name in 'ab':
            Image.fromarray(array).save(tmp_path / folder / f'{name}.png')

    def make(*pipeline):
        return BaseMultiTaskDataset(
            data_root=str(tmp_path), img_suffix='.png', pipeline=[*LOAD, *pipeline],
            data_prefix=dict(img_path='img', instance_path='ids', depth_path='depth'))
    return make


def mixed(dataset, *pipeline, **options):
    return MultiImageMixDataset(ConcatDataset([dataset, dataset]), [*pipeline, PACK], **options)


@pytest.mark.parametrize(('step', 'message'), [
    (MOSAIC, '_?RandomMosaic: it fills every map'),
    (dict(MOSAIC, type='mmmtl.Harmless'), 'Mosaic: it fills every map'),
    (dict(type='mmmtl.Slight', prob=1., degree=9), 'Rotation: it fills the corners'),
    (dict(type='mmmtl.Blend'), 'Blend: it mixes several frames'),
    (dict(type='mmmtl.Turn'), 'Turn: fills every map with seg_pad_val=255'),
    (dict(type='Resize', scale=(3, 2)), 'Resize: changes the units of depth'),
    (dict(type='RandomApply', transforms=[dict(type='RandomRotate', prob=1., degree=9)]),
     'RandomRotate: it fills')])
def test_what_a_data_set_refuses_is_refused_in_a_wrapper(build, step, message):
    wrapped = mixed(build(), step)
    for dataset in (wrapped, AnyConcat([build(PACK), wrapped]),
                    Subset(wrapped, [0])):
        with pytest.raises(ValueError, match=rf'pipeline step 3, \w*{message}'):
            check_wrapped(dataset)
    with pytest.raises(ValueError, match=message):  # and in the data set's own pipeline
        build(step)


def test_what_does_no_harm_passes(build):
    repair = dict(type='mmmtl.RepairUnits')
    for dataset in (build(PACK), mixed(build()), mixed(build(), dict(type='RandomFlip', prob=.5)),
                    mixed(build(), dict(type='Resize', scale=(3, 2)), repair),
                    mixed(build(), MOSAIC, skip_type_keys=['RandomMosaic'])):
        check_wrapped(dataset)
        assert 'data_samples' in dataset[0]


def test_chains(build):
    inner = build()
    wrapped = Subset(mixed(inner, dict(type='RandomFlip', prob=.5)), [0])
    names = [(chain.dataset, [type(step).__name__ for step in chain.transforms])
             for chain in chains_of(wrapped)]
    load = ['LoadImageFromFile', 'LoadInstanceIds', 'LoadDepth']
    assert names == 2 * [(inner, [*load, 'RandomFlip', 'PackMultiTaskInputs'])]


def test_strangers_are_left_alone():
    class Foreign(Dataset):
        dataset = 'the name of what it reads'

    foreign = Foreign()
    assert list(chains_of(foreign)) == [(foreign, None)]
    check_wrapped(foreign)


@pytest.mark.parametrize('kind', ['RandomMosaic', 'mmmtl.Harmless'])
def test_frames_refuse_to_be_mixed_wherever_nobody_checked(build, kind):
    """Without the hook of tools/train.py too: this gave a depth of 255 m and an instance 255."""
    with pytest.raises(ValueError, match=r'[ab]\.png: a transform of the wrapper.*Take it'):
        mixed(build(), dict(MOSAIC, type=kind))[0]
