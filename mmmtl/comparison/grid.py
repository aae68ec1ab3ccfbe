"""Fixed weights to compare learned ones with (Kendall et al., Figure 2 and Table 1)."""

import itertools
from collections.abc import Mapping, Sequence

from .methods import Method

_DIGITS = 6  # of 1 - 0.9


def grid_weights(grid: Mapping[str, Sequence[float]], tasks: Sequence[str]
                 ) -> list[dict[str, float]]:
    """Weights of all tasks, from the values of some.

    Every combination of the values is taken. Tasks that are not named share the rest to 1
    equally, as in the paper's figures (``semantic`` 0.9 leaves 0.1 for ``depth``); combinations
    that leave less than nothing are left out. If all tasks are named, the weights are taken as
    they are.

    Raises:
        KeyError: a task is not of the config.
        ValueError: a weight is negative, or no combination is left.
    """
    strange = [task for task in grid if task not in tasks]
    if strange:
        raise KeyError(f'--grid names {strange}, but the tasks are {list(tasks)}')
    negative = {task: values for task, values in grid.items() if min(values) < 0}
    if negative:
        raise ValueError(f'--grid: weights must not be negative: {negative}')
    rest = [task for task in tasks if task not in grid]
    found = []
    for values in itertools.product(*grid.values()):
        left = round(1 - sum(values), _DIGITS)
        if rest and left < 0:
            continue
        weights = dict(zip(grid, values, strict=True))
        weights.update({task: round(left / len(rest), _DIGITS) for task in rest})
        found.append({task: weights[task] for task in tasks})
    if not found:
        raise ValueError(f'--grid: every combination leaves less than 0 for {rest}')
    return found


def fixed_method(weights: Mapping[str, float]) -> Method:
    """The method of these fixed weights."""
    name = 'fixed_' + '_'.join(f'{task}={weight:g}' for task, weight in weights.items())
    return Method(name, dict(type='mmmtl.FixedWeighting', weights=dict(weights)))
