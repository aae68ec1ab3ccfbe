"""Semantic scores of each image, averaged over images."""

import math
from collections.abc import Iterable

from torch import Tensor


def per_image_scores(records: Iterable[tuple[Tensor, Tensor, Tensor, Tensor]]) -> dict[str, float]:
    """Means over images of an image's mIoU and of its share of right pixels, in percent.

    What Liu et al. (MTAN, CVPR 2019) report: IoU of a class = intersection / union over the
    labelled pixels of **one** image, averaged over the classes that are in its truth or its
    prediction there, then over images. Deviations from the authors' first script: an image without
    a labelled pixel is left out (there it divides by zero), and every image weighs the same (there
    each batch does, so those of a smaller last batch weigh more).

    Args:
        records: of each image the areas of intersection, union, prediction and truth by class,
            (num_classes, ) each, labelled pixels only.

    Returns:
        ``mIoU_per_image`` and ``aAcc_per_image``, 0 to 100, higher is better; NaN without any
        labelled image.
    """
    ious, accuracies = [], []
    for intersection, union, _, truth in records:
        labelled = float(truth.sum())
        if labelled == 0:
            continue
        present = union > 0
        ious.append(float((intersection[present].double() / union[present].double()).mean()))
        accuracies.append(float(intersection.sum()) / labelled)
    return {name: 100 * math.fsum(values) / len(values) if values else math.nan
            for name, values in (('mIoU_per_image', ious), ('aAcc_per_image', accuracies))}
