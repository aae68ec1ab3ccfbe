"""Metrics of image-level tasks: by hand, unlabelled images, what is missing."""

import json
import math

import pytest
import torch

from mmmtl.datasets.decathlon_domains import DOMAINS, TASKS
from mmmtl.evaluation import (
    DecathlonMetric,
    DecathlonSubmissionWriter,
    ImageClassificationMetric,
    ImageRegressionMetric,
)


def item(*values, **more):
    return dict(item=torch.tensor(values), **{k: torch.tensor(v) for k, v in more.items()})


def run(metric, samples, meta=None):
    metric.dataset_meta = meta
    for sample in samples:
        metric.process({}, [sample])
    assert len(metric.results) == len(samples)  # one record an image, labelled or not
    return metric.evaluate(len(samples))


def image(domain, truth, pred, number=1):
    task = TASKS[domain]
    sample = {'domain': domain, 'tasks': [task], 'image_id': number, 'img_path': 'x.jpg',
              f'pred_{task}': item(pred)}
    return sample if truth is None else sample | {f'gt_{task}': item(truth)}


def test_classes():
    scores = [[0.1, 0.5, 0.4], [0.1, 0.5, 0.4], [0.7, 0.1, 0.2], [1.0, 0.0, 0.0]]
    samples = [{'gt_a': item(truth), 'pred_a': item(0, scores=s)}
               for truth, s in zip((1, 2, 1), scores, strict=False)]
    samples.append({'pred_a': item(0, scores=scores[3])})
    found = run(ImageClassificationMetric('a', topk=(1, 2)), samples)
    assert found == {'a/accuracy': pytest.approx(100 / 3),
                     'a/accuracy_top2': pytest.approx(200 / 3)}
    assert math.isnan(run(ImageClassificationMetric('a'), samples[3:])['a/accuracy'])


@pytest.mark.parametrize('truth', [-1, 3, 0.5])
def test_a_label_that_is_no_class_names_image_and_value(truth):
    sample = {'img_path': 'x.jpg', 'gt_a': item(truth), 'pred_a': item(0, scores=[0.2, 0.5, 0.3])}
    with pytest.raises(ValueError, match=f'x.jpg: gt_a is {truth}, .* from 0'):
        run(ImageClassificationMetric('a'), [sample])


def test_nan_is_no_label():
    samples = [{'gt_a': item(math.nan), 'pred_a': item(0, scores=[1.0, 0.0])},
               {'gt_a': item(0.0), 'pred_a': item(0, scores=[1.0, 0.0])}]
    assert run(ImageClassificationMetric('a'), samples) == {'a/accuracy': 100}
    samples = [{'gt_a': item(math.nan), 'pred_a': item(0.0)}, {'gt_a': item(1), 'pred_a': item(3)}]
    assert run(ImageRegressionMetric('a'), samples) == {'a/mae': 2, 'a/rmse': 2}


def test_as_many_numbers_as_are_predicted():
    with pytest.raises(ValueError, match=r'x.jpg: gt_a is \[1.0\], but the head predicts 2'):
        run(ImageRegressionMetric('a'), [
            {'img_path': 'x.jpg', 'gt_a': item(1.0), 'pred_a': item(1.0, 2.0)}])


def test_numbers():
    samples = [{'gt_age': item(30.0), 'pred_age': item(33.0)},
               {'gt_age': item(50.0), 'pred_age': item(46.0)}, {'pred_age': item(1.0)}]
    assert run(ImageRegressionMetric('age', prefix='years'), samples) == {
        'years/mae': 3.5, 'years/rmse': pytest.approx(math.sqrt(12.5))}
    assert math.isnan(run(ImageRegressionMetric('age'), samples[2:])['age/mae'])


def test_decathlon_of_all_ten():
    samples = [image(d, 1, right) for d in DOMAINS for right in (1, 1, 1, 0)]
    samples += [image('svhn', None, 1)]
    found = run(DecathlonMetric(), samples)
    assert found['decathlon/accuracy/mean'] == found['decathlon/accuracy/svhn'] == 75
    by_hand = sum(1000 * max(0, 1 - 0.25 / (2 * d.baseline_error))**2 for d in DOMAINS.values())
    assert found['decathlon/score'] == pytest.approx(by_hand)


def test_decathlon_has_no_score_of_some():
    samples = [image('svhn', 1, 1), image('svhn', 0, 1)]
    assert run(DecathlonMetric(), samples) == {
        'decathlon/accuracy/svhn': 50, 'decathlon/accuracy/mean': 50}
    meta = dict(domains=dict.fromkeys(DOMAINS))
    found = run(DecathlonMetric(), samples, meta)
    assert math.isnan(found['decathlon/score']) and math.isnan(found['decathlon/accuracy/dtd'])


@pytest.mark.parametrize('metric', [ImageClassificationMetric('b'), ImageRegressionMetric('b')])
def test_a_missing_head_is_named(metric):
    with pytest.raises(KeyError, match="no pred_b: no image-level head .* field='b'"):
        metric.process({}, [{'gt_b': item(1), 'img_path': 'x.jpg'}])


META = dict(domains={'svhn': dict(category_ids=(70, 71)), 'dtd': dict(category_ids=(90, 95))})


def test_submission(tmp_path):
    samples = [image('svhn', None, 1, 5), image('dtd', None, 1, 6), image('dtd', None, 0, 7)]
    assert run(DecathlonSubmissionWriter(str(tmp_path / 'out')), samples, META) == {}
    assert json.loads((tmp_path / 'out' / 'results.json').read_text()) == [
        dict(image_id=5, category_id=71), dict(image_id=6, category_id=95),
        dict(image_id=7, category_id=90)]
    with pytest.raises(FileExistsError, match='results.json exists'):
        DecathlonSubmissionWriter(str(tmp_path / 'out'))


def test_submission_errors(tmp_path):
    with pytest.raises(ValueError, match='image id 5 occurs twice'):
        run(DecathlonSubmissionWriter(str(tmp_path)), [image('dtd', None, 1, 5)] * 2, META)
    with pytest.raises(ValueError, match='names no category ids'):
        run(DecathlonSubmissionWriter(str(tmp_path)), [image('dtd', None, 1)])


def test_topk_is_checked():
    with pytest.raises(ValueError, match='topk'):
        ImageClassificationMetric('a', topk=(0, ))
