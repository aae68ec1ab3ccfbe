"""Numbers of a comparison: means and deviations over seeds, Δm, time and memory."""

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mmmtl.evaluation.directions import (
    check_directions,
    is_higher_better,
    is_of_one_part,
    score_of,
    task_of,
)
from mmmtl.evaluation.functional.delta_m import compute_delta_m

from .cost import is_equal, notes_of, relative, seconds_of, was_beside_others
from .plan import METHOD, RESULTS, SINGLE, Run, Variant

SINGLES = 'single task'
#: scores that are shown and counted unless others are asked for, a few for each task
USUAL = ('mIoU', 'mae', 'rmse', 'abs_rel', 'epe', 'mean', 'median', 'within_11.25', 'AP', 'PQ')


@dataclass(frozen=True)
class Spread:
    """Mean and sample deviation (n − 1) over seeds.

    The deviation of one number is NaN. Both are NaN where one of the numbers is NaN or infinite.
    """

    mean: float
    deviation: float
    number: int

    @classmethod
    def of(cls, values: Sequence[float | None]) -> 'Spread | None':
        """Of the values that there are, or ``None`` without any."""
        found = [value for value in values if value is not None]
        if not found:
            return None
        if not all(map(math.isfinite, found)):  # statistics.stdev breaks off
            return cls(math.nan, math.nan, len(found))
        deviation = statistics.stdev(found) if len(found) > 1 else math.nan
        return cls(statistics.fmean(found), deviation, len(found))


@dataclass
class Row:
    """One variant over its seeds.

    Attributes:
        name: of the row; the single-task baselines share one.
        kind: ``'single'``, ``'method'`` or ``'grid'``.
        seeds: that are finished.
        scores: by key.
        over_tasks: Δm, mean over tasks, higher is better, percent.
        over_metrics: Δm, mean over metrics, lower is better, percent.
        seconds: per step; the sum over the networks of the baseline.
        peak_bytes: of a step; the largest of the networks of the baseline.
        relative_seconds, relative_bytes: to equal weights, over the seeds that both have.
        weights: of a point of the grid, or at the end of training.
        options: of a gradient method, where they are not the default; see :class:`Variant`.
    """

    name: str
    kind: str
    seeds: list[int]
    scores: dict[str, Spread]
    over_tasks: Spread | None = None
    over_metrics: Spread | None = None
    seconds: Spread | None = None
    peak_bytes: Spread | None = None
    relative_seconds: float | None = None
    relative_bytes: float | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Summary:
    """The comparison: its rows, the scores that it shows, and the baseline of Δm.

    Attributes:
        rows: baselines first.
        metrics: keys that are shown.
        counted: keys among these that Δm is made of.
        baseline: means of the single-task runs, by key; all keys with a known direction.
        directions: what the user said of unknown scores.
        cost_notes: what a reader of time and memory must know.
        unknown: keys that are left out because nobody says whether more is better.
    """

    rows: list[Row]
    metrics: list[str]
    counted: list[str]
    baseline: dict[str, float]
    directions: dict[str, str]
    cost_notes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def summarise(runs: Sequence[Run], metrics: Sequence[str] | None = None,
              baseline: Mapping[str, float] | None = None,
              directions: Mapping[str, str] | None = None) -> Summary:
    """Read the results of finished runs.

    Args:
        runs: those without results are left out.
        metrics: keys to show and to count in Δm; by default those of :data:`USUAL`, or all that
            have a known direction of a task that has none of these.
        baseline: scores of single-task models, in place of the runs' own.
        directions: ``'higher'`` or ``'lower'`` for scores with unknown names.

    Raises:
        ValueError: no run is finished, or a direction is neither higher nor lower.
        KeyError: a metric that no run has, or whose direction is not known.
    """
    directions = dict(directions or {})
    check_directions(directions)
    found = _read(runs)
    keys = _keys(found, 'scores')
    shown = _choose(keys, metrics, directions)
    singles = _singles(found)
    baseline = dict(_means(singles, keys, directions) if baseline is None else baseline)
    counted = [key for key in shown if baseline.get(key) and math.isfinite(baseline[key])]
    base = {key: baseline[key] for key in counted}

    rows = [(_row(SINGLES, SINGLE, singles, shown, base, directions), singles)] if singles else []
    for variant, results in _by_variant(found).items():
        row = _row(variant.name, variant.kind, results, shown, base, directions)
        rows.append((replace(row, weights=variant.weights or _last_weights(results),
                             options=variant.options), results))
    equal = _equal(rows)
    return Summary([_beside_equal(row, results, equal) for row, results in rows], shown, counted,
                   baseline, directions, notes_of(list(found.values()), equal is not None),
                   [key for key in keys if not _has_direction(key, directions)])


def _read(runs: Sequence[Run]) -> dict[Run, Mapping[str, Any]]:
    """Results of the finished runs."""
    found = {run: json.loads((run.folder / RESULTS).read_text()) for run in runs if run.finished}
    if not found:
        raise ValueError(f'none of {len(runs)} runs is finished: there is nothing to compare')
    return found


