"""What a run's log says of its tasks: mmengine's ``scalars.json`` as one series per key."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

#: prefixes of keys with one number per task; see ``docs/comparing.md``
PER_TASK = ('raw', 'weight', 'log_var', 'grad_norm', 'balance')
COSINE = 'grad_cos'


@dataclass
class Series:
    """Numbers over the steps of training, in their order."""

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass
class BalancingLog:
    """The log of one run.

    Attributes:
        name: of the run.
        tasks: in the order of the log.
        series: by kind (``'raw'``, ``'weight'``, …, ``'grad_cos'``), then by task or ``'a-b'``.
    """

    name: str
    tasks: list[str]
    series: dict[str, dict[str, Series]]


def read_log(run: str | Path) -> BalancingLog:
    """Read a work directory, one of its time-stamped folders, or a ``scalars.json``.

    A run that was resumed has several files: they are put together, and steps that were repeated
    count as the later file has them. Numbers that are not finite are left out.

    Raises:
        FileNotFoundError: there is no log.
        ValueError: it has no task's loss (``raw/<task>``).
    """
    run = Path(run)
    files = [run] if run.is_file() else sorted(
        {*run.glob('scalars.json'), *run.glob('vis_data/scalars.json'),
         *run.glob('*/vis_data/scalars.json')}, key=lambda path: path.parent.parent.name)
    if not files:
        raise FileNotFoundError(
            f'{run} has no log: no vis_data/scalars.json in it or in its folders. Give a work '
            "directory of tools/train.py; its config needs vis_backends=[dict(type="
            "'LocalVisBackend')]")
    lines: dict[int, dict[str, float]] = {}
    for file in files:
        found = _read(file)
        first = min(found, default=0)
        lines = {step: line for step, line in lines.items() if step < first} | found
    series: dict[str, dict[str, Series]] = {}
    for step, line in sorted(lines.items()):
        for key, value in line.items():
            kind, slash, name = key.partition('/')
            if slash and kind in (*PER_TASK, COSINE) and math.isfinite(value):
                one = series.setdefault(kind, {}).setdefault(name, Series())
                one.steps.append(step)
                one.values.append(value)
    raw = series.get('raw', {})
    series['raw'] = {name: one for name, one in raw.items() if '.' not in name}  # no parts
    if not series['raw']:
        raise ValueError(f"{files[0]} has no loss of a task (raw/<task>): is it the log of a "
                         'MultiTaskSegmentor in training?')
    return BalancingLog(run.name, list(series['raw']), series)


def effective_weights(log: BalancingLog) -> dict[str, Series]:
    """Weight of each task: the loss weight times the gradient weight, where there is one."""
    given, balance = log.series.get('weight', {}), log.series.get('balance', {})
    found = {}
    for task in log.tasks:
        if task not in balance:
            if task in given and not balance:
                found[task] = given[task]
            continue
        factors = dict(zip(given[task].steps, given[task].values, strict=True)) if (
            task in given) else {}
        one = balance[task]
        found[task] = Series(list(one.steps), [
            value * factors.get(step, 1.0)
            for step, value in zip(one.steps, one.values, strict=True)])
    return found


def smooth(values: Sequence[float], share: float = 1 / 15) -> list[float]:
    """Centred moving average over this share of the points; shorter towards both ends."""
    found = []
    for i in range(len(values)):
        half = min(int(len(values) * share / 2), i, len(values) - 1 - i)
        part = values[i - half:i + half + 1]
        found.append(sum(part) / len(part))
    return found


def short_names(paths: Sequence[str | Path]) -> list[str]:
    """The last parts of paths, as many as tell them apart."""
    parts = [Path(path).resolve().parts for path in paths]
    for number in range(1, max(map(len, parts)) + 1):
        names = ['/'.join(one[-number:]) for one in parts]
        if all(a != b for a, b in pairwise(sorted(names))):
            return names
    return names


def _read(file: Path) -> dict[int, dict[str, float]]:
    lines: dict[int, dict[str, float]] = {}
    for text in file.read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue  # cut off by a kill
        if isinstance(line, dict) and 'step' in line and any(
                key.startswith('raw/') for key in line):
            lines[int(line['step'])] = {
                key: float(value) for key, value in line.items()
                if isinstance(value, int | float)}
    return lines
