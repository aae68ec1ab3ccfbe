"""Trees, hedges and distant woods."""

import math

from street_scenes.chance import Chance
from street_scenes.details import FoliageDetail
from street_scenes.frames import UPRIGHT, Frame, Vector
from street_scenes.labels import Label
from street_scenes.primitives import Material, Paint, PrimitiveTable, stuff
from street_scenes.solids import box, cylinder, ellipsoid

BARK, LEAVES, DARK_LEAVES = (0.10, 0.075, 0.05), (0.12, 0.22, 0.045), (0.10, 0.18, 0.05)
CROWN_HOLES = 0.34  # share of noise
WOOD = FoliageDetail(knots=0.9, holes=0.1)


def add_tree(table: PrimitiveTable, chance: Chance, frame: Frame, size=1.0) -> None:
    """Add a tree: a trunk, and a crown of four to six ragged ellipsoids."""
    height = chance.uniform(4.5, 9) * size
    trunk_height = height * chance.uniform(0.30, 0.42)
    crown_height, crown_radius = height - trunk_height, height * chance.uniform(0.22, 0.34)
    trunk = cylinder(UPRIGHT, frame.point(0, 0.6 * trunk_height, 0), 0.11 + 0.012 * height,
                     0.6 * trunk_height)
    table.add(trunk, Paint(colour=BARK, texture_seed=chance.texture_seed()),
              stuff(Label.VEGETATION))
    red, green, blue = chance.shade(LEAVES, 0.6, 1.3)
    leaves = (red * chance.uniform(0.7, 1.5), green, blue * chance.uniform(0.7, 1.5))
    for _ in range(4 + chance.integer(3)):
        turn = chance.uniform(0, 2 * math.pi)
        radius = chance.uniform(0, 0.55) * crown_radius
        centre = frame.point(radius * math.cos(turn),
                             trunk_height + crown_height * chance.uniform(0.3, 0.75),
                             radius * math.sin(turn))
        size_across = crown_radius * chance.uniform(0.6, 0.95)
        half = (size_across, 0.42 * crown_height * chance.uniform(0.6, 0.95), size_across)
        paint = Paint(Material.FOLIAGE, chance.shade(leaves, 0.8, 1.2),
                      texture_seed=chance.texture_seed(),
                      detail=FoliageDetail(chance.uniform(2.2, 3.4), CROWN_HOLES))
        table.add(ellipsoid(UPRIGHT, centre, half), paint, stuff(Label.VEGETATION))


def add_hedge(table: PrimitiveTable, chance: Chance, frame: Frame, half: Vector) -> None:
    """Add a hedge of the given half sizes that stands at the frame's origin."""
    paint = Paint(Material.HEDGE, chance.shade(DARK_LEAVES, 0.7, 1.3),
                  texture_seed=chance.texture_seed())
    solid = box(frame.rotation, frame.point(0, half[1], 0), half)
    table.add(solid, paint, stuff(Label.VEGETATION))


def add_distant_wood(table: PrimitiveTable, chance: Chance, middle: float) -> None:
    """Add a wood where an open street ends, around x = middle."""
    for _ in range(14):
        centre = (middle + chance.uniform(-45, 45), chance.uniform(0, 6), chance.uniform(190, 260))
        half = (chance.uniform(8, 16), chance.uniform(5, 12), 6.0)
        paint = Paint(Material.FOLIAGE, DARK_LEAVES, texture_seed=chance.texture_seed(),
                      detail=WOOD)
        table.add(ellipsoid(UPRIGHT, centre, half), paint, stuff(Label.VEGETATION),
                  casts_shadow=False)
