"""Fixed weights to compare learned ones with (Kendall et al., Figure 2 and Table 1)."""

import itertools
import math
from collections.abc import Mapping, Sequence

from .methods import Method

#: the word for the paper's own weights
KENDALL = 'kendall'
#: Figure 2: weights of the first task, the second has the rest to 1. Its ends, 1 and 0, are the
#: single tasks.
CLASSES_AND_DEPTH = (0.975, 0.95, 0.9, 0.85, 0.8, 0.7, 0.5, 0.2, 0.1)
INSTANCES_AND_DEPTH = (0.75, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.025)
#: Table 1, for the tasks in this order: unweighted, and the best that the authors found by hand
TASKS_OF_TABLE_1 = ('semantic', 'instance', 'depth')
TABLE_1 = ((0.333, 0.333, 0.333), (0.89, 0.01, 0.1))
_DIGITS = 6  # of 1 - 0.9


def kendall_weights(kinds: Mapping[str, str]) -> list[dict[str, float]]:
    """Weights of Kendall, Gal, Cipolla (CVPR 2018): Figure 2 for two tasks, Table 1 for three.

    Two tasks of which one is a classification have those of Figure 2(a), its weights being the
    classification's; any other two have those of Figure 2(b), which are the weights of the task
    beside ``depth`` or, without a task of this name, of the first. Three tasks that are not called
    as the paper's take Table 1 in the order of the config.

    Args:
        kinds: ``'classification'`` or ``'regression'`` by task.

    Raises:
        ValueError: the paper has no weights for so many tasks.
    """
    tasks = list(kinds)
    if len(tasks) == 3:
        order = TASKS_OF_TABLE_1 if set(tasks) == set(TASKS_OF_TABLE_1) else tasks
        found = [dict(zip(order, values, strict=True)) for values in TABLE_1]
        return [{task: weights[task] for task in tasks} for weights in found]
    if len(tasks) != 2:
        raise ValueError(f'--grid {KENDALL}: the paper has weights for two tasks (Figure 2) and '
                         f'for three (Table 1), but the config has {len(tasks)}, {tasks}; name '
                         'them, --grid TASK=W,W,...')
    classes = [task for task in tasks if kinds[task] == 'classification']
    if len(classes) == 1:
        return grid_weights({classes[0]: CLASSES_AND_DEPTH}, tasks)
    first = next((task for task in tasks if task != 'depth'), tasks[0])
    return grid_weights({first: INSTANCES_AND_DEPTH}, tasks)


def grid_weights(grid: Mapping[str, Sequence[float]], tasks: Sequence[str]
                 ) -> list[dict[str, float]]:
    """Weights of all tasks, from the values of some.

    Every combination of the values is taken. Tasks that are not named share the rest to 1
    equally, as in the paper's figures (``semantic`` 0.9 leaves 0.1 for ``depth``); combinations
    that leave less than nothing are left out. If all tasks are named, the weights are taken as
    they are.

    Raises:
        KeyError: a task is not of the config.
        ValueError: a weight is negative or not finite, or no combination is left.
    """
    _check_grid(grid, tasks)
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


def _check_grid(grid: Mapping[str, Sequence[float]], tasks: Sequence[str]) -> None:
    strange = [task for task in grid if task not in tasks]
    if strange:
        raise KeyError(f'--grid names {strange}, but the tasks are {list(tasks)}')
    wrong = {task: list(values) for task, values in grid.items()
             if not all(math.isfinite(value) and value >= 0 for value in values)}
    if wrong:
        raise ValueError(f'--grid: weights must be finite and must not be negative: {wrong}')


def fixed_method(weights: Mapping[str, float]) -> Method:
    """The method of these fixed weights."""
    name = 'fixed_' + '_'.join(f'{task}={weight:g}' for task, weight in weights.items())
    return Method(name, dict(type='mmmtl.FixedWeighting', weights=dict(weights)))
