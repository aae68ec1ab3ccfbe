"""Batches of one data set each, from several that are concatenated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from mmengine.dataset import InfiniteSampler

from mmmtl.registry import DATA_SAMPLERS

ORDERS = ('proportional', 'round_robin', 'sequential')


@DATA_SAMPLERS.register_module()
class AlternatingBatchSampler:
    """A batch is of one data set; all ranks take the same data set in a step.

    An epoch has as many steps as it takes to see every image once, S = Σ_d ⌈n_d / (B · ranks)⌉:

    - ``'proportional'``: every data set once, its batches spread at random over the epoch.
    - ``'round_robin'``: one batch of each in turn; every data set gets S / D steps, small ones are
      seen several times (in a new order each time), and of large ones a part.
    - ``'sequential'``: all batches of the first data set, then of the second, …: what the authors
      of MTAN do.

    Order and images follow from the seed and the epoch alone, the same on all ranks, so a resumed
    run goes on as an uninterrupted one would. Within a data set the ranks share each shuffled pass;
    its last batch may be smaller, and a few images of the pass are repeated where the ranks would
    get unequal shares.

    Goes into a dataloader beside a sampler that says data set, seed and whether to shuffle::

        sampler=dict(type='DefaultSampler', shuffle=True),
        batch_sampler=dict(type='mmmtl.AlternatingBatchSampler', order='proportional')

    With an ``InfiniteSampler`` epoch follows epoch without end, for runs by iterations.

    Args:
        sampler: mmengine's ``DefaultSampler`` or ``InfiniteSampler`` of a ``ConcatDataset``.
        batch_size: B, of each rank.
        order: as above.
        drop_last: leave out a data set's last batch if it is smaller, unless it is its only one.

    Raises:
        ValueError: for another order, or a data set that is not concatenated.
    """

    #: :class:`LabelWatchHook` waits an epoch for each task
    alternates = True

    def __init__(self, sampler: Any, batch_size: int, order: str = 'proportional',
                 drop_last: bool = False) -> None:
        if order not in ORDERS:
            raise ValueError(
                f'AlternatingBatchSampler: order must be one of {ORDERS}, got {order!r}')
        sizes = getattr(sampler.dataset, 'cumulative_sizes', None)
        if sizes is None:
            raise ValueError('AlternatingBatchSampler: the data set must be a concatenated one, '
                             f'got {type(sampler.dataset).__name__}')
        self.sampler, self.batch_size, self.order = sampler, batch_size, order
        self.drop_last = drop_last
        self.ranges = [range(start, end) for start, end in zip([0, *sizes[:-1]], sizes,
                                                               strict=True)]
        self._endless = isinstance(sampler, InfiniteSampler)
        self._steps = [self._steps_of(len(indices)) for indices in self.ranges]

    def __len__(self) -> int:
        """Steps of an epoch."""
        return sum(self._steps)

    def __iter__(self) -> Iterator[list[int]]:
        """Indices of this rank's batches."""
        epoch = getattr(self.sampler, 'epoch', 0)
        yield from self._epoch(epoch)
        while self._endless:
            epoch += 1
            yield from self._epoch(epoch)

    def _steps_of(self, images: int) -> int:
        whole = self.batch_size * self.sampler.world_size
        steps = images // whole if self.drop_last else math.ceil(images / whole)
        return max(1, steps)

    def _epoch(self, epoch: int) -> Iterator[list[int]]:
        streams = [self._batches(number, epoch) for number in range(len(self.ranges))]
        for number in self._plan(epoch):
            yield next(streams[number])

    def _plan(self, epoch: int) -> Sequence[int]:
        """Which data set each step of an epoch takes."""
        if self.order == 'round_robin':
            return [step % len(self.ranges) for step in range(len(self))]
        plan = [number for number, steps in enumerate(self._steps) for _ in range(steps)]
        if self.order == 'sequential':
            return plan
        order = torch.randperm(len(plan), generator=self._generator(epoch, 0))
        return [plan[i] for i in order.tolist()]

    def _batches(self, number: int, epoch: int) -> Iterator[list[int]]:
        """Batches of one data set, pass after pass without end."""
        indices = self.ranges[number]
        generator = self._generator(epoch, 1 + number)
        rank, world = self.sampler.rank, self.sampler.world_size
        whole = self.batch_size * world
        while True:
            order = list(range(len(indices)))
            if self.sampler.shuffle:
                order = torch.randperm(len(indices), generator=generator).tolist()
            missing = -len(order) % world
            order = (order * math.ceil(1 + missing / len(order)))[:len(order) + missing]
            for step in range(self._steps[number]):
                chunk = order[step * whole:(step + 1) * whole]
                yield [indices[i] for i in chunk[rank::world]]

    def _generator(self, epoch: int, stream: int) -> torch.Generator:
        """Random numbers of one stream of an epoch, independent of all others."""
        generator = torch.Generator()
        seed = self.sampler.seed * 1_000_003 + epoch * 1009 + stream
        return generator.manual_seed(seed % 2**63)
