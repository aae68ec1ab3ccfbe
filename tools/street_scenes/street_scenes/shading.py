"""Colours of all pixels, from the maps of depth and surface."""

import math

import numpy as np

from street_scenes.compiled import compiled
from street_scenes.light import hidden_by_houses, illuminate, through_haze
from street_scenes.materials.bus import bus
from street_scenes.materials.car import car_body, car_cabin
from street_scenes.materials.facade import facade
from street_scenes.materials.ground import ground
from street_scenes.materials.plants import foliage, hedge
from street_scenes.materials.signs import sign, traffic_light
from street_scenes.materials.simple import bicycle_wheel, head, plain, roof, wheel
from street_scenes.materials.sky import sky
from street_scenes.materials.surface import Hit, fade_at, local_normal, unit
from street_scenes.primitives import Material
from street_scenes.rotation import advance, point_to_local, to_world
from street_scenes.shadows import interpolate
from street_scenes.surfaces import SKY

CONTACT_DARKNESS = 0.75  # share of the sky that a thing hides from the ground right below it


@compiled
def apply_material(hit, primitive):
    """Return the surface at a hit; the commonest materials come first."""
    material = primitive.material
    if material == Material.FACADE:
        return facade(hit, primitive)
    if material == Material.FOLIAGE:
        return foliage(hit, primitive)
    if material == Material.CAR_BODY:
        return car_body(hit, primitive)
    if material == Material.CAR_CABIN:
        return car_cabin(hit, primitive)
    if material == Material.WHEEL:
        return wheel(hit, primitive)
    if material == Material.ROOF:
        return roof(hit, primitive)
    if material == Material.BUS:
        return bus(hit, primitive)
    if material == Material.HEDGE:
        return hedge(hit, primitive)
    if material == Material.SIGN:
        return sign(hit, primitive)
    if material == Material.TRAFFIC_LIGHT:
        return traffic_light(hit, primitive)
    if material == Material.BICYCLE_WHEEL:
        return bicycle_wheel(hit, primitive)
    if material == Material.HEAD:
        return head(hit, primitive)
    return plain(hit, primitive)


@compiled
def surface_at(place, point, distance, primitives, planes, maps, street, look):
    """Return surface, unit normal (world) and share of the sun for a world point."""
    if place < 0:
        hidden_sky = interpolate(maps.contact, point[0], point[2])
        surface = ground(place, point, distance, 1 - CONTACT_DARKNESS * hidden_sky, street, look)
        return surface, unit(surface.normal), 1 - interpolate(maps.shadow, point[0], point[2])
    primitive = primitives[place]
    local = point_to_local(primitive, point)
    normal, face = local_normal(primitive, planes, local)
    hit = Hit(local[0], local[1], local[2], normal, face, distance, fade_at(distance))
    surface = apply_material(hit, primitive)
    return surface, to_world(primitive, unit(surface.normal)), 1.0


@compiled
def shade(primitives, planes, camera, depth, surface_map, maps, street, look, light, skyline):
    """Return the linear image, height x width x 3."""
    height, width = depth.shape
    image = np.empty((height, width, 3))
    axes = camera.axes
    origin = (camera.position[0], camera.position[1], camera.position[2])
    for v in range(height):
        y = (v - camera.v0) / camera.fy
        for u in range(width):
            x = (u - camera.u0) / camera.fx
            ray = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2],
                   axes[1, 0] * x + axes[1, 1] * y + axes[1, 2],
                   axes[2, 0] * x + axes[2, 1] * y + axes[2, 2])
            length = math.sqrt(ray[0] ** 2 + ray[1] ** 2 + ray[2] ** 2)
            place, distance = surface_map[v, u], depth[v, u]
            if place == SKY:
                colour = sky(ray, ray[1] / length, light)
            else:
                point = advance(origin, distance, ray)
                surface, normal, sun_share = surface_at(place, point, distance, primitives, planes,
                                                        maps, street, look)
                if light.sun_strength > 0 and hidden_by_houses(point, light, street, skyline):
                    sun_share = 0.0
                view = (ray[0] / length, ray[1] / length, ray[2] / length)
                colour = through_haze(illuminate(surface, normal, sun_share, view, light),
                                      distance, light)
            image[v, u, 0], image[v, u, 1], image[v, u, 2] = colour
    return image
