"""What every score by pixel shares: choosing valid pixels, and adding records exactly."""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor


class NonFinitePredictionError(ValueError):
    """A prediction is NaN or infinite at a pixel whose truth is valid.

    Args:
        count: How many such pixels the image has.
    """

    def __init__(self, count: int) -> None:
        super().__init__(f'{count} valid pixels have a prediction that is NaN or infinite')
        self.count = count


def select_valid(pred: Tensor, truth: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """Take the valid pixels of both maps in float64, so that later sums are exact enough.

    Args:
        pred: (C, H, W) prediction.
        truth: (C, H, W) truth, anything where invalid.
        valid: (H, W) bool, the pixels that count.

    Returns:
        Prediction and truth, each (C, N) float64 on the CPU.

    Raises:
        NonFinitePredictionError: a chosen pixel has a NaN or infinite prediction. Leaving it
            out would make a broken model look better.
    """
    # float64 does not exist on every accelerator, so only the chosen pixels travel to the CPU.
    pred = pred[:, valid].detach().cpu().double()
    truth = truth[:, valid].detach().cpu().double()
    broken = int((~torch.isfinite(pred)).any(dim=0).sum())
    if broken:
        raise NonFinitePredictionError(broken)
    return pred, truth


def add_records(records: Iterable[Sequence[float]], length: int) -> tuple[float, ...]:
    """Add records of sums and counts column by column.

    The sum is correctly rounded (``math.fsum``): it depends neither on how the images were split
    into batches and ranks nor on their order.

    Args:
        records: One sequence of ``length`` numbers for each image.
        length: The number of columns; needed where there are no records.
    """
    records = list(records)
    if not records:
        return (0., ) * length
    return tuple(math.fsum(column) for column in zip(*records, strict=True))


def add_by_batch(records: Sequence[Sequence[float]], length: int,
                 batch_size: int) -> list[tuple[float, ...]]:
    """Add the records of every ``batch_size`` images that follow each other.

    mmengine gathers the records of several ranks in the order of the data set (rank r of R has
    images r, r + R, ...), so the batches are those of one process, on however many it ran.

    Args:
        records: one for each image, in the order of the data set.
        length: as for :func:`add_records`.
        batch_size: images; the last batch may be smaller.
    """
    return [add_records(records[start:start + batch_size], length)
            for start in range(0, len(records), batch_size)]


def mean_over_classes(values: Iterable[float]) -> float:
    """Mean of the scores that are not NaN, those of classes that occur; NaN if there are none."""
    found = [float(value) for value in values if not math.isnan(value)]
    return math.fsum(found) / len(found) if found else math.nan
