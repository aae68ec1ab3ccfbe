"""Round numbers for scales."""

import math

import numpy as np


def nice_step(span: float, count: int) -> float:
    """The smallest of 1, 2, 5, 10, 20, … (and tenths) that cuts ``span`` into <= ``count``."""
    if not span > 0:
        return 1.
    power = 10. ** math.floor(math.log10(span / count))
    return next(power * factor for factor in (1, 2, 5, 10, 20) if span <= power * factor * count)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers in [low, high], at most ``count`` + 1 of them."""
    step = nice_step(high - low, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * i for i in range(first, last + 1)]


def upper_limit(values: np.ndarray, percent: float = 99.) -> float:
    """A percentile of the finite values, rounded up to two digits; 1 where there are none."""
    values = values[np.isfinite(values)]
    limit = float(np.percentile(values, percent)) if values.size else 0.
    if limit <= 0:
        return 1.
    unit = 10. ** (math.floor(math.log10(limit)) - 1)
    return math.ceil(limit / unit - 1e-9) * unit


def label(value: float) -> str:
    """A number as people write it: 0.5, 20, 1000."""
    return f'{value:.6g}'
