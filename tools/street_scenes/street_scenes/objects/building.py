"""Houses, and fences of gardens."""

from street_scenes.chance import Chance
from street_scenes.details import FacadeDetail
from street_scenes.frames import Frame, Vector
from street_scenes.labels import Label
from street_scenes.primitives import Material, Paint, PrimitiveTable, stuff
from street_scenes.solids import Slice, box, frustum

PLASTERS = (
    (0.62, 0.55, 0.42), (0.66, 0.62, 0.54), (0.50, 0.26, 0.18), (0.42, 0.20, 0.14),
    (0.58, 0.58, 0.57), (0.68, 0.60, 0.36), (0.60, 0.44, 0.34), (0.45, 0.48, 0.50),
    (0.72, 0.70, 0.66), (0.40, 0.36, 0.32),
)
RED_TILES, SLATE, IRON = (0.26, 0.12, 0.08), (0.14, 0.14, 0.15), (0.12, 0.12, 0.13)
RED_TILED = 0.6  # share of roofs


def is_brick(colour) -> bool:
    """Say whether a wall of this colour is made of bricks: the dark reds."""
    return colour[0] > 1.7 * colour[2] and colour[0] < 0.55


def facade_paint(chance: Chance, colour) -> Paint:
    """Return a wall with windows of random size."""
    detail = FacadeDetail(
        window_spacing=chance.uniform(1.7, 2.9), storey_height=chance.uniform(2.8, 3.5),
        brick=float(is_brick(colour)), window_width=chance.uniform(0.42, 0.66))
    return Paint(Material.FACADE, colour, chance.colour(0.03, 0.55), chance.texture_seed(), detail)


def add_house(table: PrimitiveTable, chance: Chance, frame: Frame, half: Vector) -> None:
    """Add the walls of a house of the given half sizes that stands at the frame's origin."""
    colour = chance.shade(chance.pick(PLASTERS), 0.75, 1.05)
    walls = box(frame.rotation, frame.point(0, half[1], 0), half)
    table.add(walls, facade_paint(chance, colour), stuff(Label.BUILDING), casts_shadow=False)


def add_roof(table: PrimitiveTable, chance: Chance, frame: Frame, half: Vector,
             height: float) -> None:
    """Add a hipped roof of the given height on the walls of a house."""
    tiles = RED_TILES if chance.happens(RED_TILED) else SLATE
    paint = Paint(Material.ROOF, chance.shade(tiles, 0.8, 1.3), texture_seed=chance.texture_seed())
    eaves = Slice(-half[2] - 0.05, half[2] + 0.05, half[0] + 0.35)
    ridge = Slice(-half[2] + 0.25, half[2] - 0.25, 0.24 * half[0])
    solid = frustum(frame, 2 * half[1], 2 * half[1] + height, eaves, ridge)
    table.add(solid, paint, stuff(Label.BUILDING), casts_shadow=False)


def add_fence(table: PrimitiveTable, chance: Chance, frame: Frame, half: Vector) -> None:
    """Add a fence of upright bars."""
    paint = Paint(Material.FENCE, IRON, texture_seed=chance.texture_seed())
    solid = box(frame.rotation, frame.point(0, half[1], 0), half)
    table.add(solid, paint, stuff(Label.FENCE), casts_shadow=False)
