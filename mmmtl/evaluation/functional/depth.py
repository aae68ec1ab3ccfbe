"""Errors of inverse depth (pixels of disparity) and of metric depth (metres).

A score is taken over all valid pixels of the whole set, each pixel once: images with more
measurements weigh more, and the root of RMSE is taken once, at the end.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from . import fast_sums
from .reduction import select_valid

INVERSE_DEPTH_SUMS = ('count', 'absolute', 'squared', 'finite', 'relative')
DEPTH_SUMS = ('count', 'absolute', 'squared', 'relative', 'log10', 'delta1', 'delta2', 'delta3')
MINIMUM_DEPTH = 1e-3
"""Metres: what a prediction is raised to before a ratio or a logarithm is taken."""


def valid_truth(truth: Tensor, minimum: float, maximum: float | None) -> Tensor:
    """(1, H, W) truth to (H, W) bool: measured, and in the closed range."""
    truth = truth[0]
    valid = torch.isfinite(truth) & (truth >= minimum)
    return valid if maximum is None else valid & (truth <= maximum)


def inverse_depth_sums(
        pred: Tensor, truth: Tensor, minimum: float = 0., maximum: float | None = None
) -> tuple[float, ...]:
    """Sums of one image for :func:`compute_inverse_depth`.

    Args:
        pred: (1, H, W) inverse depth, pixels.
        truth: (1, H, W) inverse depth, pixels; NaN = no measurement; 0 (infinity) is valid.
        minimum: Smallest truth that counts, included.
        maximum: Largest truth that counts, included; None = no limit.

    Returns:
        The numbers named in ``INVERSE_DEPTH_SUMS``.
    """
    if fast_sums.is_fast(pred, truth):
        return fast_sums.inverse_depth_sums(pred, truth, minimum, maximum)
    pred, truth = select_valid(pred, truth, valid_truth(truth, minimum, maximum))
    error = pred - truth
    finite = truth > 0
    return (float(error.numel()), float(error.abs().sum()), float(error.square().sum()),
            float(finite.sum()), float((error[finite].abs() / truth[finite]).sum()))


def compute_inverse_depth(sums: tuple[float, ...]) -> dict[str, float]:
    """Mean absolute (``mae``) and root mean square (``rmse``) error in pixels; NaN for no pixel."""
    count, absolute, squared, _, _ = sums
    if count == 0:
        return {'mae': math.nan, 'rmse': math.nan}
    return {'mae': absolute / count, 'rmse': math.sqrt(squared / count)}


def relative_inverse_depth(sums: tuple[float, ...]) -> float:
    """Mean |p - t| / t of inverse depth over the pixels that are not infinitely far (t > 0)."""
    return sums[4] / sums[3] if sums[3] else math.nan


def depth_sums(
        pred: Tensor, truth: Tensor, minimum: float = 0., maximum: float | None = None
) -> tuple[float, ...]:
    """Sums of one image for :func:`compute_depth`.

    Args:
        pred: (1, H, W) depth, metres. For ratios and logarithms it is raised to
            ``MINIMUM_DEPTH``; for differences it is taken as it is.
        truth: (1, H, W) depth, metres; NaN = no measurement; 0 and less never count.
        minimum: Smallest truth that counts, included.
        maximum: Largest truth that counts, included; None = no limit.

    Returns:
        The numbers named in ``DEPTH_SUMS``.
    """
    if fast_sums.is_fast(pred, truth):
        return fast_sums.depth_sums(pred, truth, minimum, maximum, MINIMUM_DEPTH)
    valid = valid_truth(truth, minimum, maximum) & (truth[0] > 0)
    pred, truth = select_valid(pred, truth, valid)
    error = (pred - truth).abs()
    positive = pred.clamp(min=MINIMUM_DEPTH)
    ratio = torch.maximum(positive / truth, truth / positive)
    return (float(error.numel()), float(error.sum()), float(error.square().sum()),
            float((error / truth).sum()), float(ratio.log10().sum()),
            *(float((ratio < 1.25**power).sum()) for power in (1, 2, 3)))


def compute_depth(sums: tuple[float, ...]) -> dict[str, float]:
    """Scores of metric depth: the ones of Eigen et al., NeurIPS 2014, section 4.1.

    ``rmse`` and ``mae`` in metres, ``abs_rel`` = mean |p - t| / t, ``log10`` = mean
    |log10 p - log10 t| (lower is better, 0 is perfect); ``delta1`` to ``delta3`` = share of
    pixels with max(p / t, t / p) < 1.25, 1.25², 1.25³ (0 to 1, higher is better). NaN for no pixel.
    """
    count, absolute, squared, relative, log10, *within = sums
    names = ('rmse', 'mae', 'abs_rel', 'log10', 'delta1', 'delta2', 'delta3')
    if count == 0:
        return dict.fromkeys(names, math.nan)
    means = (absolute / count, relative / count, log10 / count, *(n / count for n in within))
    return dict(zip(names, (math.sqrt(squared / count), *means), strict=True))


def per_batch_scores(batches: Iterable[tuple[float, ...]], kind: str) -> dict[str, float]:
    """Absolute and relative error as means over batches of a batch's mean over its valid pixels.

    This is how Liu et al. (MTAN, CVPR 2019) and what follows their code report depth. The numbers
    depend on the size of the batches and on their order: pixels of a batch with few measurements
    weigh more. Deviation: a batch without a valid pixel, for which the authors' code divides by
    zero, is left out.

    Args:
        batches: sums of each batch, in the order of the kind's names.
        kind: 'inverse' or 'metric'.

    Returns:
        ``mae_per_batch``, in the unit of the kind, and ``abs_rel_per_batch``; NaN for no batch.
    """
    names = INVERSE_DEPTH_SUMS if kind == 'inverse' else DEPTH_SUMS
    found: dict[str, list[float]] = {'mae_per_batch': [], 'abs_rel_per_batch': []}
    for batch in batches:
        sums = dict(zip(names, batch, strict=True))
        for key, total, count in (('mae_per_batch', 'absolute', sums['count']),
                                  ('abs_rel_per_batch', 'relative',
                                   sums.get('finite', sums['count']))):
            if count:
                found[key].append(sums[total] / count)
    return {key: math.fsum(values) / len(values) if values else math.nan
            for key, values in found.items()}
