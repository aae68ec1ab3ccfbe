"""mmseg's IoU with unlabelled frames: same numbers, one record for each image."""

import math

import numpy as np
import pytest
import torch
from mmseg.evaluation import IoUMetric
from sklearn.metrics import confusion_matrix

from mmmtl.evaluation import SemanticIoUMetric

CLASSES = 4


def sample(seed: int, labelled: bool = True) -> dict:
    draw = torch.Generator().manual_seed(seed)
    truth = torch.randint(0, CLASSES - 1, (1, 8, 9), generator=draw)  # the last class never occurs
    truth[torch.rand(1, 8, 9, generator=draw) < 0.2] = 255
    fields = {
        'img_path': f'folder/{seed}.png',
        'pred_sem_seg': {'data': torch.randint(0, CLASSES - 1, (1, 8, 9), generator=draw)},
    }
    return {**fields, 'gt_sem_seg': {'data': truth}} if labelled else fields


def run(metric: IoUMetric, samples: list[dict]) -> dict:
    metric.dataset_meta = {'classes': [f'class{i}' for i in range(CLASSES)]}
    metric.process({}, samples)
    return metric.evaluate(len(samples))


@pytest.mark.parametrize('iou_metrics', [['mIoU'], ['mIoU', 'mDice', 'mFscore']])
def test_same_numbers_as_mmseg(iou_metrics):
    samples = [sample(i) for i in range(3)]
    expected = run(IoUMetric(iou_metrics=iou_metrics, prefix='semantic'), samples)
    assert run(SemanticIoUMetric(iou_metrics=iou_metrics), samples) == pytest.approx(expected)


def test_agrees_with_a_confusion_matrix_and_leaves_out_absent_classes():
    samples = [sample(i) for i in range(3)]
    truth = np.concatenate([s['gt_sem_seg']['data'].flatten() for s in samples])
    pred = np.concatenate([s['pred_sem_seg']['data'].flatten() for s in samples])
    matrix = confusion_matrix(truth[truth != 255], pred[truth != 255])
    assert matrix.shape == (3, 3)
    hits = np.diag(matrix)
    iou = hits / (matrix.sum(0) + matrix.sum(1) - hits)
    scores = run(SemanticIoUMetric(), samples)
    assert scores['semantic/mIoU'] == pytest.approx(100 * iou.mean(), abs=0.005)
    assert scores['semantic/aAcc'] == pytest.approx(100 * hits.sum() / matrix.sum(), abs=0.005)


def test_by_hand():
    pair = {
        'pred_sem_seg': {'data': torch.tensor([[[0, 0], [1, 1]]])},
        'gt_sem_seg': {'data': torch.tensor([[[0, 1], [1, 255]]])},
    }
    assert run(SemanticIoUMetric(), [pair])['semantic/mIoU'] == 50.


def test_unlabelled_frames_leave_a_record_and_change_nothing():
    metric = SemanticIoUMetric()
    metric.dataset_meta = {'classes': ['a'] * CLASSES}
    metric.process({}, [sample(0), sample(1, labelled=False)])
    assert len(metric.results) == 2
    assert metric.evaluate(2) == run(SemanticIoUMetric(), [sample(0)])


@pytest.mark.parametrize('samples', [[sample(0, labelled=False)], []])
def test_nothing_labelled_is_nan_with_a_warning(samples, caplog_messages, recwarn):
    scores = run(SemanticIoUMetric(), samples)
    assert math.isnan(scores['semantic/mIoU']) and math.isnan(scores['semantic/aAcc'])
    assert 'has a labelled pixel in gt_sem_seg' in caplog_messages()
    assert not [w for w in recwarn if 'empty slice' in str(w.message)]


def test_counts_beyond_float32():
    areas = [tuple(torch.tensor([2.**24, 0, 0, 0]) for _ in range(4)),
             tuple(torch.tensor([1., 0, 0, 0]) for _ in range(4))]
    one = SemanticIoUMetric.intersect_and_union(*(torch.zeros(2, 2), ) * 2, CLASSES, 255)
    assert {area.dtype for area in one} == {torch.float64}
    assert sum(area[0].double()[0] for area in areas) == 2**24 + 1


@pytest.mark.parametrize('labelled', [True, False])
def test_pictures_of_predictions_are_written(tmp_path, labelled):
    metric = SemanticIoUMetric(format_only=True, output_dir=str(tmp_path / 'a'))
    assert run(metric, [sample(5, labelled)]) == {}
    run(SemanticIoUMetric(output_dir=str(tmp_path / 'b')), [sample(5, labelled)])
    assert (tmp_path / 'a/5.png').exists() and (tmp_path / 'b/5.png').exists()


def test_shapes_that_differ_are_named():
    pair = {**sample(4), 'pred_sem_seg': {'data': torch.zeros(1, 2, 2, dtype=torch.long)}}
    with pytest.raises(ValueError, match=r'4\.png.*\(1, 2, 2\).*\(1, 8, 9\)'):
        run(SemanticIoUMetric(), [pair])


def test_per_image():
    """As in the authors' first script, class by class and image by image."""
    samples = [sample(i, labelled=i != 2) for i in range(5)]
    samples[3]['gt_sem_seg']['data'][:] = 255
    truth, pred = (samples[4][name]['data'] for name in ('gt_sem_seg', 'pred_sem_seg'))
    truth[:, :4] = 255  # half void, and one class is predicted only there
    pred[:, 4:][pred[:, 4:] == 1] = 0
    truth[truth == 1] = 0
    pred[:, 0] = 1
    scores = run(SemanticIoUMetric(per_image=True), samples)
    ious, accuracies = [], []
    for index in (0, 1, 4):
        truth = samples[index]['gt_sem_seg']['data'].numpy()
        pred = samples[index]['pred_sem_seg']['data'].numpy()
        per_class = []
        for label in range(CLASSES):
            both = (pred == label) & (truth == label)
            either = (pred == label) | (truth == label)  # over all pixels, void ones too
            if either.sum():
                per_class.append(both.sum() / either.sum())
        ious.append(np.mean(per_class))
        accuracies.append((pred == truth).sum() / (truth != 255).sum())
    assert scores['semantic/mIoU_per_image'] == pytest.approx(100 * np.mean(ious), rel=1e-12)
    assert scores['semantic/aAcc_per_image'] == pytest.approx(100 * np.mean(accuracies), rel=1e-12)
    plain = run(SemanticIoUMetric(), samples)
    assert plain == {key: scores[key] for key in plain}


def test_per_image_of_nothing_is_nan():
    scores = run(SemanticIoUMetric(per_image=True), [sample(0, labelled=False)])
    assert math.isnan(scores['semantic/mIoU_per_image'])
