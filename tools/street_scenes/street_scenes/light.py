"""Sun, sky and haze, and the rows of houses that keep the sun from the street."""

import math
from typing import NamedTuple

import numpy as np

from street_scenes.colours import mixed, plus, scaled, times
from street_scenes.compiled import compiled
from street_scenes.ground import street_offset

SKYLINE_START, SKYLINE_LENGTH = -40, 260  # metres along the street
STEEP_SUN = 0.02  # a sun this close to the street's direction passes between the houses


class Light(NamedTuple):
    """Light of a scene; colours are linear."""

    sun_strength: float  # 0 on an overcast day
    sun_direction: tuple  # unit vector towards the sun, world
    sun_colour: tuple
    ambient: tuple
    haze: tuple
    haze_length: float  # metres to 1 / e
    cloudiness: float  # share of the sky, roughly
    seed: int


class Skyline(NamedTuple):
    """Heights of the houses for each metre along the street, metres; rows: left, right."""

    distance: float  # of the fronts from the road's middle, metres
    heights: np.ndarray  # 2 x SKYLINE_LENGTH


@compiled
def hidden_by_houses(point, light, street, skyline):
    """Say whether a row of houses hides the sun from a point."""
    toward = light.sun_direction
    if abs(toward[0]) < STEEP_SUN:
        return False
    side = 1.0 if toward[0] > 0 else -1.0
    offset = street_offset(street, point[0], point[2])
    distance = (side * skyline.distance - offset) / toward[0]
    if distance <= 0:
        return False
    metre = int(math.floor(point[2] + distance * toward[2])) - SKYLINE_START
    if metre < 0 or metre >= SKYLINE_LENGTH:
        return False
    return point[1] + distance * toward[1] < skyline.heights[1 if side > 0 else 0, metre]


@compiled
def reflected_sky(view, normal, light, gloss):
    """Return what a glossy surface mirrors; `view` is the unit vector from the camera."""
    facing = -(view[0] * normal[0] + view[1] * normal[1] + view[2] * normal[2])
    # Schlick's approximation, scaled to the look of paint and of glass.
    fresnel = gloss * (0.06 + 0.6 * (1 - max(0.0, facing)) ** 3)
    upward = view[1] + 2 * facing * normal[1]
    sky_share = min(1.0, max(0.0, 0.45 + 1.2 * upward))
    return scaled(plus((0.12, 0.12, 0.12), scaled(light.haze, 0.76 * sky_share)), fresnel)


@compiled
def illuminate(surface, normal, sun_visible, view, light):
    """Return the light that leaves a surface towards the camera.

    `normal` is a unit vector in the world; sun_visible is a share.
    """
    toward = light.sun_direction
    slant = normal[0] * toward[0] + normal[1] * toward[1] + normal[2] * toward[2]
    sun = light.sun_strength * max(0.0, slant) * sun_visible
    sky = (0.55 + 0.45 * normal[1]) * surface.openness
    radiance = times(surface.colour,
                     plus(scaled(light.ambient, sky), scaled(light.sun_colour, sun)))
    if surface.gloss > 0:
        radiance = plus(radiance, reflected_sky(view, normal, light, surface.gloss))
    return plus(radiance, scaled(surface.colour, surface.glow))


@compiled
def through_haze(radiance, distance, light):
    """Return what is left of a radiance after a distance in metres."""
    return mixed(radiance, light.haze, 1 - math.exp(-distance / light.haze_length))
