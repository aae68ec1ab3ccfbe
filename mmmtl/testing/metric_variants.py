"""Every metric of ours with every combination of its options, and frames of every task."""

import inspect
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.evaluator import BaseMetric

from mmmtl.datasets.decathlon_domains import DOMAINS, TASKS
from mmmtl.models.decode_heads import BaseTaskHead
from mmmtl.registry import METRICS, MODELS

from .toy_predictions import perturbed_sample

META = dict(classes=('road', 'car', 'bus'), thing_classes=('car', 'bus'), domains=dict(DOMAINS))
#: values of each argument that changes what a metric gives, by the argument's name
OPTIONS = {
    'kind': ('inverse', 'metric'), 'protocol': (False, True), 'per_batch': (False, True),
    'per_image': (False, True),
    'field': ('tag', ), 'topk': ((1, ), (1, 2)), 'size_bins': ((), (20, (5, 50))),
    'min_region_sizes': ((5, 5, 5), ), 'iou_metrics': (['mIoU'], ['mIoU', 'mDice', 'mFscore']),
    'output_dir': (None, ), 'baseline': ({'kitti/depth/rmse': 1.0}, ),
    'task_metrics': (dict(type='mmmtl.DepthMetric', kind='metric', prefix='kitti/depth'), ),
}

def map_channels() -> dict[str, int]:
    """Maps of numbers that a registered head predicts, without ``pred_``, and their channels."""
    MODELS.import_from_location()
    heads = {cls for cls in MODELS.module_dict.values() if isinstance(cls, type)
             and issubclass(cls, BaseTaskHead) and hasattr(cls, 'out_channels')}
    return {head.pred_field.removeprefix('pred_'): head.out_channels
            for head in sorted(heads, key=lambda cls: cls.__name__)}


def own_metrics() -> list[type[BaseMetric]]:
    """Classes of the registry that are this package's, by name."""
    METRICS.import_from_location()
    return sorted({cls for cls in METRICS.module_dict.values()
                   if cls.__module__.startswith('mmmtl.')}, key=lambda cls: cls.__name__)


def variants(cls: type[BaseMetric], folder: Path) -> Iterator[BaseMetric]:
    """The metric with every combination of the options that it takes.

    Args:
        cls: registered.
        folder: for the files of those that write some.

    Raises:
        KeyError: it needs an argument that ``OPTIONS`` does not have.
    """
    found = _arguments(cls)
    needed = {name for name in inspect.signature(cls.__init__).parameters
              if name not in ('self', 'args', 'kwargs')
              and found[name].default is inspect.Parameter.empty}
    if not needed <= set(OPTIONS):
        raise KeyError(f'{cls.__name__}: give OPTIONS in {__file__} a value of '
                       f'{sorted(needed - set(OPTIONS))}')
    names = [name for name in OPTIONS if name in found and (name != 'output_dir' or name in needed)]
    for number, values in enumerate(product(*(OPTIONS[name] for name in names))):
        options = dict(zip(names, values, strict=True))
        if 'output_dir' in options:
            options['output_dir'] = str(folder / str(number))
        try:
            metric = METRICS.build(dict(type=f'mmmtl.{cls.__name__}', **options))
        except ValueError:  # options that do not go together; what is never given is noticed
            continue
        yield metric


def toy_frames() -> list[dict[str, Any]]:
    """A frame for each domain, with the truth and predictions of every task."""
    chance = np.random.default_rng(0)
    semantic, instance = np.zeros((32, 64), np.int64), np.zeros((32, 64), np.int32)
    semantic[4:16, 4:20], instance[4:16, 4:20] = 1, 1
    semantic[18:30, 30:50], instance[18:30, 30:50] = 2, 2
    semantic[2:5, 40:45], instance[2:5, 40:45] = 1, 3
    found = []
    for number, domain in enumerate(DOMAINS):
        sample = perturbed_sample(f'{domain}.png', semantic, instance, (1, 2), 3, seed=number)
        for name, channels in map_channels().items():
            for side in ('gt', 'pred'):
                values = chance.uniform(1, 9, (channels, 32, 64))
                if name == 'boundary_map':  # probabilities, and lines of one pixel
                    values = values / 10 if side == 'pred' else np.eye(32, 64)[None]
                sample[f'{side}_{name}'] = dict(data=torch.from_numpy(values).float())
        for field in ('tag', TASKS[domain]):
            sample[f'gt_{field}'] = dict(item=torch.tensor([1]))
            scores = torch.tensor([.2, .7, .1]).roll(number)  # frames differ, or none is missed
            sample[f'pred_{field}'] = dict(item=scores.argmax()[None], scores=scores)
        found.append({**sample, 'domain': domain, 'tasks': [TASKS[domain]]})
    return found


def perfect(sample: dict[str, Any]) -> dict[str, Any]:
    """The frame with predictions that are the truth."""
    semantic, instance = (sample[f'gt_{name}']['data'] for name in ('sem_seg', 'instance_map'))
    ids = instance.unique()[1:]
    labels = torch.stack([semantic[instance == number][0] for number in ids])
    right: dict[str, Any] = {
        'pred_sem_seg': dict(data=semantic), 'pred_instance_map': dict(data=instance),
        'pred_instances': dict(ids=ids, labels=labels, scores=torch.ones(len(ids))),
        'pred_panoptic_map': dict(data=(semantic * 1000 + instance).int())}
    for name in map_channels():
        right[f'pred_{name}'] = sample[f'gt_{name}']
    return {**sample, **right, **_image_level(sample, right=True)}


def spoilt(sample: dict[str, Any]) -> dict[str, Any]:
    """The frame with more mistakes than it has: its class as a whole, and one road is void."""
    wrong = _image_level(sample, right=False)
    if sample['domain'] == next(iter(DOMAINS)):
        panoptic = sample['pred_panoptic_map']['data'].clone()
        panoptic[panoptic == 0] = -1
        wrong['pred_panoptic_map'] = dict(data=panoptic)
    return {**sample, **wrong}


def _image_level(sample: dict[str, Any], right: bool) -> dict[str, Any]:
    scores = torch.tensor([.2, .7, .1] if right else [.5, .1, .4])
    return {f'pred_{field}': dict(item=scores.argmax()[None], scores=scores)
            for field in ('tag', *sample['tasks'])}


def _arguments(cls: type) -> dict[str, inspect.Parameter]:
    """Arguments of a class and of its bases, by name."""
    return {name: argument for base in cls.__mro__ if '__init__' in vars(base)
            for name, argument in inspect.signature(base.__init__).parameters.items()
            if name not in ('self', 'args', 'kwargs')}
