"""Scores as pure functions: sums and counts of one image, and what follows from many of them."""

from ..directions import is_higher_better
from .cityscapes_semantic import ScoredClasses, compute_semantic_scores, semantic_sums
from .constants import ConstantPredictor
from .decathlon import decathlon_points, decathlon_score
from .delta_m import MultiTaskGain, compute_delta_m, read_baseline
from .depth import (
    compute_depth,
    compute_inverse_depth,
    depth_sums,
    inverse_depth_sums,
    per_batch_scores,
    relative_inverse_depth,
)
from .depth_protocol import (
    CROPS,
    compute_protocol,
    cropped,
    depth_scores_per_image,
    protocol_sums,
)
from .instance_ap import OFFICIAL_FILTERS, OVERLAPS, TruthFilter, average_precision
from .instance_ap_matches import InstanceMatches, match_map, match_masks
from .instance_ap_truth import truth_segments
from .instance_vector import compute_instance_vector, instance_vector_sums
from .normal import (
    angular_errors,
    compute_normal,
    error_histogram,
    median_of_histogram,
    normal_sums,
)
from .overlaps import count_overlaps
from .panoptic_quality import compute_panoptic_quality, panoptic_quality_sums
from .reduction import (
    NonFinitePredictionError,
    add_by_batch,
    add_records,
    mean_over_classes,
    select_valid,
)
from .segment_distances import Disparity, segment_distances
from .semantic_per_image import per_image_scores
from .things_in_use import things_in_use

__all__ = [
    'CROPS', 'OFFICIAL_FILTERS', 'OVERLAPS', 'ConstantPredictor', 'Disparity', 'InstanceMatches',
    'MultiTaskGain', 'NonFinitePredictionError', 'ScoredClasses', 'TruthFilter', 'add_by_batch',
    'add_records', 'angular_errors', 'average_precision', 'compute_delta_m', 'compute_depth',
    'compute_instance_vector', 'compute_inverse_depth', 'compute_normal',
    'compute_panoptic_quality', 'compute_protocol', 'compute_semantic_scores', 'count_overlaps',
    'cropped', 'decathlon_points', 'decathlon_score', 'depth_scores_per_image', 'depth_sums',
    'error_histogram', 'instance_vector_sums', 'inverse_depth_sums', 'is_higher_better',
    'match_map', 'match_masks', 'mean_over_classes', 'median_of_histogram', 'normal_sums',
    'panoptic_quality_sums', 'per_batch_scores', 'per_image_scores', 'protocol_sums',
    'read_baseline', 'relative_inverse_depth', 'segment_distances', 'select_valid', 'semantic_sums',
    'things_in_use', 'truth_segments'
]
