"""Networks: segmentors, heads, backbones, necks, losses and the data preprocessor."""

from .backbones import *  # noqa: F403
from .data_preprocessor import MultiTaskDataPreProcessor
from .decode_heads import *  # noqa: F403
from .instance_clustering import *  # noqa: F403
from .losses import *  # noqa: F403
from .necks import *  # noqa: F403
from .segmentors import *  # noqa: F403

__all__ = ['MultiTaskDataPreProcessor']
