"""The ground: a road, and pavements that lie one kerb higher."""

from typing import NamedTuple

from street_scenes.compiled import compiled
from street_scenes.surfaces import GRASS, KERB, PAVEMENT, ROAD

KERB_HEIGHT = 0.12  # metres
HORIZON = 2500.0  # metres; the ground ends here
BISECTIONS = 12  # halvings of the 0.12 m between the two levels: the kerb's face to 0.03 mm


class Street(NamedTuple):
    """Plan of a street: metres, world.

    The middle of the road is at x = curvature * z² / 2. A road of the same level crosses between
    crossing_start and crossing_end (z). Grass lies between two distances from the kerb.
    """

    curvature: float
    half_width: float
    crossing_start: float
    crossing_end: float
    grass_start: float
    grass_end: float


@compiled
def street_offset(street, x, z):
    """Return the signed distance to the right of the road's middle."""
    return x - 0.5 * street.curvature * z * z


@compiled
def zone(street, x, z):
    """Return ROAD, PAVEMENT or GRASS at a place of the plan."""
    if street.crossing_start < z < street.crossing_end:
        return ROAD
    from_kerb = abs(street_offset(street, x, z)) - street.half_width
    if from_kerb < 0:
        return ROAD
    if street.grass_start < from_kerb < street.grass_end:
        return GRASS
    return PAVEMENT


@compiled
def ground_hit(street, origin, ray):
    """Return the ray parameter and the surface where a falling ray meets the ground.

    The ray starts above the pavements. It meets them, or passes over the road until it meets the
    road, or meets a kerb's face in between.
    """
    upper = (KERB_HEIGHT - origin[1]) / ray[1]
    place = zone(street, origin[0] + upper * ray[0], origin[2] + upper * ray[2])
    if place != ROAD:
        return upper, place
    lower = -origin[1] / ray[1]
    if zone(street, origin[0] + lower * ray[0], origin[2] + lower * ray[2]) == ROAD:
        return lower, ROAD
    for _ in range(BISECTIONS):
        middle = 0.5 * (upper + lower)
        if zone(street, origin[0] + middle * ray[0], origin[2] + middle * ray[2]) == ROAD:
            upper = middle
        else:
            lower = middle
    return lower, KERB


@compiled
def draw_ground(street, camera, depth, surface):
    """Draw the ground into a depth map and a surface map, behind what is nearer."""
    axes = camera.axes
    origin = (camera.position[0], camera.position[1], camera.position[2])
    height, width = depth.shape
    for v in range(height):
        y = (v - camera.v0) / camera.fy
        for u in range(width):
            x = (u - camera.u0) / camera.fx
            ray = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2],
                   axes[1, 0] * x + axes[1, 1] * y + axes[1, 2],
                   axes[2, 0] * x + axes[2, 1] * y + axes[2, 2])
            if ray[1] * HORIZON > -origin[1]:
                continue  # above the horizon
            distance, place = ground_hit(street, origin, ray)
            if distance < min(depth[v, u], HORIZON):
                depth[v, u] = distance
                surface[v, u] = place
