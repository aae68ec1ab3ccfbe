"""Time and memory of runs, relative to equal weights seed by seed."""

from collections.abc import Mapping, Sequence
from typing import Any

from .methods import plain_name

Results = Mapping[int, Mapping[str, Any]]  # of one row, by seed


def seconds_of(result: Mapping[str, Any]) -> float | None:
    """Seconds of a step, unless other runs ran beside this one (``jobs``)."""
    return None if was_beside_others(result) else result.get('seconds_per_step')


def was_beside_others(result: Mapping[str, Any]) -> bool:
    """Whether a run says so; those of older versions say nothing."""
    return (result.get('jobs') or 1) > 1


def is_equal(name: str) -> bool:
    """Whether a row is that of equal weights, however the command line spelled it."""
    return plain_name(name) == 'equal'


def relative(results: Results, to: Results, key: str) -> float | None:
    """A cost as a multiple of another row's, over the seeds that both have.

    Args:
        results: of a row.
        to: of the row that is 1.
        key: ``'seconds_per_step'`` or ``'peak_bytes'``.

    Returns:
        The ratio of the sums over the common seeds, or ``None`` without any.
    """
    pairs = [(_cost(results[seed], key), _cost(to[seed], key)) for seed in results if seed in to]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if not known:
        return None
    return sum(one for one, _ in known) / sum(other for _, other in known)


def notes_of(runs: Sequence[Mapping[str, Any]], has_equal: bool) -> list[str]:
    """What a reader of time and memory must know.

    Args:
        runs: results of all runs.
        has_equal: whether a run of equal weights is among them.
    """
    notes = []
    if not has_equal:
        notes.append('No time and no memory: they are relative to equal weights, and no run of '
                     'the method equal is finished.')
        return notes
    beside = sum(was_beside_others(run) for run in runs)
    timed = [run for run in runs if run.get('seconds_per_step') is not None]
    silent = sum('jobs' not in run for run in timed)
    if beside:
        notes.append(f'{beside} of {len(runs)} runs ran beside others (--jobs): their times are '
                     'left out.')
    if silent:
        notes.append(f'{silent} of {len(runs)} runs do not say whether others ran beside them (an '
                     'older version made them): if so, their times mean nothing.')
    return notes


def _cost(result: Mapping[str, Any], key: str) -> float | None:
    return seconds_of(result) if key == 'seconds_per_step' else result.get(key)
