"""What evaluations of depth on KITTI and NYUv2 add: crops, squared and logarithmic errors.

Sources: the evaluation code of Monodepth (Godard et al., CVPR 2017) and BTS (Lee et al., 2019),
from which others took it; KITTI's development kit for SILog.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from .depth import DEPTH_SUMS, MINIMUM_DEPTH, compute_depth, depth_sums, valid_truth
from .reduction import select_valid

PROTOCOL_SUMS = (*DEPTH_SUMS, 'squared_relative', 'log', 'squared_log')
"""Those of :func:`~mmmtl.evaluation.functional.depth_sums`, and three more."""


class Crop(NamedTuple):
    """Rows and columns that count, half open: of the image, from the upper left."""

    top: int
    bottom: int
    left: int
    right: int


def garg_crop(height: int, width: int) -> Crop:
    """Garg et al. (ECCV 2016), for KITTI: shares of the image's height and width."""
    return _share(height, width, 0.40810811, 0.99189189, 0.03594771, 0.96405229)


def eigen_crop(height: int, width: int) -> Crop:
    """Eigen et al. (NeurIPS 2014), for KITTI: shares of the image's height and width."""
    return _share(height, width, 0.3324324, 0.91351351, 0.0359477, 0.96405229)


def nyu_crop(height: int, width: int) -> Crop:
    """Eigen et al. (NeurIPS 2014), for NYUv2's 480 × 640: rows 45 to 470, columns 41 to 600.

    Frames of another size are cropped to the same share.
    """
    return Crop(round(45 * height / 480), round(471 * height / 480),
                round(41 * width / 640), round(601 * width / 640))


def _share(height: int, width: int, *shares: float) -> Crop:
    # as published: np.array([... * height, ... * width]).astype(np.int32), which cuts off
    top, bottom, left, right = shares
    return Crop(int(top * height), int(bottom * height), int(left * width), int(right * width))


CROPS: dict[str, Callable[[int, int], Crop]] = dict(
    garg=garg_crop, eigen=eigen_crop, nyu=nyu_crop)


def cropped(truth: Tensor, crop: str | None) -> Tensor:
    """(C, H, W) truth that is NaN outside a crop.

    Args:
        truth: any map of floats.
        crop: one of :data:`CROPS`; ``None``: everything counts.
    """
    if crop is None:
        return truth
    top, bottom, left, right = CROPS[crop](*truth.shape[-2:])
    inside = torch.full_like(truth, torch.nan)
    inside[..., top:bottom, left:right] = truth[..., top:bottom, left:right]
    return inside


def protocol_sums(pred: Tensor, truth: Tensor, minimum: float = 0., maximum: float | None = None,
                  clamp: bool = False) -> tuple[float, ...]:
    """Sums of one image for :func:`compute_protocol`.

    Args:
        pred: (1, H, W) depth, metres.
        truth: (1, H, W) depth, metres; NaN = no measurement, 0 and less never count.
        minimum: smallest truth that counts, included.
        maximum: largest truth that counts, included; ``None`` = no limit.
        clamp: bring predictions into that range first, as the published evaluations do.

    Returns:
        The numbers named in :data:`PROTOCOL_SUMS`.
    """
    if clamp:
        # an infinite prediction stays one: it is the sign of a broken model
        pred = pred.clamp(minimum, maximum).where(pred.isfinite(), pred)
    sums = depth_sums(pred, truth, minimum, maximum)
    valid = valid_truth(truth, minimum, maximum) & (truth[0] > 0)
    pred, truth = select_valid(pred, truth, valid)
    error = pred.clamp(min=MINIMUM_DEPTH).log() - truth.log()
    return (*sums, float(((pred - truth).square() / truth).sum()), float(error.sum()),
            float(error.square().sum()))


def compute_protocol(sums: tuple[float, ...]) -> dict[str, float]:
    """Scores over pixels: those of :func:`~mmmtl.evaluation.functional.compute_depth`, and three.

    All are better when lower. With e = log p − log t: ``sq_rel`` = mean (p − t)² / t in metres,
    ``rmse_log`` = √(mean e²), ``silog`` = 100 √(mean e² − (mean e)²). NaN for no pixel.
    """
    count = sums[0]
    scores = compute_depth(sums[:len(DEPTH_SUMS)])
    if count == 0:
        return scores | dict.fromkeys(('sq_rel', 'rmse_log', 'silog'), math.nan)
    relative, log, squared_log = (total / count for total in sums[len(DEPTH_SUMS):])
    variance = max(squared_log - log * log, 0.0)  # rounding may leave less than nothing
    return scores | dict(sq_rel=relative, rmse_log=math.sqrt(squared_log),
                         silog=100 * math.sqrt(variance))


def depth_scores_per_image(records: Iterable[tuple[float, ...]]) -> dict[str, float]:
    """Means over images of what each scores alone, as KITTI's and BTS's evaluations report.

    The names end in ``_per_image``. Images without a valid pixel are left out; NaN for none.

    Args:
        records: sums of each image, in the order of :data:`PROTOCOL_SUMS`.
    """
    found = [compute_protocol(record) for record in records if record[0]]
    names = compute_protocol((0., ) * len(PROTOCOL_SUMS))
    return {f'{name}_per_image': math.fsum(s[name] for s in found) / len(found)
            if found else math.nan for name in names}
