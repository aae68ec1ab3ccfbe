"""What the five metrics of the demo take for a frame of 1024 x 2048, beside mmseg's IoU alone.

    python tools/benchmarks/metrics.py [--data DIR] [--frames 4] [--rounds 5]

Renders street scenes into DIR unless they are there; predictions are the truth, moved and damaged;
average precision has distances. Metrics take turns, on one thread. Prints Markdown: the five
together, and cityscapesScripts' AP of the same frames, whose files were decoded beforehand.
"""

from __future__ import annotations

import os

os.environ.setdefault('OMP_NUM_THREADS', '1')

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _frames import OURS, frame_options, render
from _timing import median_ratio, side_by_side, table
from instance_metric import files_in_memory, score_official
from mmengine.config import Config
from mmengine.evaluator import BaseMetric
from mmseg.evaluation import IoUMetric
from mmseg.registry import DATASETS
from PIL import Image

from mmmtl.datasets.cityscapes_labels import TRAIN_CLASS_IDS
from mmmtl.evaluation import (
    CityscapesInstanceMetric,
    DepthMetric,
    InstanceVectorMetric,
    PanopticQualityMetric,
    SemanticIoUMetric,
)
from mmmtl.testing.official_instances import OfficialFrame, write_frames
from mmmtl.testing.toy_predictions import perturbed_sample

BASE = "mmseg's IoUMetric"
OWN_AP, OFFICIAL_AP = 'CityscapesInstanceMetric', "cityscapesScripts' AP, files decoded"
BARE_AP = f'{OWN_AP} without distances'  # the script reads them ready-made


def samples_of(folder: Path, frames: int) -> tuple[list[dict], dict[str, Any]]:
    """Samples as metrics get them, and the meta information of the data set."""
    cfg = Config.fromfile(OURS).val_dataloader.dataset.to_dict()
    dataset = DATASETS.build(dict(cfg, data_root=str(folder), split='train'))
    meta = dataset.metainfo
    things = tuple(meta['classes'].index(name) for name in meta['thing_classes'])
    made = []
    for number in range(min(frames, len(dataset))):
        truth = dataset[number]['data_samples']
        sample = perturbed_sample(
            truth.img_path, truth.gt_sem_seg.data[0].numpy(), truth.gt_instance_map.data[0].numpy(),
            things, len(meta['classes']), number)
        chance = torch.Generator().manual_seed(number)
        for name in ('inverse_depth_map', 'instance_vector'):
            values = truth.get(f'gt_{name}').data
            noise = torch.randn(values.shape, generator=chance)
            sample[f'gt_{name}'] = dict(data=values)
            sample[f'pred_{name}'] = dict(data=values.nan_to_num(1.) + noise)
        info = dataset.get_data_info(number)
        made.append(sample | {key: info[key] for key in ('camera_path', 'instance_path')})
    return made, meta


def official_frame(sample: dict) -> OfficialFrame:
    """The instances of a sample in the encodings of the official files."""
    pred, found = sample['pred_instance_map']['data'][0].numpy(), sample['pred_instances']
    ids = list(TRAIN_CLASS_IDS.values())
    return OfficialFrame(
        np.array(Image.open(sample['instance_path'])), [pred == i for i in found['ids'].tolist()],
        [ids[label] for label in found['labels'].tolist()], found['scores'].tolist())


def check_ap(metric: BaseMetric, samples: list[dict], official: float) -> None:
    """Both have the same AP, or what they take need not be compared."""
    run([metric], samples)
    own = metric.compute_metrics(metric.results)['AP']
    if own != 100 * official:
        sys.exit(f'scores differ: AP is {own!r} and {100 * official!r}')


def run(metrics: list[BaseMetric], samples: list[dict]) -> None:
    """All frames through some metrics; what is left after the last frame is not timed."""
    for metric in metrics:
        metric.results.clear()
        for sample in samples:
            metric.process({}, [sample])


def main() -> None:
    """Time, and print a table."""
    args = frame_options(__doc__, frames=4, rounds=5)
    render(args.data / 'flat', args.frames)
    samples, meta = samples_of(args.data / 'flat', args.frames)
    five = {
        'SemanticIoUMetric': SemanticIoUMetric(),
        'DepthMetric, inverse': DepthMetric(kind='inverse'),
        'InstanceVectorMetric': InstanceVectorMetric(),
        OWN_AP: CityscapesInstanceMetric(),
        'PanopticQualityMetric': PanopticQualityMetric(),
    }
    host = IoUMetric()
    for metric in (host, *five.values()):
        metric.dataset_meta = meta
    calls: dict[str, Callable[[], None]] = {BASE: partial(run, [host], samples)}
    calls |= {name: partial(run, [metric], samples) for name, metric in five.items()}
    calls['all five'] = partial(run, list(five.values()), samples)
    bare = [{key: value for key, value in sample.items() if key != 'camera_path'}
            for sample in samples]
    calls[BARE_AP] = partial(run, [five[OWN_AP]], bare)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        files = write_frames(folder, map(official_frame, samples))
        with files_in_memory(folder):
            calls[OFFICIAL_AP] = partial(score_official, folder, *files)
            check_ap(five[OWN_AP], samples, score_official(folder, *files))
            seconds = side_by_side(calls, args.rounds, warm_up=1)
    print(f'{len(samples)} frames of 1024 x 2048 a call\n')
    print(table(seconds, BASE))
    ratio = median_ratio(seconds[OFFICIAL_AP], seconds[BARE_AP])
    print(f'\n{OFFICIAL_AP}, takes {ratio:.1f} times as long as {BARE_AP}')


if __name__ == '__main__':
    main()