def _means(singles: Mapping[int, Mapping[str, Any]], keys: Sequence[str],
           directions: Mapping[str, str]) -> dict[str, float]:
    """The baseline of Δm: means over seeds of all scores whose direction is known."""
    known = [key for key in keys if _has_direction(key, directions)]
    return {key: spread.mean for key, spread in _spreads(singles, known).items()}


def _by_variant(found: Mapping[Run, Mapping[str, Any]]
                ) -> dict[Variant, dict[int, Mapping[str, Any]]]:
    """Results by seed of each variant, single tasks left out."""
    grouped: dict[Variant, dict[int, Mapping[str, Any]]] = {}
    for run, result in found.items():
        if run.variant.kind != SINGLE:
            grouped.setdefault(run.variant, {})[run.seed] = result
    return grouped


def _last_weights(results: Mapping[int, Mapping[str, Any]]) -> dict[str, float]:
    """Weights at the end of training, means over seeds."""
    return {task: spread.mean
            for task, spread in _spreads(results, _keys(results, 'weights'), 'weights').items()}


def _equal(rows: Sequence[tuple[Row, Mapping[int, Mapping[str, Any]]]]
           ) -> Mapping[int, Mapping[str, Any]] | None:
    """Results of equal weights, if they are a row."""
    return next((results for row, results in rows
                 if row.kind == METHOD and is_equal(row.name)), None)


def _beside_equal(row: Row, results: Mapping[int, Mapping[str, Any]],
                  equal: Mapping[int, Mapping[str, Any]] | None) -> Row:
    """The row with its cost relative to equal weights, if these were run."""
    if not equal:
        return row
    return replace(row, relative_seconds=relative(results, equal, 'seconds_per_step'),
                   relative_bytes=relative(results, equal, 'peak_bytes'))


def _singles(found: Mapping[Run, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """The networks of one seed as one result: all scores, the sum of times, the largest memory."""
    by_seed: dict[int, list[Mapping[str, Any]]] = {}
    for run, result in found.items():
        if run.variant.kind == SINGLE:
            by_seed.setdefault(run.seed, []).append(result)
    number = max(map(len, by_seed.values()), default=0)
    merged: dict[int, dict[str, Any]] = {}
    for seed, results in by_seed.items():
        one = merged[seed] = dict(scores={}, weights={})
        for result in results:
            one['scores'].update(result['scores'])
        for key, join in (('seconds_per_step', sum), ('peak_bytes', max)):
            values = [result.get(key) for result in results]
            whole = len(results) == number and None not in values
            one[key] = join(values) if whole else None
        one['jobs'] = 2 if any(map(was_beside_others, results)) else 1
    return merged


def _row(name: str, kind: str, results: Mapping[int, Mapping[str, Any]], shown: Sequence[str],
         base: Mapping[str, float], directions: Mapping[str, str]) -> Row:
    keys = [*shown, *(key for key in _keys(results, 'scores') if key not in shown)]
    gains = [compute_delta_m(result['scores'], base, directions) for result in results.values()
             if base and base.keys() <= result['scores'].keys()]
    return Row(
        name, kind, sorted(results), _spreads(results, keys),
        over_tasks=Spread.of([gain.over_tasks for gain in gains]),
        over_metrics=Spread.of([gain.over_metrics for gain in gains]),
        seconds=Spread.of([seconds_of(result) for result in results.values()]),
        peak_bytes=Spread.of([result.get('peak_bytes') for result in results.values()]))


def _spreads(results: Mapping[int, Mapping[str, Any]], keys: Sequence[str],
             field_name: str = 'scores') -> dict[str, Spread]:
    """Spreads over seeds by key; those that no seed has are left out."""
    spreads = {key: Spread.of([result[field_name].get(key) for result in results.values()])
               for key in keys}
    return {key: spread for key, spread in spreads.items() if spread is not None}


def _choose(keys: Sequence[str], metrics: Sequence[str] | None,
            directions: Mapping[str, str]) -> list[str]:
    if metrics is None:
        known = [key for key in keys
                 if not is_of_one_part(key) and _has_direction(key, directions)]
        usual = [key for key in known if score_of(key) in USUAL]
        served = {task_of(key) for key in usual}
        return [key for key in known if key in usual or task_of(key) not in served]
    strange = [key for key in metrics if key not in keys]
    if strange:
        raise KeyError(f'--metrics names {strange}, but the runs have {sorted(keys)}')
    for key in metrics:
        is_higher_better(key, directions)
    return list(metrics)


def _has_direction(key: str, directions: Mapping[str, str]) -> bool:
    try:
        is_higher_better(key, directions)
    except KeyError:
        return False
    return True


def _keys(results: Mapping[Any, Mapping[str, Any]], field_name: str) -> list[str]:
    return list(dict.fromkeys(key for result in results.values() for key in result[field_name]))
