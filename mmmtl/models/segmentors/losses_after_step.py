"""Running a network a second time on the batch of the step before."""

from collections.abc import Iterator
from contextlib import contextmanager

from mmseg.structures import SegDataSample
from torch import Tensor, nn


class LastBatch:
    """The batch of the last training step, kept for a weighting that learns from what it did."""

    def __init__(self) -> None:
        self._batch: tuple[Tensor, list[SegDataSample]] | None = None

    def keep(self, inputs: Tensor, data_samples: list[SegDataSample]) -> None:
        """Keep the batch instead of the one before."""
        self._batch = inputs, data_samples

    def get(self) -> tuple[Tensor, list[SegDataSample]]:
        """Images and samples.

        Raises:
            ValueError: if nothing was kept.
        """
        if self._batch is None:
            raise ValueError('there is no batch to compute losses after the step of: `loss` keeps '
                             'one in training, for a weighting with needs_losses_after_step')
        return self._batch


@contextmanager
def statistics_kept(model: nn.Module) -> Iterator[None]:
    """Inside, batch normalisation trains as ever but does not update its running statistics."""
    layers = [m for m in model.modules() if m.training and getattr(m, 'track_running_stats', False)]
    for layer in layers:
        layer.track_running_stats = False
    try:
        yield
    finally:
        for layer in layers:
            layer.track_running_stats = True
