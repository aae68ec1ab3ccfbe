"""A sample of label files is read before the first step."""

import random

import numpy as np
import pytest
import torch
from mmengine.dataset import ConcatDataset, RepeatDataset
from PIL import Image

from mmmtl.datasets import BaseMultiTaskDataset, label_sample
from mmmtl.datasets.label_sample import check_label_sample, classes_in, spread
from mmmtl.registry import TRANSFORMS
from mmmtl.testing.ranks import run_ranks

LOAD = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels')]


def build(root, label=1, frames=3, pipeline=LOAD, **options):
    """A data set whose last frame has a label of one value in one pixel."""
    for folder in ('img', 'seg'):
        (root / folder).mkdir(exist_ok=True)
    for k in range(frames):
        Image.new('RGB', (6, 4)).save(root / f'img/{k}.png')
        values = np.zeros((4, 6), np.uint8)
        values[1, 2] = label if k == frames - 1 else 0
        Image.fromarray(values).save(root / f'seg/{k}.png')
    return BaseMultiTaskDataset(
        data_root=str(root), data_prefix=dict(img_path='img', seg_map_path='seg'),
        img_suffix='.png', pipeline=pipeline, **options)


@pytest.mark.parametrize('count', [0, 1, 2, 3, 50, 51, 618, 1000])
def test_spread(count):
    order = list(spread(count))
    assert sorted(order) == list(range(count))
    gaps = np.diff(sorted([0, *order[:50], count]))
    assert count < 50 or gaps.max() <= 2.7 * count / 50  # the golden section's, and a little


HEAD = {'the head of task "semantic"': (5, 255)}


@pytest.mark.parametrize(('label', 'options', 'classes'), [
    (7, {}, HEAD),  # numbered by the head
    (7, dict(metainfo=dict(classes=tuple('abcde'))), {}),  # the data set's own
    (5, dict(metainfo=dict(classes=tuple('abcde'))), HEAD),
    (6, dict(metainfo=dict(classes=tuple('abcde')), reduce_zero_label=True), HEAD)])
def test_values_outside_the_classes(tmp_path, label, options, classes):
    dataset = build(tmp_path, label, **options)
    for wrapped in (dataset, RepeatDataset(dataset, 2), ConcatDataset([dataset, dataset])):
        with pytest.raises(ValueError, match=rf'x: .*seg/2.png \(seg_map_path\): label value.*'
                                             rf'\b{label}\b.* 5 classes.*metainfo=dict'):
            check_label_sample('x', wrapped, classes)


@pytest.mark.parametrize(('label', 'options', 'classes'), [
    (4, {}, HEAD), (255, {}, HEAD), (9, {}, {'a head': (5, 9)}), (7, {}, {}),
    (5, dict(metainfo=dict(classes=tuple('abcde')), reduce_zero_label=True), HEAD)])
def test_values_that_are_classes_or_ignored(tmp_path, label, options, classes):
    assert check_label_sample('x', build(tmp_path, label, **options), classes) == []


def test_label_maps_count_before_the_head(tmp_path):
    class Mapped(BaseMultiTaskDataset):
        def frame_info(self):
            return {**super().frame_info(), 'label_map': {0: 0, 70: 1}}

    build(tmp_path, 70)
    dataset = Mapped(data_root=str(tmp_path), img_suffix='.png', pipeline=LOAD,
                     data_prefix=dict(img_path='img', seg_map_path='seg'))
    Mapped.__module__ = 'mmmtl.x'
    assert check_label_sample('x', dataset, HEAD) == []
    with pytest.raises(ValueError, match=r'label value 1, but .* has 1 classes'):
        check_label_sample('x', dataset, {'a head': (1, 255)})


