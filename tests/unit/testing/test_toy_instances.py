"""The made frames fit together."""

import numpy as np

from mmmtl.testing.toy_instances import perturbed_frame, to_sample, toy_instance_frame, truth_maps

PLAIN = np.repeat([26000, 26001, 7, 24, 25003], 200).reshape(20, 50).astype(np.uint16)


def test_same_seed_same_frame():
    one, two = toy_instance_frame(3), toy_instance_frame(3)
    assert (one.instance_ids == two.instance_ids).all() and one.scores == two.scores
    assert len(one.masks) == len(one.label_ids) == len(one.scores) > 0


def test_truth_maps():
    instances, classes = truth_maps(np.array([[26001, 26, 7, 3, 29002]]))
    assert instances.tolist() == [[26001, 0, 0, 0, 29002]]
    assert classes.tolist() == [[13, 13, 0, 255, 255]]


def test_samples_are_consistent():
    for frame in (toy_instance_frame(5), perturbed_frame(PLAIN, 0)):
        sample = to_sample(frame)
        found = np.unique(sample['pred_instance_map']['data'])
        assert set(found[found > 0]) <= set(sample['pred_instances']['ids'].tolist())
        assert sample['gt_sem_seg']['data'].shape == sample['pred_instance_map']['data'].shape
