"""Pictures: one drawing function for each task, and the visualizer that puts them on a sheet."""

from .depth import draw_depth
from .instance_map import draw_instance_map
from .instance_vector import draw_instance_vector
from .normals import draw_normals
from .panoptic import draw_panoptic
from .semantic import draw_semantic
from .sheet import draw_sheet
from .visualizer import MultiTaskLocalVisualizer

__all__ = [
    'MultiTaskLocalVisualizer', 'draw_depth', 'draw_instance_map', 'draw_instance_vector',
    'draw_normals', 'draw_panoptic', 'draw_semantic', 'draw_sheet'
]
