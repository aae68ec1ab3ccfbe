"""Backbones that MMSegmentation does not have, and wrappers that give features per task."""

from .cross_stitch import CrossStitch
from .efficientnet_lite import EfficientNetLite
from .expanded_mobilenet_v2 import ExpandedMobileNetV2
from .mtan import MTAN
from .mtan_wide_resnet import MTANWideResNet
from .package_weights import load_from_package
from .segnet import SegNet, SegNetCrossStitch, SegNetDense, SegNetMTAN
from .wide_resnet import WideResNet

__all__ = [
    'MTAN', 'CrossStitch', 'EfficientNetLite', 'ExpandedMobileNetV2', 'MTANWideResNet', 'SegNet',
    'SegNetCrossStitch', 'SegNetDense', 'SegNetMTAN', 'WideResNet', 'load_from_package'
]
