"""SegNet and the multi-task networks that MTAN's paper makes of it."""

from .segnet import SegNet
from .segnet_cross_stitch import SegNetCrossStitch
from .segnet_dense import SegNetDense
from .segnet_mtan import SegNetMTAN

__all__ = ['SegNet', 'SegNetCrossStitch', 'SegNetDense', 'SegNetMTAN']
