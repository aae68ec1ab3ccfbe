"""AP of instances: equal to the official script to the last bit; rules by hand."""

import numpy as np
import pytest

from mmmtl.evaluation.functional import (
    OFFICIAL_FILTERS,
    InstanceMatches,
    TruthFilter,
    average_precision,
    match_map,
    match_masks,
    truth_segments,
)
from mmmtl.evaluation.functional.instance_ap import curve_area, mean_precision
from mmmtl.testing.official_instances import OfficialFrame, official_scores
from mmmtl.testing.toy_instances import THINGS, toy_instance_frame, train_labels, truth_maps

NAN = float('nan')
EVERYTHING = TruthFilter(0)


def records_of(frame: OfficialFrame, depth: np.ndarray | None = None) -> InstanceMatches:
    truth = truth_segments(*truth_maps(frame.instance_ids), THINGS)
    labels, scores = train_labels(frame.label_ids), np.array(frame.scores)
    return match_masks(frame.masks, labels, scores, truth, THINGS, depth)


def check_equal(folder, frames, depths=None) -> np.ndarray:
    """Official and ours, without tolerance; returns AP."""
    folder.mkdir(exist_ok=True)
    expected, averages = official_scores(folder, frames)
    records = [records_of(*pair) for pair in zip(
        frames, depths or [None] * len(frames), strict=True)]
    found = average_precision(records, THINGS, OFFICIAL_FILTERS[:3 if depths else 1])
    np.testing.assert_array_equal(found, expected)
    assert found.shape == expected.shape
    np.testing.assert_array_equal(mean_precision(found[0]), averages['allAp'])
    np.testing.assert_array_equal(mean_precision(found[0, :, 0]), averages['allAp50%'])
    return found


def test_sixty_made_frames_together_and_one_by_one(tmp_path):
    frames = [toy_instance_frame(seed) for seed in range(60)]
    found = check_equal(tmp_path / 'all', frames)
    assert 0.05 < np.nanmean(found) < 0.95 and np.isnan(found).any()
    stopped = 0
    for number, frame in enumerate(frames):
        try:
            check_equal(tmp_path / str(number), [frame])
        except IndexError:  # the script's; see test_only_ignored_predictions
            stopped += 1
    assert stopped < 5


def test_the_made_frames_have_every_awkward_case():
    frames = [toy_instance_frame(seed) for seed in range(60)]
    records = [records_of(frame) for frame in frames]
    empty_truth = [record.truth_labels.size == 0 for record in records]
    empty_pred = [record.pred_labels.size == 0 for record in records]
    both = [a and b for a, b in zip(empty_truth, empty_pred, strict=True)]
    assert any(empty_truth) and any(empty_pred) and any(both) and not all(empty_truth)
    assert any(record.truth_is_group.any() for record in records)
    assert any((record.truth_pixels == 1).any() for record in records)
    assert any((record.truth_pixels < 100).any() for record in records)
    assert any(record.pred_void.any() for record in records)
    assert any((frame.instance_ids >= 29000).any() for frame in frames)
    per_truth = [np.bincount(record.pairs[:, 1]) for record in records if record.pairs.size]
    assert max(map(max, per_truth)) > 1
    assert any(len(set(frame.scores)) < len(frame.scores) for frame in frames)


def test_masks_that_overlap(tmp_path):
    """Only then several predictions can each cover more than half of an object."""
    frames = []
    for seed in range(20):
        frame, chance = toy_instance_frame(seed), np.random.default_rng(seed)
        masks, labels, scores = map(list, (frame.masks, frame.label_ids, frame.scores))
        for k in chance.integers(0, max(len(masks), 1), 3 * bool(masks)):
            masks.append(masks[k] & (chance.random(masks[k].shape) < chance.choice([.7, .95, 1.])))
            labels.append(labels[k])
            scores.append(float(chance.choice([scores[k], chance.random()])))
        frames.append(frame._replace(masks=masks, label_ids=labels, scores=scores))
    check_equal(tmp_path, frames)


def test_distances(tmp_path):
    frames, depths = [], []
    for seed in range(25):
        frame, chance = toy_instance_frame(seed), np.random.default_rng(seed)
        ids = frame.instance_ids
        depth = chance.choice([20., 48., 52., 90., 110.], 70000)[ids]
        depth += chance.normal(0, 2, ids.shape)
        depth[chance.random(ids.shape) > chance.choice([0.3, 0.6, 1.], 70000)[ids]] = NAN
        distances = {}
        for value in np.unique(ids).tolist():
            known = depth[ids == value][~np.isnan(depth[ids == value])]
            distances[value] = (float(np.median(known)) if known.size else -1.,
                                known.size / np.count_nonzero(ids == value))
        frames.append(frame._replace(distances=distances))
        depths.append(depth)
    found = check_equal(tmp_path, frames, depths)
    assert np.nanmean(found[0]) != np.nanmean(found[1]) != np.nanmean(found[2])


