"""Semantic scores of each image, averaged over images."""

import math
from collections.abc import Iterable

from torch import Tensor


def per_image_scores(records: Iterable[tuple[Tensor, ...]]) -> dict[str, float]:
    """Means over images of an image's mIoU and of its share of right pixels, in percent.

    What Liu et al. (MTAN, CVPR 2019) report, by the ``compute_miou`` of their first script: the
    intersection of a class is over the labelled pixels of **one** image, its union over **all**
    pixels, so a class predicted where there is no label counts as wrong there; the mean is over
    the classes in the truth or anywhere in the prediction, then over images. The share of right
    pixels is of the labelled ones. Deviations: an image without a labelled pixel is left out (there
    its IoU is 0 and its share divides by zero), and every image weighs the same (there each batch
    does, so those of a smaller last batch weigh more).

    Args:
        records: of each image five areas by class, (num_classes, ) each: intersection, union,
            prediction and truth over labelled pixels, and the prediction over all pixels.

    Returns:
        ``mIoU_per_image`` and ``aAcc_per_image``, 0 to 100, higher is better; NaN without any
        labelled image.
    """
    ious, accuracies = [], []
    for intersection, _, _, truth, predicted in records:
        labelled = float(truth.sum())
        if labelled == 0:
            continue
        union = predicted + truth - intersection
        present = union > 0
        ious.append(float((intersection[present].double() / union[present].double()).mean()))
        accuracies.append(float(intersection.sum()) / labelled)
    return {name: 100 * math.fsum(values) / len(values) if values else math.nan
            for name, values in (('mIoU_per_image', ious), ('aAcc_per_image', accuracies))}
