"""Which parameters the tasks share."""

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase

import torch
from torch import Tensor, nn


def match(names: Sequence[str], patterns: Sequence[str], option: str) -> list[int]:
    """Positions of the names that a pattern matches.

    Args:
        names: of parameters.
        patterns: shell patterns, or prefixes: ``'backbone'`` is ``'backbone.*'``.
        option: of the config, for the error.

    Raises:
        ValueError: if a pattern matches none.
    """
    found: set[int] = set()
    for pattern in patterns:
        hits = [i for i, name in enumerate(names)
                if fnmatchcase(name, pattern) or name.startswith(pattern.rstrip('.') + '.')]
        if not hits:
            parts = sorted({'.'.join(name.split('.')[:2]) for name in names})
            raise ValueError(f'{option}: no trainable parameter is called like {pattern!r}; their '
                             f'names begin with {parts}')
        found.update(hits)
    return sorted(found)


def is_weight(name: str, parameter: Tensor) -> bool:
    """Whether a parameter is the weight of a layer that multiplies by a matrix.

    Biases are not, nor what normalisations and the like scale each channel by.
    """
    return parameter.ndim >= 2 and 'bias' not in name.rpartition('.')[2]


def weights_of(names: Sequence[str], parameters: Sequence[Tensor], chosen: Sequence[int],
               kept: Sequence[str] = ()) -> list[int]:
    """The weights among some parameters: the paper's W of a layer in GradNorm.

    Args:
        names: of all parameters.
        parameters: in the same order.
        chosen: positions of a layer's parameters, at least one.
        kept: names that were given in full, which stay.

    Returns:
        Positions. In a layer without matrices all but its biases, and in one of biases these.
    """
    for wanted in (lambda i: is_weight(names[i], parameters[i]),
                   lambda i: 'bias' not in names[i].rpartition('.')[2], lambda i: True):
        found = [i for i in chosen if wanted(i)]
        if found:
            return [i for i in chosen if i in found or names[i] in kept]
    return []


class Layout:
    """Trainable parameters, sorted by the tasks that reach them.

    Args:
        names: of the parameters.
        parameters: in the same order.
        reach: (T, N) bool, whether a task's loss reaches a parameter.
        tasks: names of the tasks.
        patterns: names of what is to be balanced, instead of what two or more tasks reach.
        never: parameters that are not balanced, whoever reaches them (a loss weighting's).

    Attributes:
        shared: positions of the balanced parameters.
        size: P, how many numbers they are.
        reached: positions that any task's loss reaches.

    Raises:
        ValueError: if nothing is shared.
    """

    def __init__(self, names: Sequence[str], parameters: Sequence[nn.Parameter], reach: Tensor,
                 tasks: Sequence[str], patterns: Sequence[str] | None = None,
                 never: Sequence[nn.Parameter] = ()) -> None:
        self.names, self.parameters, self.reach, self.tasks = names, parameters, reach, tasks
        if patterns:
            self.shared = match(names, patterns, 'shared')
        else:
            apart = {id(p) for p in never}
            self.shared = [i for i in torch.nonzero(reach.sum(dim=0) >= 2).flatten().tolist()
                           if id(parameters[i]) not in apart]
        self._is_shared = set(self.shared)
        self.reached = set(torch.nonzero(reach.any(dim=0)).flatten().tolist())
        self._reaches = [set(torch.nonzero(row).flatten().tolist()) for row in reach]
        self._specific = [sorted(own - self._is_shared) for own in self._reaches]
        self.sizes = [parameters[i].numel() for i in self.shared]
        self.size = sum(self.sizes)
        if not self.shared:
            counts = dict(zip(tasks, reach.sum(dim=1).tolist(), strict=True))
            raise ValueError('no parameter is reached by two or more task losses, so there is '
                             f'nothing to balance (trainable parameters per task: {counts}). Is '
                             'the shared part frozen? Use an OptimWrapper without balancer')

    def specific(self, task: int) -> list[int]:
        """Positions of the parameters that a task reaches and that are not balanced."""
        return self._specific[task]

    def reaches(self, task: int, position: int) -> bool:
        """Whether a task reaches a parameter, as far as known."""
        return position in self._reaches[task]

    def describe(self) -> str:
        """For the log: what is shared, and how much belongs to each task."""
        lines = [f'{len(self.shared)} parameter tensors ({self.size:,} numbers) are shared: '
                 + summary(self.names, self.shared)]
        for task, name in enumerate(self.tasks):
            own = self.specific(task)
            lines.append(f'  {name} alone: {summary(self.names, own) if own else "none"}')
        unreached = [i for i in range(len(self.names)) if i not in self.reached]
        if unreached:
            lines.append(f'  reached by no task: {summary(self.names, unreached)}')
        return '\n'.join(lines)


def summary(names: Sequence[str], chosen: Sequence[int]) -> str:
    """Modules that were chosen as a whole by their name, others with their count."""
    def module(name: str, depth: int) -> str:
        return '.'.join(name.split('.')[:-1][:depth])

    texts = []
    rest = list(chosen)
    for depth in (1, 2, 3):
        total = Counter(module(name, depth) for name in names)
        here = Counter(module(names[i], depth) for i in rest)
        whole = {part for part, count in here.items() if part and count == total[part]}
        texts += [f'{part}.* ({here[part]})' for part in sorted(whole)]
        rest = [i for i in rest if module(names[i], depth) not in whole]
    parts = Counter(module(names[i], 2) for i in rest)
    texts += [f'part of {part}.* ({count})' if part else names[rest[0]]
              for part, count in sorted(parts.items())]
    return ', '.join(texts)
