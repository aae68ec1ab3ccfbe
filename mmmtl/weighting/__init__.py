"""Loss weightings: one method a file."""

from mmmtl.torchjd.methods import known_scalarizers

from .base import BaseLossWeighting
from .dynamic_weight_average import DynamicWeightAverage, dynamic_weights
from .fixed import FixedWeighting
from .periodic import PeriodicWeighting
from .ranks import mean_over_ranks
from .scalarizer_weighting import ScalarizerWeighting
from .uncertainty import UncertaintyWeighting, uncertainty_term
from .weighting_by_name import known_weightings

__all__ = [
    'BaseLossWeighting', 'DynamicWeightAverage', 'FixedWeighting', 'PeriodicWeighting',
    'ScalarizerWeighting', 'UncertaintyWeighting', 'dynamic_weights', 'known_scalarizers',
    'known_weightings', 'mean_over_ranks', 'uncertainty_term']
