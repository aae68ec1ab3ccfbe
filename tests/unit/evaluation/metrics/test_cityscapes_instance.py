"""The metric: equal to the official script, however the frames are split; never stops a run."""

import json
import math
import pickle

import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.evaluation import CityscapesInstanceMetric
from mmmtl.registry import METRICS
from mmmtl.testing.official_instances import official_scores
from mmmtl.testing.toy_instances import (
    CLASSES,
    THINGS,
    perturbed_frame,
    to_sample,
    toy_instance_frame,
)

META = dict(classes=CLASSES, thing_classes=tuple(CLASSES[i] for i in THINGS))
FRAMES = [toy_instance_frame(seed) for seed in range(1, 14)]
SAMPLES = [to_sample(frame, number) for number, frame in enumerate(FRAMES)]


def score(*batches, **options) -> dict:
    metric = CityscapesInstanceMetric(**options)
    metric.dataset_meta = META
    for batch in batches:
        metric.process(None, batch)
    return metric.evaluate(sum(map(len, batches)))


def check_official(scores: dict, averages: dict) -> None:
    """Percent of the script's averages, to the last bit."""
    expected = {'AP': averages['allAp'], 'AP50': averages['allAp50%']}
    for name, of_class in averages['classes'].items():
        expected |= {f'AP/{name}': of_class['ap'], f'AP50/{name}': of_class['ap50%']}
    assert set(scores) == {f'instance/{key}' for key in expected}
    for key, value in expected.items():
        np.testing.assert_array_equal(scores[f'instance/{key}'], 100 * value, err_msg=key)


def test_made_frames(tmp_path):
    scores = score(SAMPLES)
    check_official(scores, official_scores(tmp_path, FRAMES)[1])
    assert 0 < scores['instance/AP'] < 100 and math.isnan(scores['instance/AP/train'])


@pytest.mark.parametrize('step', [pytest.param(1, marks=pytest.mark.slow), 4])
def test_real_frames(shared_data, tmp_path, step):
    """Truth as the data set loads it, against the script on the files' own ids."""
    dataset = CityscapesMultiTaskDataset(
        data_root=str(shared_data('cityscapes')), split='train', check_files=False,
        pipeline=[dict(type='mmmtl.LoadSemanticLabels'), dict(type='mmmtl.LoadInstanceIds')])
    frames, samples = [], []
    for number in range(len(dataset)):
        loaded = dataset[number]
        ids = np.array(Image.open(loaded['instance_path']))[::step, ::step]
        frames.append(perturbed_frame(ids, number))
        maps = (loaded[name][None, ::step, ::step] for name in ('gt_instance_map', 'gt_seg_map'))
        instances, classes = (torch.from_numpy(np.ascontiguousarray(m)) for m in maps)
        samples.append({**to_sample(frames[-1], number), 'gt_instance_map': {'data': instances},
                        'gt_sem_seg': {'data': classes.long()}})
    scores = score(samples)
    assert len(frames) == 8 and 1 < scores['instance/AP'] < 95
    check_official(scores, official_scores(tmp_path, frames)[1])


@pytest.mark.parametrize('cuts', [[], [1], [3, 4, 9], list(range(1, 13))])
def test_any_split_into_batches_is_equal(cuts):
    limits = [0, *cuts, len(SAMPLES)]
    batches = [SAMPLES[a:b] for a, b in zip(limits, limits[1:], strict=False)]
    np.testing.assert_equal(score(*batches), score(SAMPLES))


def test_order_changes_nothing():
    np.testing.assert_equal(score(SAMPLES[::-1]), score(SAMPLES))


def test_one_small_record_for_each_frame():
    metric = METRICS.build(dict(type='mmmtl.CityscapesInstanceMetric'))
    metric.dataset_meta = META
    unlabelled = {key: value for key, value in SAMPLES[0].items() if key != 'gt_sem_seg'}
    metric.process(None, [*SAMPLES[:3], unlabelled])
    assert len(metric.results) == 4
    large = toy_instance_frame(2, (1024, 2048))
    metric.process(None, [to_sample(large)])
    assert len(pickle.dumps(metric.results[-1])) < 20_000
    np.testing.assert_equal(score(SAMPLES[:3]), score([*SAMPLES[:3], unlabelled]))


@pytest.mark.parametrize('frames', [[], [{'img_path': 'a.png'}], SAMPLES[6:7]])
def test_nothing_to_find_is_nan_with_a_warning(frames, caplog_messages):
    scores = score(frames)
    assert set(scores) >= {'instance/AP', 'instance/AP50', 'instance/AP/car'}
    assert all(math.isnan(value) for value in scores.values())
    assert f'none of {len(frames)} images has an object' in caplog_messages()


def test_nothing_predicted_is_zero():
    sample = {**SAMPLES[0], 'pred_instance_map': {'data': torch.zeros(1, 96, 128, dtype=torch.int)},
              'pred_instances': dict(ids=torch.zeros(0, dtype=torch.int),
                                     labels=torch.zeros(0, dtype=torch.long),
                                     scores=torch.zeros(0))}
    scores = score([sample])
    assert scores['instance/AP'] == scores['instance/AP50'] == 0


