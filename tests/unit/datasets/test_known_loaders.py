"""Which loaders can be run by themselves."""

import pytest
import torch
from mmcv.transforms import Compose, KeyMapper, RandomApply
from mmengine.dataset import BaseDataset, ConcatDataset, RepeatDataset
from mmseg.datasets.transforms import LoadAnnotations

from mmmtl.datasets.known_loaders import hands_frames_on, has_unknown_wrapper, known_loaders
from mmmtl.datasets.transforms import LoadDepth, LoadInstanceIds


class Foreign:
    """Of another package."""

    def __call__(self, results):
        return results


class OwnDepth(LoadDepth):
    """A loader of another package."""


SEG, DEPTH, IDS = LoadAnnotations(), LoadDepth(), LoadInstanceIds()


@pytest.mark.parametrize(('transforms', 'kept'), [
    ([SEG, DEPTH], [SEG, DEPTH]),
    ([SEG, Foreign(), DEPTH], [SEG]),
    ([SEG, lambda results: results, DEPTH], [SEG]),
    ([SEG, OwnDepth(), IDS], [SEG]),
    ([SEG, RandomApply([Foreign()]), DEPTH], [SEG]),
    ([SEG, KeyMapper([DEPTH], mapping=dict(depth_path='other')), IDS], [SEG]),
    ([RandomApply([SEG]), Compose([DEPTH])], [SEG, DEPTH]),
    ([DEPTH, LoadDepth(unit_16bit=1.)], [DEPTH, 1.]),
    ([SEG, LoadAnnotations(), LoadDepth()], [SEG, DEPTH])])
def test_loaders_before_what_is_unknown(transforms, kept):
    found = [step.transform for step in known_loaders(transforms)]
    assert len(found) == len(kept)
    for one, wanted in zip(found, kept, strict=True):
        assert one.unit_16bit == wanted if wanted == 1. else vars(one) == vars(wanted)


class Own(BaseDataset):
    """Of another package, read as mmengine reads."""

    def load_data_list(self):
        return [dict(img_path='a')]


class Prepares(Own):
    def prepare_data(self, idx):
        return super().prepare_data(idx)


class Gets(Own):
    def __getitem__(self, idx):
        return super().__getitem__(idx)


class Informs(Own):
    def get_data_info(self, idx):
        return super().get_data_info(idx)


class OwnWrapper(ConcatDataset):
    """Of another package."""


def test_ways_of_reading():
    assert [hands_frames_on(kind()) for kind in (Own, Prepares, Gets, Informs)] == [
        True, False, False, False]


def within(wrapped):
    """A known wrapper around another one, as configs make it."""
    outer = RepeatDataset(Own(), 2)
    outer.dataset = wrapped
    return outer


def test_wrappers():
    dataset = Own()
    for known in (dataset, RepeatDataset(dataset, 2), within(ConcatDataset([dataset, dataset]))):
        assert not has_unknown_wrapper(known)
    for unknown in (torch.utils.data.Subset(dataset, [0]), OwnWrapper([dataset]),
                    within(OwnWrapper([dataset]))):
        assert has_unknown_wrapper(unknown)