def square(label: int, shape=(40, 40), size=20) -> tuple[np.ndarray, np.ndarray]:
    """A frame of one object, class ``label``: instance map, classes."""
    instances, semantic = np.zeros(shape, np.int32), np.zeros(shape, np.int64)
    instances[:size, :size], semantic[:size, :size] = 7, label
    return instances, semantic


def ap50(preds: list[tuple[np.ndarray, float]], truth, label=13, rule=EVERYTHING) -> float:
    masks, scores = [mask for mask, _ in preds], [score for _, score in preds]
    record = match_masks(masks, np.full(len(masks), label), scores,
                         truth_segments(*truth, THINGS), THINGS)
    return average_precision([record], [label], [rule])[0, 0, 0]


def test_by_hand():
    truth = square(13)
    hit, half, away = (np.zeros((40, 40), bool) for _ in range(3))
    hit[:20, :20], half[:20, :10], away[30:, 30:] = True, True, True
    assert ap50([(hit, .5)], truth) == 1
    assert ap50([(half, .5)], truth) == 0  # IoU 0.5 is not larger than 0.5
    assert ap50([], truth) == 0
    assert np.isnan(ap50([(hit, .5)], square(0)))
    assert ap50([(hit, .5), (away, .4)], truth) == 1
    # steps of half the difference of the neighbours' recalls: 0.5 * (1 / 2) + 0.5 * 1
    assert ap50([(hit, .5), (away, .6)], truth) == pytest.approx(0.25)
    assert ap50([(hit, .5), (away, .5)], truth) == pytest.approx(0.75)
    assert ap50([(hit, .5), (hit, .5)], truth) == ap50([(hit, .5), (away, .5)], truth)


def test_sizes():
    truth = square(13)  # 400 pixels
    hit = np.zeros((40, 40), bool)
    hit[:20, :20] = True
    for rule, expected in ((TruthFilter(400), 1), (TruthFilter(401), NAN),
                           (TruthFilter(0, 400), NAN), (TruthFilter(0, 401), 1)):
        np.testing.assert_equal(ap50([(hit, .5)], truth, rule=rule), expected)


def test_only_ignored_predictions():
    """The script stops with an IndexError; nothing is found, so 0."""
    instances, semantic = square(13)
    semantic[30:, 30:] = 255
    void = semantic == 255
    assert ap50([(void, .9)], (instances, semantic)) == 0
    assert curve_area(np.zeros(0), np.zeros(0), 1) == 0


def test_no_frames_and_unlabelled_frames():
    assert np.isnan(average_precision([], THINGS)).all()
    assert average_precision([InstanceMatches()], THINGS, OFFICIAL_FILTERS).shape == (3, 8, 10)
    assert np.isnan(mean_precision(np.full((2, 3), NAN)))


def test_frames_without_distances_do_not_enter_ap_by_distance():
    frame = toy_instance_frame(3)
    near = np.full(frame.instance_ids.shape, 10.)
    rule = TruthFilter(0, max_distance=50., min_density=0.5)
    with_one = average_precision([records_of(frame, near)], THINGS, [rule])
    with_two = average_precision(
        [records_of(frame, near), records_of(toy_instance_frame(4))], THINGS, [rule])
    np.testing.assert_array_equal(with_one, with_two)
    assert not np.isnan(with_one).all()


def test_map_and_masks_agree():
    for seed in range(12):
        frame = toy_instance_frame(seed)
        truth = truth_segments(*truth_maps(frame.instance_ids), THINGS)
        labels, scores = train_labels(frame.label_ids), np.array(frame.scores)
        ids = np.random.default_rng(seed).permutation(100)[:len(labels)] + 1
        pred = sum((i * mask for i, mask in zip(ids, frame.masks, strict=True)),
                   np.zeros(frame.instance_ids.shape, int))
        one = match_map(pred, ids, labels, scores, truth, THINGS)
        two = match_masks(frame.masks, labels, scores, truth, THINGS)
        for name, values in vars(two).items():
            rows = getattr(one, name)
            if name == 'pairs':
                rows, values = (sorted(map(tuple, pairs)) for pairs in (rows, values))
            np.testing.assert_array_equal(rows, values, err_msg=name)
