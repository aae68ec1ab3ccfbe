"""A sample of label files is read before the first step."""

import random
from types import SimpleNamespace

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
DEPTH = dict(type='mmmtl.LoadDepth')


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
    assert check_label_sample('x', build(tmp_path, label, **options), classes).units == []


def test_label_maps_count_before_the_head(tmp_path):
    class Mapped(BaseMultiTaskDataset):
        def frame_info(self):
            return {**super().frame_info(), 'label_map': {0: 0, 70: 1}}

    build(tmp_path, 70)
    dataset = Mapped(data_root=str(tmp_path), img_suffix='.png', pipeline=LOAD,
                     data_prefix=dict(img_path='img', seg_map_path='seg'))
    Mapped.__module__ = 'mmmtl.x'
    assert check_label_sample('x', dataset, HEAD).units == []
    with pytest.raises(ValueError, match=r'label value 1, but .* has 1 classes'):
        check_label_sample('x', dataset, {'a head': (1, 255)})


def test_transforms_of_others_may_change_labels(tmp_path):
    @TRANSFORMS.register_module(force=True)
    class Halve:
        def __call__(self, results):
            return {**results, 'gt_seg_map': results['gt_seg_map'] // 2}

    dataset = build(tmp_path, 7, pipeline=[*LOAD, dict(type='mmmtl.Halve')])
    assert check_label_sample('x', dataset, HEAD).units == []


def test_wrapped_loaders_and_bounds(tmp_path, monkeypatch):
    tta = dict(type='TestTimeAug', transforms=[[LOAD[1]], [dict(type='mmmtl.PackMultiTaskInputs')]])
    dataset = build(tmp_path, 7, 60, [LOAD[0], tta], test_mode=True)
    last = list(spread(60)).index(sorted(map(str, range(60))).index('59'))
    monkeypatch.setattr(label_sample, '_MOST_FRAMES', last)
    assert check_label_sample('x', dataset, HEAD).units == []
    monkeypatch.setattr(label_sample, '_MOST_FRAMES', last + 1)
    with pytest.raises(ValueError, match='label value 7'):
        check_label_sample('x', dataset, HEAD)
    monkeypatch.setattr(label_sample, '_MOST_SECONDS', -1.)  # one frame is read whatever it takes
    assert check_label_sample('x', dataset, HEAD).units == []


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
        with pytest.raises(ValueError, match=r'^x: .*depth/\d.png .*8 bits, and nothing says'):
            check_label_sample('x', dataset, {})
    else:
        line, = check_label_sample('x', dataset, {}).units
        assert line.startswith(f'{tmp_path}/depth: {found}')


@pytest.mark.parametrize(('stored', 'unit', 'asked'), [
    (3000, 0.001, None), (3, 0.001, '0.003 m'), (3000, 1, '3e+03 m'), (3, 1, None)])
def test_depth_in_a_unit_that_nobody_meant(tmp_path, stored, unit, asked):
    build(tmp_path)
    (tmp_path / 'depth').mkdir()
    for k in range(2):
        Image.fromarray(np.full((4, 6), stored, np.uint16)).save(tmp_path / f'depth/{k}.png')
    dataset = BaseMultiTaskDataset(
        data_root=str(tmp_path), data_prefix=dict(img_path='img', depth_path='depth'),
        img_suffix='.png', pipeline=[LOAD[0], dict(type='mmmtl.LoadDepth', unit_16bit=unit)])
    found = check_label_sample('x', dataset, {}).doubts
    assert len(found) == bool(asked)
    assert not asked or asked in found[0] and str(tmp_path / 'depth') in found[0]


def test_what_cannot_be_looked_at_passes():
    assert check_label_sample('x', [1, 2], HEAD) == (0, 2, [], [])


def test_classes_in(tmp_path):
    dataset = build(tmp_path, metainfo=dict(classes=('a', 'b')), ignore_index=7)
    assert list(classes_in(dataset).values()) == [(2, 7)]
    assert classes_in([1]) == classes_in(build(tmp_path)) == {}


@pytest.mark.parametrize(('options', 'classes', 'ignored'), [
    (dict(ignore_index=9), HEAD, ()),  # the data set's
    ({}, {**HEAD, 'other': (5, 9)}, ()),  # a head's
    ({}, HEAD, (9, None))])  # a metric's; torchmetrics' default is None
def test_what_anyone_ignores_is_no_class(tmp_path, options, classes, ignored):
    dataset = build(tmp_path, 9, **options)
    for wrapped in (dataset, RepeatDataset(dataset, 2), ConcatDataset([dataset, dataset])):
        assert check_label_sample('x', wrapped, classes, ignored).read > 0
    with pytest.raises(ValueError, match='label value 7'):
        check_label_sample('x', build(tmp_path, 7, **options), classes, ignored)


def test_an_ignored_label_hides_no_other(tmp_path):
    dataset = build(tmp_path, 7, frames=1, ignore_index=9)
    labels = np.array([[9, 7]], np.uint8)
    Image.fromarray(np.resize(labels, (4, 6))).save(tmp_path / 'seg/0.png')
    with pytest.raises(ValueError, match='label value 7'):
        check_label_sample('x', dataset, HEAD)


def depth_of_8_bits(tmp_path, kind=BaseMultiTaskDataset, pipeline=(LOAD[0], DEPTH)):
    """Of a unit that only the pipeline or the data set of another package says."""
    build(tmp_path)
    (tmp_path / 'depth').mkdir(exist_ok=True)
    for k in range(3):
        Image.fromarray(np.ones((4, 6), np.uint8)).save(tmp_path / f'depth/{k}.png')
    return kind(data_root=str(tmp_path), data_prefix=dict(img_path='img', depth_path='depth'),
                img_suffix='.png', pipeline=pipeline)


@TRANSFORMS.register_module()
class SayUnit:
    """A transform of another package, on which a loader depends."""

    def __call__(self, results):
        return {**results, 'depth_unit_8bit': .1}


def test_transforms_of_others_before_a_loader(tmp_path):
    say = dict(type='mmmtl.SayUnit')
    dataset = depth_of_8_bits(tmp_path, pipeline=[LOAD[0], say, DEPTH])
    assert dataset[0]['gt_depth_map'].max() == np.float32(.15)
    assert check_label_sample('x', dataset, {}) == (0, 3, [], [])
    for pipeline in ([LOAD[0], DEPTH], [LOAD[0], DEPTH, say]):
        with pytest.raises(ValueError, match='8 bits'):
            check_label_sample('x', depth_of_8_bits(tmp_path, pipeline=pipeline), {})


class Prepares(BaseMultiTaskDataset):
    def prepare_data(self, idx):
        return self.pipeline({**self.get_data_info(idx), 'depth_unit_8bit': .1})


class Gets(BaseMultiTaskDataset):
    def __getitem__(self, idx):
        return self.pipeline({**self.get_data_info(idx), 'depth_unit_8bit': .1})


@pytest.mark.parametrize('kind', [Prepares, Gets])
def test_data_sets_of_others_that_read_frames(tmp_path, kind):
    dataset = depth_of_8_bits(tmp_path, kind)
    assert dataset[0]['gt_depth_map'].max() == np.float32(.15)
    assert check_label_sample('x', dataset, {}) == (0, 3, [], [])
    assert check_label_sample('x', ConcatDataset([dataset, build(tmp_path)]), {}).read == 3


def test_unknown_wrappers_may_leave_frames_out(tmp_path):
    dataset = build(tmp_path, 7)
    assert check_label_sample('x', torch.utils.data.Subset(dataset, [0, 1]), HEAD).read == 0


def test_each_of_two_loaders_of_one_name(tmp_path):
    dataset = depth_of_8_bits(tmp_path, pipeline=[
        LOAD[0], dict(DEPTH, unit_8bit=.5), dict(DEPTH, unit_8bit=.25)])
    assert [line.split(' m,')[0].rpartition(' ')[2] for line in check_label_sample(
        'x', dataset, {}).units] == ['0.5', '0.25']


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

def read(part, transforms, classes, ignored, notes):
    assert rank == 0, 'only the first rank reads'
    if classes:
        raise RuntimeError('of a decoder')  # none of the errors that are foreseen
    notes.units['depth'] = None
    yield True

label_sample._read_part = read
assert label_sample.check_label_sample('x', [1], {}) == (1, 1, ['depth'], [])
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
    monkeypatch.setattr(label_sample, '_MOST_SECONDS', -1.)
    assert check_label_sample('x', ConcatDataset([dataset, dataset]), HEAD) == (1, 6, [], [])


@pytest.mark.parametrize('labelled', [True, False])
def test_listing_takes_time_too(tmp_path, monkeypatch, labelled):
    now = [0.]
    get = BaseMultiTaskDataset.get_data_info

    def slowly(self, index):
        now[0] += 1.1
        return {key: value for key, value in get(self, index).items()
                if labelled or key != 'seg_map_path'}

    dataset = build(tmp_path, frames=9)
    monkeypatch.setattr(BaseMultiTaskDataset, 'get_data_info', slowly)
    monkeypatch.setattr(label_sample, 'time', SimpleNamespace(monotonic=lambda: now[0]))
    sample = check_label_sample('x', ConcatDataset([dataset, dataset]), HEAD)
    assert (sample.read, now[0]) == (3 * labelled, pytest.approx(3.3))


def test_parts_are_read_by_turns(tmp_path, monkeypatch):
    """The first of two large parts does not use up the time of the second."""
    parts = [build(tmp_path, frames=9), build(tmp_path, frames=9)]
    asked = []
    get = BaseMultiTaskDataset.get_data_info
    monkeypatch.setattr(BaseMultiTaskDataset, 'get_data_info', lambda self, index: (
        asked.append(parts.index(self)) or get(self, index)))
    check_label_sample('x', ConcatDataset(parts), {})
    assert asked == [0, 1] * 9
