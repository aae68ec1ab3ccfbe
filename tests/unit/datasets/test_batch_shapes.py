"""Batches that cannot be stacked are refused before a validation, by headers and a few images."""

from unittest.mock import patch

import numpy as np
import pytest
from mmengine.dataset import ConcatDataset, DefaultSampler, pseudo_collate
from PIL import Image
from torch.utils.data import BatchSampler, DataLoader

from mmmtl.datasets import BaseMultiTaskDataset, batch_shapes
from mmmtl.datasets.batch_shapes import check_batch_shapes

LOAD, PACK = dict(type='LoadImageFromFile'), dict(type='mmmtl.PackMultiTaskInputs')


def data(folder, sizes, *steps):
    """Images of (height, width), in this order."""
    folder.mkdir(exist_ok=True)
    for i, size in enumerate(sizes):
        Image.fromarray(np.zeros((*size, 3), np.uint8)).save(folder / f'{i}.png')
    return BaseMultiTaskDataset(
        data_prefix=dict(img_path=str(folder)), img_suffix='.png', test_mode=True,
        metainfo=dict(classes=('a', 'b')),
        pipeline=[LOAD, *steps, PACK])


def loader(dataset, batch_size=2, shuffle=False):
    sampler = DefaultSampler(dataset, shuffle=shuffle)
    return DataLoader(dataset, batch_size, sampler=sampler, collate_fn=pseudo_collate)


MIXED = [(8, 16), (8, 16), (8, 16), (8, 12)]


def test_mixed_batches_are_refused(tmp_path):
    dataset = data(tmp_path / 'a', MIXED)
    custom = DataLoader(dataset, batch_sampler=BatchSampler(range(1, 4), 3, False))
    for given, count in ((loader(dataset), 2), (custom, 3),
                         (loader(ConcatDataset([dataset, dataset])), 2)):
        with pytest.raises(ValueError, match=(
                rf'val_dataloader has batches of {count} images, .* \(height x width\): '
                r'\S+png \(8 x 16\) and \S+3.png \(8 x 12\)\. Write val_dataloader.batch_size=1')):
            check_batch_shapes('val_dataloader', given)


@pytest.mark.parametrize(('sizes', 'steps', 'batch_size'), [
    (MIXED, (), 1), ([(8, 16)] * 4, (), 2), ([(8, 16)] * 2 + [(8, 12)] * 2, (), 2),
    (MIXED, [dict(type='mmseg.Resize', scale=(16, 8), keep_ratio=False)], 2),
    ([(8, 16), (16, 32)], [dict(type='mmseg.Resize', scale=(16, 8), keep_ratio=True)], 2),
    (MIXED, [dict(type='mmseg.RandomCrop', crop_size=(8, 12))], 4)])
def test_what_can_be_stacked_passes(tmp_path, sizes, steps, batch_size):
    check_batch_shapes('val_dataloader', loader(data(tmp_path / 'a', sizes, *steps), batch_size))


def test_a_ratio_that_stays_is_seen(tmp_path):
    resize = dict(type='mmseg.Resize', scale=(32, 8), keep_ratio=True)
    with pytest.raises(ValueError, match=r'test_dataloader .*\(8 x 16\).*\(8 x 12\)'):
        check_batch_shapes('test_dataloader', loader(data(tmp_path / 'a', MIXED, resize)))


def test_images_of_one_size_are_not_decoded(tmp_path):
    dataset = data(tmp_path / 'a', [(8, 16)] * 6)
    with patch.object(type(dataset), '__getitem__', side_effect=AssertionError('decoded')):
        check_batch_shapes('val_dataloader', loader(dataset))


def test_reading_ends(tmp_path, monkeypatch):
    """Of a large set the first headers count."""
    monkeypatch.setattr(batch_shapes, '_MOST_HEADERS', 3)
    check_batch_shapes('val_dataloader', loader(data(tmp_path / 'a', MIXED)))


def test_broken_files_are_left_to_the_loader(tmp_path):
    dataset = data(tmp_path / 'a', [(8, 16), (8, 12)])
    dataset.full_init()
    (tmp_path / 'a' / '0.png').write_bytes(b'')
    check_batch_shapes('val_dataloader', loader(dataset))


def test_what_another_rank_found_is_raised_here_too(tmp_path):
    """Else this rank would wait for the other in the first step."""
    uniform = loader(data(tmp_path / 'a', [(8, 16)] * 2))
    with (patch.object(batch_shapes, 'all_gather_object', lambda text: [text, 'of rank 1']),
          pytest.raises(ValueError, match='of rank 1')):
        check_batch_shapes('val_dataloader', uniform)
