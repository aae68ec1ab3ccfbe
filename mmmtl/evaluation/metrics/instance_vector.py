"""Scores of instance vectors."""

from torch import Tensor

from mmmtl.registry import METRICS

from ..functional.instance_vector import (
    INSTANCE_VECTOR_SUMS,
    compute_instance_vector,
    instance_vector_sums,
)
from .pixel_metric import PixelMetric


@METRICS.register_module()
class InstanceVectorMetric(PixelMetric):
    """Errors of ``pred_instance_vector`` over the instance pixels of the set, in pixels.

    Instance pixels are those with a finite ``gt_instance_vector``, at the original size of the
    image. Kendall et al. (CVPR 2018, Table 1) report an "instance mean error [px]" without a
    formula. Two readings are given, both better when lower:

    - ``mae``: mean absolute error by component, sum(|dx| + |dy|) / (2 N). It is the paper's L1
      loss as a mean over elements, and the reading used in every figure of this project.
    - ``epe``: mean end-point error, sum(sqrt(dx² + dy²)) / N; between mae and 2 mae.

    Args:
        prefix: Task name put before the keys. Default 'instance'.
        collect_device: 'cpu' or 'gpu': how records travel between ranks.
        collect_dir: Folder through which records travel when 'cpu'.
    """

    default_prefix = 'instance'
    score_directions = dict(mae='lower', epe='lower')
    pred_field = 'pred_instance_vector'
    truth_field = 'gt_instance_vector'
    sum_names = INSTANCE_VECTOR_SUMS

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image from its (2, H, W) maps."""
        return instance_vector_sums(pred, truth)

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the set from its sums."""
        return compute_instance_vector(sums)
