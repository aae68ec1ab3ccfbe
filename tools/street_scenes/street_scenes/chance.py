"""Random draws of scalars.

NumPy's generators cost microseconds a scalar, and a street takes thousands of draws. The standard
library's `random()` is fast and documented to stay the same across versions; everything else is
built on it here, so a seed gives the same street everywhere.
"""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

Option = TypeVar('Option')


class Chance:
    """A seeded source of scalars and choices."""

    def __init__(self, seed: int):
        self.unit = random.Random(seed).random

    def uniform(self, low: float, high: float) -> float:
        """Return a number from [low, high)."""
        return low + (high - low) * self.unit()

    def happens(self, probability: float) -> bool:
        """Return True with the given probability."""
        return self.unit() < probability

    def integer(self, count: int) -> int:
        """Return one of 0 ... count - 1."""
        return int(count * self.unit())

    def sign(self) -> int:
        """Return -1 or 1."""
        return 1 if self.unit() < 0.5 else -1

    def normal(self, deviation: float) -> float:
        """Return a normal number of mean zero (Box and Muller)."""
        radius = math.sqrt(-2 * math.log(1 - self.unit()))
        return deviation * radius * math.cos(2 * math.pi * self.unit())

    def pick(self, options: Sequence[Option]) -> Option:
        """Return one of the options, all equally likely."""
        return options[int(len(options) * self.unit())]

    def weighted(self, options: Sequence[tuple[float, Option]]) -> Option:
        """Return the second entry of one of the pairs (probability, option)."""
        remaining = self.unit()
        for probability, option in options:
            remaining -= probability
            if remaining < 0:
                return option
        return options[-1][1]  # the probabilities sum to a little less than 1

    def colour(self, low: float, high: float) -> tuple[float, float, float]:
        """Return a colour of three independent channels."""
        return (self.uniform(low, high), self.uniform(low, high), self.uniform(low, high))

    def shade(self, colour: Sequence[float], low: float, high: float) -> tuple[float, ...]:
        """Return the colour times one factor from [low, high)."""
        factor = self.uniform(low, high)
        return tuple(factor * channel for channel in colour)

    def texture_seed(self) -> int:
        """Return a seed for the noise of a material."""
        return self.integer(1 << 20)
