"""The nearest surface of every pixel: a z-buffer over rays."""

import numpy as np

from street_scenes.bounds import NEAR, find_bounds
from street_scenes.camera import FAR_AWAY, Camera
from street_scenes.compiled import compiled
from street_scenes.ground import draw_ground
from street_scenes.holes import has_holes, is_solid
from street_scenes.intersection import entry_parameter
from street_scenes.rotation import advance, point_to_local, to_local
from street_scenes.surfaces import SKY


@compiled
def draw_primitives(primitives, planes, bounds, camera, depth, surface):
    """Draw primitives, sorted front to back, into a depth map and a map of row numbers."""
    position, axes = camera.position, camera.axes
    for row in range(primitives.shape[0]):
        primitive = primitives[row]
        origin = point_to_local(primitive, (position[0], position[1], position[2]))
        right = to_local(primitive, (axes[0, 0], axes[1, 0], axes[2, 0]))
        down = to_local(primitive, (axes[0, 1], axes[1, 1], axes[2, 1]))
        forward = to_local(primitive, (axes[0, 2], axes[1, 2], axes[2, 2]))
        holes = has_holes(primitive.material)
        nearest = bounds.nearest[row]
        for v in range(bounds.top[row], bounds.bottom[row]):
            start = advance(forward, (v - camera.v0) / camera.fy, down)
            for u in range(bounds.left[row], bounds.right[row]):
                if depth[v, u] <= nearest:
                    continue
                ray = advance(start, (u - camera.u0) / camera.fx, right)
                distance = entry_parameter(primitive, planes, origin, ray)
                if distance < NEAR or distance >= depth[v, u]:
                    continue
                if holes and not is_solid(primitive, advance(origin, distance, ray)):
                    continue
                depth[v, u] = distance
                surface[v, u] = row


def sort_front_to_back(primitives: np.ndarray, camera: Camera, width: int, height: int):
    """Return the visible primitives sorted by their nearest depth, with their bounds."""
    bounds = find_bounds(primitives, camera, width, height)
    order = np.argsort(bounds.nearest, kind='stable')
    order = order[bounds.right[order] > bounds.left[order]]
    return primitives[order], type(bounds)(*(column[order] for column in bounds))


def cast_rays(primitives, planes, street, camera: Camera, width: int, height: int):
    """Return the visible primitives, the depth map (metres) and the surface map.

    The surface map holds rows of the visible primitives, or one of surfaces.py.
    """
    visible, bounds = sort_front_to_back(primitives, camera, width, height)
    depth = np.full((height, width), FAR_AWAY)
    surface = np.full((height, width), SKY, np.int64)
    draw_primitives(visible, planes, bounds, camera, depth, surface)
    draw_ground(street, camera, depth, surface)
    return visible, depth, surface