def test_perfect_prediction_is_a_hundred():
    frames = []
    for frame in FRAMES:
        values = [v for v in np.unique(frame.instance_ids).tolist() if v // 1000 in (24, 26)]
        frames.append(to_sample(frame._replace(
            masks=[frame.instance_ids == v for v in values], scores=[.5] * len(values),
            label_ids=[v // 1000 for v in values])))
    scores = score(frames, min_region_sizes=(0, 0, 0))
    for name in ('person', 'car'):
        assert scores[f'instance/AP/{name}'] == scores[f'instance/AP50/{name}'] == 100
    assert scores['instance/AP/bicycle'] == 0


def test_size_bins():
    scores = score(SAMPLES, size_bins=(100, 0, (16, 400)))
    assert scores['instance/AP50_from_100px'] == scores['instance/AP50']
    assert scores['instance/AP_from_100px/car'] == scores['instance/AP/car']
    everything = score(SAMPLES, min_region_sizes=(0, 1, 1))
    assert scores['instance/AP50_from_0px'] == everything['instance/AP50'] != scores['instance/AP']
    assert 0 < scores['instance/AP50_16_to_400px'] < 100
    assert 'instance/AP50_16_to_400px/car' in scores


def test_distances_give_two_more_scores(tmp_path):
    (tmp_path / 'camera.json').write_text(json.dumps(
        dict(extrinsic=dict(baseline=1.), intrinsic=dict(fx=100.))))

    def measured(sample, metres):
        disparity = torch.full((1, 96, 128), 100. / metres)
        return {**sample, 'gt_inverse_depth_map': {'data': disparity},
                'camera_path': str(tmp_path / 'camera.json')}

    options = dict(min_region_sizes=(100, 100, 100), camera_width=128)
    plain = score(SAMPLES, **options)
    assert 'instance/AP100m' not in plain and 'instance/AP50m' not in plain
    at_75 = score([measured(sample, 75) for sample in SAMPLES], **options)
    assert at_75['instance/AP100m'] == at_75['instance/AP'] == plain['instance/AP']
    assert math.isnan(at_75['instance/AP50m'])
    mixed = score([measured(SAMPLES[2], 20), *SAMPLES[3:]], **options)
    assert mixed['instance/AP50m'] == score(SAMPLES[2:3])['instance/AP'] > 0
    assert mixed['instance/AP50m'] == mixed['instance/AP100m'] != mixed['instance/AP']


def test_other_data_sets_name_their_own_things():
    metric = CityscapesInstanceMetric(min_region_sizes=(0, 0, 0), prefix='rooms')
    metric.dataset_meta = dict(classes=('chair', 'wall', 'bed'), thing_classes=('bed', 'chair'))
    field = torch.tensor([[[2, 2, 1, 0]]])
    metric.process(None, [{
        'gt_sem_seg': {'data': field}, 'gt_instance_map': {'data': torch.tensor([[[9, 9, 0, 1]]])},
        'pred_instance_map': {'data': torch.tensor([[[4, 4, 4, 0]]])},
        'pred_instances': dict(ids=torch.tensor([4]), labels=torch.tensor([2]),
                               scores=torch.tensor([0.5]))}])
    scores = metric.evaluate(1)
    assert scores['rooms/AP50/bed'] == 100 and scores['rooms/AP50/chair'] == 0
    assert scores['rooms/AP/bed'] == pytest.approx(40)  # IoU 2 / 3


@pytest.mark.parametrize(('options', 'text'), [
    (dict(min_region_sizes=(100, )), 'three sizes'), (dict(size_bins=[(5, 5)]), 'is empty'),
    (dict(size_bins=[16.5]), r'size_bins has 16.5; each must be'), (dict(size_bins=['ab']), "'ab'"),
    (dict(size_bins=[(1, 2, 3)]), r'has \(1, 2, 3\)'), (dict(size_bins=[True]), 'has True'),
    (dict(size_bins=[-1]), 'has -1'), (dict(size_bins=100), r'write size_bins=\[100\]')])
def test_wrong_options(options, text):
    with pytest.raises(ValueError, match=text):
        CityscapesInstanceMetric(**options)


def test_errors_name_the_image():
    without = {key: value for key, value in SAMPLES[3].items() if key != 'pred_instances'}
    with pytest.raises(KeyError, match=r'3\.png.*pred_instances.*instance_clustering'):
        score([without])
    unlisted = {**SAMPLES[3], 'pred_instances': {
        key: value[1:] for key, value in SAMPLES[3]['pred_instances'].items()}}
    with pytest.raises(ValueError, match=r'3\.png: the map of instances has the value 1'):
        score([unlisted])
    metric = CityscapesInstanceMetric()
    metric.dataset_meta = dict(classes=CLASSES)
    with pytest.raises(ValueError, match='thing_classes'):
        metric.process(None, SAMPLES[:1])
    metric.dataset_meta = dict(classes=('road', 'sky'), thing_classes=('person', ))
    with pytest.raises(ValueError, match=r"none of the thing_classes \['person'\] is among"):
        metric.process(None, SAMPLES[:1])
