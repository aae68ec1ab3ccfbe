"""Scores as pure functions: sums and counts of one image, and what follows from many of them."""

from .constants import ConstantPredictor
from .depth import compute_depth, compute_inverse_depth, depth_sums, inverse_depth_sums
from .instance_vector import compute_instance_vector, instance_vector_sums
from .reduction import NonFinitePredictionError, add_records, select_valid

__all__ = [
    'ConstantPredictor', 'NonFinitePredictionError', 'add_records', 'compute_depth',
    'compute_instance_vector', 'compute_inverse_depth', 'depth_sums', 'instance_vector_sums',
    'inverse_depth_sums', 'select_valid'
]
