"""Every registered metric states the scores that it gives: no more, no less, each one way."""

import inspect
from itertools import product

import numpy as np
import pytest
import torch
from mmengine.hooks import CheckpointHook, EarlyStoppingHook

from mmmtl.datasets.decathlon_domains import DOMAINS, TASKS
from mmmtl.evaluation.directions import is_higher_better, stated_scores
from mmmtl.evaluation.functional.score_names import fits, readings
from mmmtl.registry import METRICS
from mmmtl.testing.toy_predictions import perturbed_sample

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
METRICS.import_from_location()
OURS = sorted({cls for cls in METRICS.module_dict.values()
               if cls.__module__.startswith('mmmtl.')}, key=lambda cls: cls.__name__)


def arguments(cls):
    """Names of the arguments of a class and of its bases."""
    return {name: argument for base in cls.__mro__ if '__init__' in vars(base)
            for name, argument in inspect.signature(base.__init__).parameters.items()
            if name not in ('self', 'args', 'kwargs')}


def variants(cls, folder):
    """The metric with every combination of the options that it takes."""
    found = arguments(cls)
    needed = {name for name in inspect.signature(cls.__init__).parameters
              if name not in ('self', 'args', 'kwargs')
              and found[name].default is inspect.Parameter.empty}
    assert needed <= set(OPTIONS), f'{cls.__name__}: give OPTIONS a value of {needed}'
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


@pytest.fixture(scope='module')
def samples():
    """A frame for each domain, with the truth and predictions of every task."""
    chance = np.random.default_rng(0)
    semantic, instance = np.zeros((32, 64), np.int64), np.zeros((32, 64), np.int32)
    semantic[4:16, 4:20], instance[4:16, 4:20] = 1, 1
    semantic[18:30, 30:50], instance[18:30, 30:50] = 2, 2
    semantic[2:5, 40:45], instance[2:5, 40:45] = 1, 3
    found = []
    for number, domain in enumerate(DOMAINS):
        sample = perturbed_sample(f'{domain}.png', semantic, instance, (1, 2), 3, seed=number)
        for name, channels in (('depth_map', 1), ('inverse_depth_map', 1), ('normal_map', 3),
                               ('instance_vector', 2)):
            for side in ('gt', 'pred'):
                values = torch.from_numpy(chance.uniform(1, 9, (channels, 32, 64))).float()
                sample[f'{side}_{name}'] = dict(data=values)
        for field in ('tag', TASKS[domain]):
            sample[f'gt_{field}'] = dict(item=torch.tensor([1]))
            sample[f'pred_{field}'] = dict(item=torch.tensor([1]),
                                           scores=torch.tensor([.2, .7, .1]))
        found.append({**sample, 'domain': domain, 'tasks': [TASKS[domain]]})
    return found


def given(metric, samples):
    """Names of the scores that a metric gives, without its prefix."""
    if not metric.score_directions:  # it writes files
        return set(metric.compute_metrics([]))
    metric.dataset_meta = META
    metric.process({}, samples)
    start = f'{metric.prefix}/'
    return {key.removeprefix(start) for key in metric.evaluate(len(samples))
            if key.startswith(start)}


@pytest.mark.parametrize('cls', OURS, ids=lambda cls: cls.__name__)
def test_a_metric_gives_what_it_states(cls, samples, tmp_path):
    assert isinstance(vars(cls).get('score_directions'), dict), 'a metric states its own scores'
    seen = set()
    for metric in variants(cls, tmp_path):
        found = given(metric, samples)
        for name in found:
            fitting = {word for one, word in metric.score_directions.items() if fits(one, name)}
            assert len(fitting) == 1, f'{name} is stated as {fitting or "nothing"}'
            assert is_higher_better(f'{metric.prefix}/{name}') is (fitting == {'higher'})
            assert is_higher_better(f'last10/a/b/{name}') is (fitting == {'higher'})
        for stated in metric.score_directions:
            assert any(fits(stated, name) for name in found), f'{stated} is never given'
        seen |= found
    for stated in cls.score_directions:
        assert any(fits(stated, name) for name in seen), f'{stated} is never given'


def test_no_two_metrics_disagree():
    words = {}
    for scores in stated_scores().values():
        for name, word in scores.items():
            assert words.setdefault(name, word) == word, name


@pytest.mark.parametrize('cls', OURS, ids=lambda cls: cls.__name__)
def test_mmengine_guesses_what_is_stated(cls):
    for name, word in cls.score_directions.items():
        key = f'{cls.default_prefix or "tag"}/{name.replace("<n>", "20")}'
        rule = {'higher': 'greater', 'lower': 'less'}[word]
        assert CheckpointHook(save_best=key).rules == [rule], key
        assert EarlyStoppingHook(monitor=key).rule == rule, key


def test_the_documented_table_is_what_is_stated(repo_root):
    """docs/metrics.md: the column "better" of each key in backticks."""
    rows = 0
    for line in (repo_root / 'docs/metrics.md').read_text().splitlines():
        cells = [cell.strip() for cell in line.replace('\\|', '').strip('|').split('|')]
        if len(cells) != 5 or cells[4] not in ('higher', 'lower'):
            continue
        for key in cells[1].replace('…', '').split(','):
            name = key.strip(' `').partition('` (')[0]
            if not name or '`' in name:
                continue
            stated = [scores[one.pattern] for scores in stated_scores().values()
                      for one in readings(name.replace('<k>', '5'), scores) if not one.prefix]
            assert set(stated) == {cells[4]}, name
            rows += 1
    assert rows > 20
