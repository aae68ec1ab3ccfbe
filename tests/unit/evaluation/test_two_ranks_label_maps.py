"""Two real processes (gloo) score and submit an odd number of frames as one process does."""

import json
import sys
from pathlib import Path

import pytest
import torch

from mmmtl.testing.ranks import run_ranks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not torch.distributed.is_available(), reason='torch without distributed')]

WORKER = '''
import json, sys
import numpy as np
import torch
from mmengine.dist import get_dist_info
from mmmtl.evaluation import (
    CityscapesSemanticMetric, CityscapesSubmissionWriter, PanopticQualityMetric)
from mmmtl.testing.toy_predictions import perturbed_sample
from mmmtl.testing.ranks import join

SIZE = 5
if sys.argv[1] == '2':
    join()
rank, world = get_dist_info()
indices = [i % SIZE for i in range(rank, -(-SIZE // world) * world, world)]
metrics = [CityscapesSemanticMetric(), PanopticQualityMetric(),
           CityscapesSubmissionWriter(f'out_{world}')]
scores = {}
for place, i in enumerate(indices):
    chance = np.random.default_rng(i)
    semantic = chance.choice([0, 1, 2, 255], (3, 4)).repeat(4, 0).repeat(4, 1)
    instance = np.where(np.isin(semantic, [1, 2]), semantic * 1000, 0)
    # the frame that fills up rank 1 is predicted otherwise there, as rounding may have it
    seed = i + 100 * (rank == 1 and i == 0)
    sample = perturbed_sample(f'{i}.png', semantic, instance, (1, 2), 3, seed)
    if i == 1:
        del sample['gt_sem_seg']
    for metric in metrics:
        metric.dataset_meta = dict(
            classes=('road', 'car', 'person'), thing_classes=('car', 'person'),
            label_ids=dict(road=7, car=26, person=24))
        metric.process({}, [sample])
for metric in metrics:
    scores.update(metric.evaluate(SIZE))
with open(f'scores_{world}_{rank}.json', 'w') as file:
    json.dump(scores, file)
'''


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob('*') if path.is_file()}


def test_odd_count_on_two_ranks_equals_one_rank(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, 'argv', ['', '1'])
    exec(WORKER, {})
    run_ranks(WORKER, 2, tmp_path, '2')
    one, *two = (json.loads((tmp_path / f'scores_{name}.json').read_text())
                 for name in ('1_0', '2_0', '2_1'))
    assert len(one) == 4 + 9 + 3 and all(value == value for value in one.values())
    assert two == [one, one]
    written = contents(tmp_path / 'out_1')
    assert {'panoptic.json', 'semantic/4.png', 'instances/0.txt'} <= set(written)
    assert contents(tmp_path / 'out_2') == written
