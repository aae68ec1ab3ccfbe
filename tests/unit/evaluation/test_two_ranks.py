"""Two real processes (gloo) score an odd number of images as one process does."""

import json
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
import torch
from mmengine.dist import get_dist_info
from mmmtl.evaluation import (
    CityscapesInstanceMetric, DepthMetric, InstanceVectorMetric, SemanticIoUMetric,
    SurfaceNormalMetric)
from mmmtl.testing.toy_instances import CLASSES, THINGS, to_sample, toy_instance_frame
from mmmtl.testing.ranks import join

SIZE = 5


def sample(i):
    draw = torch.Generator().manual_seed(i)
    fields = {'img_path': f'{i}.png'}
    for name, channels in (('depth_map', 1), ('instance_vector', 2), ('normal_map', 3)):
        fields['pred_' + name] = {'data': torch.rand(channels, 4, 5, generator=draw) + 1}
        truth = torch.rand(channels, 4, 5, generator=draw) + 1
        truth[:, torch.rand(4, 5, generator=draw) < 0.3] = float('nan')
        if i % 2:  # rank 1 of two has no truth but for the image that pads its share
            continue
        fields['gt_' + name] = {'data': truth}
    fields['pred_sem_seg'] = {'data': torch.randint(0, 3, (1, 4, 5), generator=draw)}
    if i != 0:
        fields['gt_sem_seg'] = {'data': torch.randint(0, 3, (1, 4, 5), generator=draw)}
    return fields


if sys.argv[1] == '2':
    join()  # mmengine's init_dist wants a CUDA build
rank, world = get_dist_info()
# mmengine's DefaultSampler: every world-th index, padded from the start to equal shares
indices = [i % SIZE for i in range(rank, -(-SIZE // world) * world, world)]
scores = {}
for metric in (DepthMetric('metric'), InstanceVectorMetric(), SemanticIoUMetric(per_image=True),
               SurfaceNormalMetric()):
    metric.dataset_meta = {'classes': ['a', 'b', 'c']}
    for i in indices:
        metric.process({}, [sample(i)])
    scores.update(metric.evaluate(SIZE))
for metric in (DepthMetric('metric', per_batch=True, prefix='by_batch'),
               SurfaceNormalMetric(per_batch=True, prefix='normals_by_batch')):
    for start in range(0, len(indices), 2):  # on two ranks others than on one; the score is of one
        metric.process({}, [sample(i) for i in indices[start:start + 2]])
    scores.update(metric.evaluate(SIZE))
metric = CityscapesInstanceMetric(prefix='objects')
metric.dataset_meta = {'classes': CLASSES, 'thing_classes': [CLASSES[i] for i in THINGS]}
for i in indices:
    frame = to_sample(toy_instance_frame(i + 1))
    if i == 3:
        del frame['gt_sem_seg']
    metric.process({}, [frame])
scores.update({key: score for key, score in metric.evaluate(SIZE).items() if score == score})
with open(f'scores_{world}_{rank}.json', 'w') as file:
    json.dump(scores, file)
if world > 1:  # or its threads may still run when the process ends, which then aborts
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()
'''


def launch(folder: Path, world: int) -> list[dict]:
    run_ranks(WORKER, world, folder, str(world))
    return [json.loads((folder / f'scores_{world}_{rank}.json').read_text())
            for rank in range(world)]


def test_odd_count_on_two_ranks_equals_one_rank(tmp_path):
    [expected] = launch(tmp_path, 1)
    assert {'by_batch/mae_per_batch', 'normals_by_batch/median_per_batch',
            'semantic/mIoU_per_image'} <= set(expected)
    assert len(expected) > 12 and expected['objects/AP'] > 0
    assert all(value == value for value in expected.values())
    assert launch(tmp_path, 2) == [expected, expected]
