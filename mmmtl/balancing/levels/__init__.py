"""Where the tasks' gradients are taken and compared: parameters, one layer, or features."""

from .base import Level
from .features import FeaturesLevel
from .layer import LayerLevel
from .parameters import ParametersLevel

__all__ = ['FeaturesLevel', 'LayerLevel', 'Level', 'ParametersLevel']
