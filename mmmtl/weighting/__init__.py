"""Loss weightings: one method a file."""

from .base import BaseLossWeighting
from .dynamic_weight_average import DynamicWeightAverage, dynamic_weights
from .find import known_weightings
from .fixed import FixedWeighting
from .periodic import PeriodicWeighting
from .ranks import mean_over_ranks
from .scalarizer_weighting import ScalarizerWeighting
from .torchjd_scalarizers import known_scalarizers
from .uncertainty import UncertaintyWeighting, uncertainty_term

__all__ = [
    'BaseLossWeighting', 'DynamicWeightAverage', 'FixedWeighting', 'PeriodicWeighting',
    'ScalarizerWeighting', 'UncertaintyWeighting', 'dynamic_weights', 'known_scalarizers',
    'known_weightings', 'mean_over_ranks', 'uncertainty_term']
