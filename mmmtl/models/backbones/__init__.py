"""Backbones that MMSegmentation does not have."""

from .efficientnet_lite import EfficientNetLite
from .package_weights import load_from_package

__all__ = ['EfficientNetLite', 'load_from_package']