def test_transforms_of_others_may_change_labels(tmp_path):
    @TRANSFORMS.register_module(force=True)
    class Halve:
        def __call__(self, results):
            return {**results, 'gt_seg_map': results['gt_seg_map'] // 2}

    dataset = build(tmp_path, 7, pipeline=[*LOAD, dict(type='mmmtl.Halve')])
    assert check_label_sample('x', dataset, HEAD) == []


def test_wrapped_loaders_and_bounds(tmp_path, monkeypatch):
    tta = dict(type='TestTimeAug', transforms=[[LOAD[1]], [dict(type='mmmtl.PackMultiTaskInputs')]])
    dataset = build(tmp_path, 7, 60, [LOAD[0], tta], test_mode=True)
    last = list(spread(60)).index(sorted(map(str, range(60))).index('59'))
    monkeypatch.setattr(label_sample, '_MOST_FRAMES', last)
    assert check_label_sample('x', dataset, HEAD) == []
    monkeypatch.setattr(label_sample, '_MOST_FRAMES', last + 1)
    with pytest.raises(ValueError, match='label value 7'):
        check_label_sample('x', dataset, HEAD)
    monkeypatch.setattr(label_sample, '_MOST_SECONDS', 0.)  # one frame is read whatever it takes
    assert check_label_sample('x', dataset, HEAD) == []


def test_frames_without_labels_are_passed_over(tmp_path):
    build(tmp_path, 7, 300)
    for k in range(299):
        (tmp_path / f'seg/{k}.png').unlink()
    dataset = BaseMultiTaskDataset(
        data_root=str(tmp_path), data_prefix=dict(img_path='img', seg_map_path='seg'),
        img_suffix='.png', pipeline=LOAD)
    with pytest.raises(ValueError, match='seg/299.png .*label value 7'):
        check_label_sample('x', dataset, HEAD)


@pytest.mark.parametrize(('dtype', 'loader', 'found'), [
    (np.uint16, dict(type='mmmtl.LoadDepth'), 'depth of 16 bits in steps of 0.001 m'),
    (np.uint8, dict(type='mmmtl.LoadDepth', unit_8bit=.04), 'depth of 8 bits in steps of 0.04 m'),
    (np.uint8, dict(type='mmmtl.LoadDepth'), None)])
def test_units_are_said_once_for_each_folder(tmp_path, dtype, loader, found):
    build(tmp_path)
    (tmp_path / 'depth').mkdir()
    for k in range(3):
        Image.fromarray(np.ones((4, 6), dtype)).save(tmp_path / f'depth/{k}.png')
    dataset = BaseMultiTaskDataset(
        data_root=str(tmp_path), data_prefix=dict(img_path='img', depth_path='depth'),
        img_suffix='.png', pipeline=[LOAD[0], loader])
    if found is None:
        with pytest.raises(ValueError, match=r'depth/\d.png .*8 bits, and nothing says'):
            check_label_sample('x', dataset, {})
    else:
        line, = check_label_sample('x', dataset, {})
        assert line.startswith(f'{tmp_path}/depth: {found}')


def test_what_cannot_be_looked_at_passes():
    assert check_label_sample('x', [1, 2], HEAD) == []


def test_classes_in():
    assert list(classes_in(dict(classes=('a', 'b'))).values()) == [(2, 255)]
    assert classes_in(None) == classes_in(dict(classes=None)) == {}


def test_random_states_are_left_alone(tmp_path):
    dataset = build(tmp_path)
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    check_label_sample('x', dataset, HEAD)
    assert before == (
        random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())


RANKS = '''
import os
from mmmtl.testing.ranks import join
from mmmtl.datasets import label_sample
join()
rank = int(os.environ['RANK'])

def read(part, transforms, classes, units, end):
    assert rank == 0, 'only the first rank reads'
    if classes:
        raise RuntimeError('of a decoder')  # none of the errors that are foreseen
    units['depth'] = None

label_sample._read_part = read
assert label_sample.check_label_sample('x', [1], {}) == ['depth']
try:
    label_sample.check_label_sample('x', [1], {'a head': (5, 255)})
except ValueError as error:
    assert str(error) == 'x: of a decoder', error
else:
    raise SystemExit('no error')
'''


def test_the_first_rank_reads_and_all_stop(tmp_path):
    run_ranks(RANKS, 2, tmp_path, timeout=40)


def test_parts_share_the_time(tmp_path, monkeypatch):
    dataset = build(tmp_path, 7)
    monkeypatch.setattr(label_sample, '_MOST_SECONDS', 0.)
    reads = []
    monkeypatch.setattr(label_sample, '_read_frame', lambda frame, *_: reads.append(frame) or ())
    check_label_sample('x', ConcatDataset([dataset, dataset]), HEAD)
    assert len(reads) == 2  # one of each, whatever it takes
