"""Wrong words of the command line that only the table would notice, found before the first run."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.evaluator import BaseMetric

from mmmtl.evaluation import DepthMetric, InstanceVectorMetric
from mmmtl.evaluation.functional.delta_m import (
    check_directions,
    is_higher_better,
    score_of,
    task_of,
)
from mmmtl.registry import METRICS

from .methods import plain_name
from .plan import METHOD, Variant, read_runs


def check_report(cfg: Config, variants: Iterable[Variant], work_dir: Path, *,
                 metrics: Sequence[str] | None = None,
                 baseline: Mapping[str, float] | None = None,
                 directions: Mapping[str, str] | None = None,
                 grid_lines: Sequence[str] | None = None) -> None:
    """Check what a table will be asked for against what the runs will have.

    Names of scores are known of depth and of vectors, of other metrics nothing but their prefix.

    Args:
        cfg: of the comparison; the metrics of its ``val_evaluator`` are built.
        variants: that will be trained.
        work_dir: whose runs may be drawn too.
        metrics, baseline, directions, grid_lines: the command line's.

    Raises:
        KeyError: no metric of the config, or no method, has such a name.
        ValueError: a direction is neither higher nor lower, or no score of the baseline counts.
    """
    directions = dict(directions or {})
    check_directions(directions)
    built = list(_metrics(cfg.val_evaluator))
    for key in metrics or ():
        is_higher_better(key, directions)
        _check_key('--metrics', key, built)
    for key in directions:
        if '/' in key:
            _check_key('--directions', key, built)
    if baseline is not None and not any(_may_give(metric, key)
                                        for key in baseline for metric in built):
        raise ValueError(f'--baseline has scores of {list(baseline)}, none of which is a score of '
                         f'the config, {_prefixes(built)}')
    known = [variant.name for variant in variants if variant.kind == METHOD]
    if any(work_dir.glob('*/variant.json')):
        known += [run.variant.name for run in read_runs(work_dir) if run.variant.kind == METHOD]
    strange = [name for name in grid_lines or ()
               if plain_name(name) not in map(plain_name, known)]
    if strange:
        raise KeyError(f'--grid-lines names {strange}, but the methods are '
                       f'{list(dict.fromkeys(known))}')


def _check_key(option: str, key: str, built: Sequence[BaseMetric]) -> None:
    if not any(_may_give(metric, key) for metric in built):
        own = [metric for metric in built if metric.prefix == task_of(key)]
        names = sorted({name for metric in own for name in _scores(metric) or ()})
        there = f'which gives {names}' if names else f'but the metrics give {_prefixes(built)}'
        raise KeyError(f'{option} names {key!r}, {there} (val_evaluator of the config)')


def _may_give(metric: BaseMetric, key: str) -> bool:
    if not metric.prefix:  # its keys may have any form
        return True
    names = _scores(metric)
    return metric.prefix == task_of(key) and (names is None or score_of(key) in names)


def _scores(metric: BaseMetric) -> set[str] | None:
    """Names of the scores, where they do not depend on data; else ``None``."""
    if type(metric) not in (DepthMetric, InstanceVectorMetric) or getattr(
            metric, 'per_batch', False):
        return None
    return set(metric.compute((0.0, ) * len(metric.sum_names)))


def _prefixes(built: Sequence[BaseMetric]) -> list[str]:
    return sorted({f'{metric.prefix}/…' for metric in built})


def _metrics(evaluator: Any) -> Iterable[BaseMetric]:
    """All metrics, those within a ``DeltaM`` or a custom evaluator too, and ``DeltaM`` itself."""
    if not isinstance(evaluator, Mapping):
        for entry in evaluator or ():
            yield from _metrics(entry)
    elif 'metrics' in evaluator:
        yield from _metrics(evaluator['metrics'])
    else:
        yield METRICS.build(copy.deepcopy(evaluator))
        yield from _metrics(evaluator.get('task_metrics'))
