"""Running a network a second time on the same batch."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


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
