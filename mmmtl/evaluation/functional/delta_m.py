"""Δm: what several tasks in one network gain over a network for each."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..directions import is_higher_better, task_of


class MultiTaskGain(NamedTuple):
    """Both conventions, in percent.

    Attributes:
        over_tasks: mean over tasks of the mean gain of a task's scores; **higher is better**
            (Vandenhende et al., TPAMI 2021; LibMTL).
        over_metrics: minus the mean gain over all scores; **lower is better** (Nash-MTL, FAMO).
        gains: mean gain by task; higher is better.
    """

    over_tasks: float
    over_metrics: float
    gains: dict[str, float]


def compute_delta_m(scores: Mapping[str, float],
                    baseline: Mapping[str, float],
                    directions: Mapping[str, str] | None = None) -> MultiTaskGain:
    """Compare scores with those of single-task models.

    The gain of score k is ``100 · s_k (M_k − B_k) / B_k``, with M the model's, B the baseline's,
    and s = 1 where higher is better, −1 where lower is. A score with several numbers per task
    (RMSE and abs-rel of depth) weighs once per number in ``over_metrics`` and once per task in
    ``over_tasks``: with T tasks of as many scores each, ``over_metrics = −over_tasks``.

    Args:
        scores: of the model, by ``<task>/<score>``; what the baseline has not is not looked at.
        baseline: of the single-task models. Its keys choose what counts.
        directions: ``'higher'`` or ``'lower'`` for keys of which no metric states it
            (:func:`~mmmtl.evaluation.directions.is_higher_better`).

    Returns:
        NaN where a score is NaN.

    Raises:
        KeyError: a key of the baseline is not among the scores, or has no known direction.
        ValueError: the baseline is empty, or one of its numbers is zero or not finite.
    """
    check_baseline(baseline, directions)
    missing = [key for key in baseline if key not in scores]
    if missing:
        raise KeyError(f'the baseline has {missing}, but no metric gives these scores; there are '
                       f'{sorted(scores)}. Take the keys out of the baseline, or add the metrics')
    gains: dict[str, list[float]] = {}
    for key, base in baseline.items():
        sign = 1 if is_higher_better(key, directions) else -1
        gains.setdefault(task_of(key), []).append(100 * sign * (scores[key] - base) / base)
    by_task = {task: sum(values) / len(values) for task, values in gains.items()}
    flat = [value for values in gains.values() for value in values]
    return MultiTaskGain(sum(by_task.values()) / len(by_task), -sum(flat) / len(flat), by_task)


def check_baseline(baseline: Mapping[str, float],
                   directions: Mapping[str, str] | None = None) -> None:
    """Refuse a baseline that nothing can be divided by; see :func:`compute_delta_m`."""
    if not baseline:
        raise ValueError('the baseline has no scores; it maps <task>/<score> to a number')
    for key, value in baseline.items():
        _check_number(key, value)
        if value == 0 or not math.isfinite(value):
            raise ValueError(f'baseline of {key} is {value}: a change relative to it means '
                             'nothing. Take the key out of the baseline')
        is_higher_better(key, directions)


def read_baseline(path: str | Path) -> dict[str, float]:
    """Read ``{'<task>/<score>': number}``, which may be the value of a key ``scores``.

    Raises:
        FileNotFoundError: no such file.
        ValueError: it is no json file, no such mapping, or has something else than numbers.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f'baseline {path} does not exist (from {Path.cwd()}); tools/compare_weightings.py '
            'writes one, or write {"<task>/<score>": number} by hand')
    try:
        found = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f'baseline {path} is no json file: {error}') from error
    if isinstance(found, dict) and isinstance(found.get('scores'), dict):
        found = found['scores']
    if not isinstance(found, dict):
        raise ValueError(f'baseline {path} holds a {type(found).__name__}; it must be '
                         '{"<task>/<score>": number}')
    for key, value in found.items():
        _check_number(key, value)
    return found


def _check_number(key: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f'baseline of {key} is {value!r}, which is not a number')
