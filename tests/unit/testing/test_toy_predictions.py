"""Damaged truth has every field of a prediction, and every kind of mistake."""

import numpy as np

from mmmtl.testing.toy_predictions import perturbed_sample

SEMANTIC = np.random.default_rng(0).choice([0, 1, 2, 255], (8, 8)).repeat(4, 0).repeat(4, 1)
INSTANCE = np.where(np.isin(SEMANTIC, [1, 2]), 1000 * SEMANTIC + np.arange(32) // 8, 0)


def make(seed):
    return perturbed_sample('a.png', SEMANTIC, INSTANCE, (1, 2), 3, seed)


def test_fields_fit_together():
    sample = make(0)
    maps = {name: field['data'] for name, field in sample.items() if name.endswith(('map', 'seg'))}
    assert {m.shape for m in maps.values()} == {(1, 32, 32)} and len(maps) == 5
    assert set(maps['pred_sem_seg'].unique().tolist()) <= {0, 1, 2}
    ids = maps['pred_instance_map'].unique()
    found = sample['pred_instances']
    assert set(ids.tolist()) <= {0, *found['ids'].tolist()}
    assert len(found['ids']) == len(found['labels']) == len(found['scores'])
    panoptic = maps['pred_panoptic_map']
    things = panoptic >= 1000
    assert ((panoptic % 1000)[things] == maps['pred_instance_map'][things]).all()


def test_every_kind_of_mistake():
    samples = [make(seed) for seed in range(20)]
    assert any((s['pred_sem_seg']['data'] != s['gt_sem_seg']['data']).any() for s in samples)
    assert len({len(s['pred_instances']['ids']) for s in samples}) > 1, 'some objects are lost'
    assert any((s['pred_panoptic_map']['data'] == -1).any() for s in samples)
    assert np.array_equal(make(3)['pred_sem_seg']['data'], make(3)['pred_sem_seg']['data'])
