"""Crowns of trees and hedges."""

from street_scenes.colours import scaled, triple
from street_scenes.compiled import compiled
from street_scenes.materials.surface import Surface
from street_scenes.noise import noise

# Leaves look in all directions; on average a little more to the sky than the crown's surface.
LEAVES_UPWARD, HEDGE_UPWARD = 0.35, 0.3
LEAF_TEXTURE_RANGE = 60.0  # metres


@compiled
def lifted(normal, upward):
    """Return a normal turned towards the sky."""
    return (normal[0], normal[1] + upward, normal[2])


@compiled
def foliage(hit, primitive):
    """Return a crown: clumps, darker below, and leaves up close."""
    seed = primitive.texture_seed
    clumps = 0.5 + 0.85 * noise(hit.x * 4.1 + hit.y * 3.1, hit.z * 4.1 - hit.y * 2.3, seed + 1)
    shade = clumps * (0.62 + 0.38 * (0.5 + 0.5 * hit.y / primitive.half[1]))
    if hit.distance < LEAF_TEXTURE_RANGE:
        leaves = noise(hit.x * 11 + hit.y * 7, hit.z * 11 - hit.y * 9, seed + 4)
        shade *= 1 + 0.5 * (leaves - 0.5)
    colour = scaled(triple(primitive.colour), shade)
    return Surface(colour, lifted(hit.normal, LEAVES_UPWARD), 0.0, 0.0, 1.0)


@compiled
def hedge(hit, primitive):
    """Return a clipped hedge."""
    leaves = noise(hit.x * 9 + hit.y * 7, hit.z * 9 - hit.y * 8, primitive.texture_seed)
    colour = scaled(triple(primitive.colour), 0.55 + 0.75 * leaves)
    return Surface(colour, lifted(hit.normal, HEDGE_UPWARD), 0.0, 0.0, 1.0)
