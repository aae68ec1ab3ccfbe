"""Loss weightings: one method a file."""

from .base import BaseLossWeighting
from .fixed import FixedWeighting
from .uncertainty import UncertaintyWeighting, uncertainty_term

__all__ = ['BaseLossWeighting', 'FixedWeighting', 'UncertaintyWeighting', 'uncertainty_term']
