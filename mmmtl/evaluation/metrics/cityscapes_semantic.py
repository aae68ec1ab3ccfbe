"""The semantic scores of the Cityscapes benchmark."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mmmtl.registry import METRICS

from ..functional.cityscapes_semantic import ScoredClasses, compute_semantic_scores, semantic_sums
from ..functional.reduction import mean_over_classes
from .label_map_metric import LabelMapMetric


@METRICS.register_module()
class CityscapesSemanticMetric(LabelMapMetric):
    """IoU and iIoU of classes and categories, equal to cityscapesScripts' (percent, unrounded).

    Keys, means over classes or categories, higher is better: ``IoU_class``, ``iIoU_class``,
    ``IoU_category``, ``iIoU_category``; the log has a table of all. What is in neither truth nor
    prediction is NaN and left out of the mean. iIoU weighs each pixel of an instance by average
    area of its class / area of the instance (:func:`~mmmtl.evaluation.functional.semantic_sums`);
    it is taken over thing classes, and over the categories that have no others (human, vehicle),
    and over the frames that have ``gt_instance_map``.

    With a subset of ``classes``, a category is those of its classes that are in use; the truth of
    all other classes is ignored, which official scripts have no option for.

    Args:
        average_sizes: Thing class -> average area of its instances in pixels. The default is
            Cityscapes' at 1024 x 2048, as the official scripts have it for frames of any size;
            for frames scored at another size, such as 128 x 256, give areas 64 times smaller.
        categories: Name -> names of its classes. Default: Cityscapes'.
        ignore_index: Not counted in ``gt_sem_seg``; none of the classes in a prediction.
        prefix: Task name put before the keys. Default 'semantic'.
        **kwargs: ``collect_device``, ``collect_dir``.
    """

    default_prefix = 'semantic'
    score_directions = dict.fromkeys(
        ('IoU_class', 'iIoU_class', 'IoU_category', 'iIoU_category'), 'higher')
    pred_field = 'pred_sem_seg'
    truth_fields = ('gt_sem_seg', )
    optional_field = 'gt_instance_map'
    remedy = 'Add a semantic head to the model'

    def __init__(self,
                 average_sizes: Mapping[str, float] | None = None,
                 categories: Mapping[str, Sequence[str]] | None = None,
                 ignore_index: int = 255,
                 prefix: str | None = None,
                 **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.average_sizes, self.categories = average_sizes, categories
        self.ignore_index = ignore_index

    def scored(self) -> ScoredClasses:
        """Classes, categories and sizes for the data set."""
        return ScoredClasses.of(
            self.required_meta('classes'), self.required_meta('thing_classes'),
            self.categories, self.average_sizes)

    def record_length(self) -> int:
        """The confusion matrix, and three sums for each class and category with an iIoU."""
        scored = self.scored()
        return len(scored.names) * (len(scored.names) + 1) + 3 * len(scored.groups)

    def sums(self, pred: np.ndarray, *truth: np.ndarray | None) -> Sequence[float]:
        """Sums of one image from its (H, W) maps."""
        semantic, instance = truth
        parts = semantic_sums(pred, semantic, instance, self.scored(), self.ignore_index)
        return [float(value) for part in parts for value in part.reshape(-1)]

    def compute(self, sums: np.ndarray) -> dict[str, float]:
        """Scores of the set from its sums; prints those of each class and category."""
        scored = self.scored()
        shape = (len(scored.names), len(scored.names) + 1)
        cut = shape[0] * shape[1]
        found = compute_semantic_scores(
            sums[:cut].reshape(shape).astype(np.int64), sums[cut:].reshape(-1, 3), scored)
        for part in ('class', 'category'):
            self.log_table({key: {**found[key], 'mean': mean_over_classes(found[key].values())}
                            for key in (f'IoU_{part}', f'iIoU_{part}')})
        return {key: mean_over_classes(values.values()) for key, values in found.items()}
