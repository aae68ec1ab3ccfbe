"""Means over the valid pixels of all ranks together, instead of means of the ranks' means."""

from collections.abc import Mapping, Sequence

import torch
from mmengine.dist import all_reduce, is_distributed
from mmseg.structures import SegDataSample
from torch import Tensor

from ..losses.pixel_mean import PixelMean
from ..tasks import Task

NORMALISE = ('rank', 'world')


class WorldCounts:
    """How many values each task's loss is a mean over, on this rank.

    A rank's mean times its count, over the mean of all ranks' counts, averages over the ranks to
    the mean over all values, which does not depend on how frames fall on ranks.

    Args:
        tasks: by name.

    Raises:
        ValueError: if it is not known what a loss divides by, or if a task's losses divide by
            different numbers.
    """

    def __init__(self, tasks: Mapping[str, Task]) -> None:
        self._pixel_means: dict[str, PixelMean] = {}
        #: tasks whose loss talks to all ranks (the largest residual, for berHu)
        self.collective: set[str] = set()
        for name, task in tasks.items():
            try:
                self._learn(task)
            except ValueError as error:
                raise ValueError(
                    f"normalise='world': task {name!r}: {error}. Use normalise='rank', or losses "
                    'of which it is known (mmmtl.PixelCrossEntropyLoss, mmseg.CrossEntropyLoss '
                    'without class_weight, mmmtl.MaskedL1Loss and its kin)') from error

    def _learn(self, task: Task) -> None:
        views = [task, *task.auxiliary]
        means = [mean for view in views for mean in view.pixel_means()]
        if len(set(means)) > 1:
            raise ValueError(f'its losses are means over different pixels, {set(means)}')
        if means:
            self._pixel_means[task.name] = means[0]
        for module in (module for view in views for module in view.head.modules()):
            if hasattr(module, 'compare_over_ranks'):
                module.compare_over_ranks()
                self.collective.add(task.name)

    def __call__(self, tasks: Mapping[str, Task], labelled: Mapping[str, bool],
                 samples: Sequence[SegDataSample], like: Tensor) -> dict[str, Tensor | float]:
        """The count of each task on this rank, 0 without labels.

        Args:
            tasks: by name.
            labelled: whether any frame of this rank has the task's label.
            samples: the frames.
            like: a tensor on their device.
        """
        return {name: task.count(samples, like, self._pixel_means.get(name))
                if labelled[name] else 0.0 for name, task in tasks.items()}


def world_counts(normalise: str, tasks: Mapping[str, Task]) -> WorldCounts | None:
    """What counts, for ``normalise='world'``; ``None`` for ``'rank'``.

    Raises:
        ValueError: for another word.
    """
    if normalise not in NORMALISE:
        raise ValueError(f'normalise must be one of {NORMALISE}, got {normalise!r}')
    return None if normalise == 'rank' else WorldCounts(tasks)


def share_of_ranks(counts: Mapping[str, Tensor | float], like: Tensor) -> dict[str, float]:
    """Mean of each task's count over the ranks, relative to this rank's own.

    Of flags, whether a task has a label, it is the share of ranks that have one. A rank's loss is
    to be divided by it before ranks are averaged. A collective, called by every rank at every step.
    """
    own = torch.stack([torch.as_tensor(count, dtype=torch.float64, device=like.device)
                       for count in counts.values()])
    mean = own.clone()
    if is_distributed():
        all_reduce(mean, op='mean')
    return dict(zip(counts, (mean / own.where(own > 0, 1.0)).tolist(), strict=True))
