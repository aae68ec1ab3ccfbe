"""Wrong words of the command line that only the table would notice, found before the first run."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.evaluator import BaseMetric

from mmmtl.evaluation.directions import check_directions, is_higher_better, task_of
from mmmtl.evaluation.given_scores import may_give
from mmmtl.registry import METRICS

from .methods import plain_name
from .plan import METHOD, Variant, read_runs


def check_report(cfg: Config, variants: Iterable[Variant], work_dir: Path, *,
                 metrics: Sequence[str] | None = None,
                 baseline: Mapping[str, float] | None = None,
                 directions: Mapping[str, str] | None = None,
                 grid_lines: Sequence[str] | None = None) -> None:
    """Check what a table will be asked for against what the runs will have.

    Of metrics that do not state their scores nothing but their prefix is known.

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
    if baseline is not None:
        _check_baseline(baseline, built)
    drawn = [run.variant for run in read_runs(work_dir)] if any(
        work_dir.glob('*/variant.json')) else []
    _check_lines(grid_lines or (), [*variants, *drawn])


def _check_baseline(baseline: Mapping[str, float], built: Sequence[BaseMetric]) -> None:
    if not any(may_give(metric, key) for key in baseline for metric in built):
        raise ValueError(f'--baseline has scores of {list(baseline)}, none of which is a score of '
                         f'the config, {_prefixes(built)}')


def _check_lines(names: Sequence[str], variants: Iterable[Variant]) -> None:
    known = list(dict.fromkeys(one.name for one in variants if one.kind == METHOD))
    plain = {plain_name(name) for name in known}
    strange = [name for name in names if plain_name(name) not in plain]
    if strange:
        raise KeyError(f'--grid-lines names {strange}, but the methods are {known}')


def _check_key(option: str, key: str, built: Sequence[BaseMetric]) -> None:
    if not any(may_give(metric, key) for metric in built):
        own = [metric for metric in built if metric.prefix == task_of(key)]
        names = sorted({name for metric in own for name in getattr(metric, 'score_directions', ())})
        there = f'which gives {names}' if names else f'but the metrics give {_prefixes(built)}'
        raise KeyError(f'{option} names {key!r}, {there} (val_evaluator of the config)')


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
