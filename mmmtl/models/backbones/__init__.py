"""Backbones that MMSegmentation does not have, and wrappers that give features per task."""

from .cross_stitch import CrossStitch
from .efficientnet_lite import EfficientNetLite
from .mtan import MTAN
from .package_weights import load_from_package
from .segnet import SegNet, SegNetCrossStitch, SegNetDense, SegNetMTAN

__all__ = [
    'MTAN', 'CrossStitch', 'EfficientNetLite', 'SegNet', 'SegNetCrossStitch', 'SegNetDense',
    'SegNetMTAN', 'load_from_package'
]
