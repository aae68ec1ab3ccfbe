"""Weightings that move at the end of an epoch, or every so many iterations."""

from abc import abstractmethod

from mmengine.logging import print_log
from torch import Tensor

from .base import BaseLossWeighting
from .counter import Counter


class PeriodicWeighting(BaseLossWeighting):
    """Calls :meth:`end_period` at the end of an epoch, or every ``interval`` training steps.

    Args:
        interval: iterations of a period. By default a period is an epoch: the hook tells its end
            or, in a run by iterations, how many steps the data set has.
    """

    def __init__(self, interval: int | None = None) -> None:
        super().__init__()
        if interval is not None and (not isinstance(interval, int) or interval < 1):
            raise ValueError(f'{type(self).__name__}: interval must be a positive number of '
                             f'iterations, or None for an epoch; got {interval!r}')
        self.interval = interval
        self.needs_epochs = interval is None
        self._period = interval
        self.steps = Counter()

    @abstractmethod
    def end_period(self) -> None:
        """Move the state; on every rank alike."""

    def attach(self, epoch_steps: int | None = None) -> None:
        """See the base class; without an interval, a period is ``epoch_steps`` if given."""
        super().attach(epoch_steps)
        if self.needs_epochs:
            self._period = epoch_steps
            if epoch_steps is not None:
                print_log(f'{type(self).__name__}: its weights move every {epoch_steps} '
                          'iterations, as many as the data set has in an epoch', logger='current')

    def forward(self, losses: dict[str, Tensor], /) -> dict[str, Tensor]:
        """Weigh the losses, by new weights if a period of so many steps is over."""
        if self.training:
            if self._period is not None and self.steps.value >= self._period:
                self._end()
            self.steps.set(self.steps.value + 1)
        return super().forward(losses)

    def after_epoch(self) -> None:
        """End the period, unless periods are of an interval or nothing was seen."""
        self._attached = True
        if self._period is None and self.steps.value:
            self._end()

    def _end(self) -> None:
        self.steps.set(0)
        self.end_period()
