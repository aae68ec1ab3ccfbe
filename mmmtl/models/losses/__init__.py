"""Losses over the measured values of a map: each a function and a thin registered module."""

from mmmtl.utils.modules import import_modules

from .berhu_loss import BerHuLoss, berhu
from .masked_huber_loss import MaskedHuberLoss, masked_huber
from .masked_l1_loss import MaskedL1Loss, masked_l1
from .normal_cosine_loss import NormalCosineLoss, normal_cosine
from .pixel_cross_entropy_loss import PixelCrossEntropyLoss, pixel_cross_entropy

import_modules(__name__)  # what is not named here is registered too

__all__ = [
    'BerHuLoss', 'MaskedHuberLoss', 'MaskedL1Loss', 'NormalCosineLoss', 'PixelCrossEntropyLoss',
    'berhu', 'masked_huber', 'masked_l1', 'normal_cosine', 'pixel_cross_entropy'
]
