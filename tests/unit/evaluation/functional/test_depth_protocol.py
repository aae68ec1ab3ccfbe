"""Crops and scores of KITTI and NYUv2, against the published evaluation restated in numpy."""

import math

import numpy as np
import pytest
import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.evaluation import DepthMetric
from mmmtl.evaluation.functional import CROPS, cropped, delta_m, protocol_sums


def published(truth, pred, low, high, crop):
    """The loop body of BTS's ``eval`` (after Monodepth): scores of one image, predictions cut."""
    height, width = truth.shape
    pred = np.clip(pred, low, high)
    valid = np.logical_and(truth >= low, truth <= high)
    mask = np.zeros(valid.shape)
    if crop == 'garg':
        mask[int(0.40810811 * height):int(0.99189189 * height),
             int(0.03594771 * width):int(0.96405229 * width)] = 1
    elif crop == 'eigen':
        mask[int(0.3324324 * height):int(0.91351351 * height),
             int(0.0359477 * width):int(0.96405229 * width)] = 1
    elif crop == 'nyu':
        mask[45:471, 41:601] = 1
    else:
        mask[:] = 1
    valid = np.logical_and(valid, mask)
    gt, pred = truth[valid].astype(np.float64), pred[valid].astype(np.float64)
    thresh = np.maximum(gt / pred, pred / gt)
    err = np.log(pred) - np.log(gt)
    return dict(
        silog=np.sqrt(np.mean(err**2) - np.mean(err)**2) * 100,
        log10=np.mean(np.abs(np.log10(pred) - np.log10(gt))),
        abs_rel=np.mean(np.abs(gt - pred) / gt), sq_rel=np.mean((gt - pred)**2 / gt),
        rmse=np.sqrt(((gt - pred)**2).mean()), rmse_log=np.sqrt((err**2).mean()),
        delta1=(thresh < 1.25).mean(), delta2=(thresh < 1.25**2).mean(),
        delta3=(thresh < 1.25**3).mean()), (gt, pred)


def frames(height, width, number=3):
    rng = np.random.default_rng(0)
    for _ in range(number):
        truth = rng.uniform(-5, 100, (height, width)).astype(np.float32)
        truth[rng.random(truth.shape) < 0.5] = np.nan
        yield truth, (np.nan_to_num(truth, nan=1.) * rng.uniform(0.4, 1.9) + rng.normal(
            0, 3, truth.shape)).astype(np.float32)


def scores_of(pairs, **options):
    metric = DepthMetric(kind='metric', prefix='d', **options)
    samples = []
    for truth, pred in pairs:
        sample = SegDataSample()
        sample.set_data(dict(pred_depth_map=PixelData(data=torch.tensor(pred)[None]),
                             gt_depth_map=PixelData(data=torch.tensor(truth)[None])))
        samples.append(sample.to_dict())
    for sample in samples:
        metric.process(None, [sample])
    return {key[2:]: value for key, value in metric.evaluate(len(samples)).items()}


@pytest.mark.parametrize(('crop', 'size'), [
    ('garg', (375, 1242)), ('eigen', (370, 1226)), ('nyu', (480, 640)), (None, (33, 47))])
def test_equal_to_the_published_evaluation(crop, size):
    pairs = list(frames(*size))
    found = scores_of(pairs, protocol=True, per_image=True, clamp=True, crop=crop,
                      min_depth=1e-3, max_depth=80.)
    by_image = [published(*pair, 1e-3, 80., crop) for pair in pairs]
    for name in by_image[0][0]:
        expected = np.mean([scores[name] for scores, _ in by_image])
        assert found[f'{name}_per_image'] == pytest.approx(expected, rel=1e-6), name
    gt, pred = (np.concatenate(parts) for parts in zip(*(p for _, p in by_image), strict=True))
    error = np.log(pred) - np.log(gt)
    assert found['silog'] == pytest.approx(100 * error.std(), rel=1e-6)
    assert found['rmse_log'] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-6)
    assert found['sq_rel'] == pytest.approx(np.mean((gt - pred)**2 / gt), rel=1e-6)


def test_the_default_knows_nothing_of_it_and_pools():
    pairs = list(frames(20, 30))
    plain = scores_of(pairs, max_depth=80.)
    assert set(plain) == {'rmse', 'mae', 'abs_rel', 'log10', 'delta1', 'delta2', 'delta3'}
    more = scores_of(pairs, max_depth=80., protocol=True)
    assert {name: more[name] for name in plain} == plain
    batches = scores_of(pairs, max_depth=80., protocol=True, per_batch=True)
    assert batches['mae_per_batch'] == scores_of(pairs, max_depth=80., per_batch=True)[
        'mae_per_batch']


def test_by_hand():
    found = scores_of([(np.array([[2., 4.]], np.float32), np.array([[4., 4.]], np.float32))],
                      protocol=True)
    assert found['sq_rel'] == pytest.approx(1)
    assert found['rmse_log'] == pytest.approx(math.log(2) / math.sqrt(2))
    assert found['silog'] == pytest.approx(100 * math.log(2) / 2)


@pytest.mark.parametrize(('crop', 'expected'), [
    ('garg', (153, 371, 44, 1197)), ('eigen', (124, 342, 44, 1197)), ('nyu', (35, 368, 80, 1166))])
def test_crops_of_kittis_frames(crop, expected):
    assert tuple(CROPS[crop](375, 1242)) == expected


def test_cropped():
    truth = torch.ones(1, 480, 640)
    inside = cropped(truth, 'nyu')
    assert inside.isfinite().sum() == 426 * 560 and torch.equal(cropped(truth, None), truth)
    assert inside[0, 45, 41] == inside[0, 470, 600] == 1 and inside[0, 44, 41].isnan()


def test_no_pixel_is_nan_and_an_infinity_breaks_the_scores():
    truth = np.full((10, 10), np.nan, np.float32)
    options = dict(protocol=True, per_image=True, clamp=True, max_depth=80.)
    found = scores_of([(truth, truth)], **options)
    assert len(found) == 20 and all(math.isnan(value) for value in found.values())
    good = np.ones((10, 10), np.float32)
    found = scores_of([(good, good), (good, good * np.inf)], **options)
    assert all(math.isnan(value) for value in found.values())
    assert len(protocol_sums(torch.ones(1, 2, 2), torch.ones(1, 2, 2))) == 11


@pytest.mark.parametrize('suffix', ['', '_per_image'])
def test_directions_are_known(suffix):
    for name in ('sq_rel', 'rmse_log', 'silog', 'rmse', 'mae', 'abs_rel', 'log10'):
        assert not delta_m.is_higher_better(f'depth/{name}{suffix}')
    for name in ('delta1', 'delta2', 'delta3'):
        assert delta_m.is_higher_better(f'depth/{name}{suffix}')


@pytest.mark.parametrize(('options', 'message'), [
    (dict(kind='metric', crop='grag'), "crop must be one of .*'garg'.* got 'grag'"),
    (dict(kind='inverse', protocol=True), "needs kind='metric'"),
    (dict(kind='metric', per_image=True), 'part of protocol=True'),
    (dict(kind='metric', clamp=True), 'part of protocol=True')])
def test_options(options, message):
    with pytest.raises(ValueError, match=message):
        DepthMetric(**options)
