"""Two rows of houses with gaps, and what is at the far end of the street."""

import numpy as np

from street_scenes.chance import Chance
from street_scenes.details import FacadeDetail
from street_scenes.frames import standing
from street_scenes.labels import Label
from street_scenes.layout.plan import NOWHERE, Greenery, Plan
from street_scenes.light import SKYLINE_LENGTH, SKYLINE_START, Skyline
from street_scenes.objects.building import add_fence, add_house, add_roof
from street_scenes.objects.plants import add_distant_wood, add_hedge, add_tree
from street_scenes.primitives import Material, Paint, PrimitiveTable, stuff
from street_scenes.solids import box

PAVEMENT_LEVEL = 0.12  # metres
FIRST_HOUSE, LAST_HOUSE = -15.0, 190.0  # z, metres
GARDENS, ROOFS, HEDGED = 0.09, 0.65, 0.7  # shares
CORNER = 2.0  # metres between a crossing road's kerb and the house at its corner
SANDSTONE = (0.6, 0.55, 0.45)


def next_lot(chance: Chance, plan: Plan, z: float) -> tuple[float, float]:
    """Return start and length of the next lot from z on; it does not reach into the crossing."""
    length = chance.uniform(7, 18)
    before = plan.crossing - plan.crossing_half_width - CORNER
    after = plan.crossing + plan.crossing_half_width + CORNER
    if z + length <= before or z >= after:
        return z, length
    if z > before - 4:  # too little is left for a house
        return after, length
    return z, before - z


def add_garden(table: PrimitiveTable, chance: Chance, plan: Plan, side: int, start: float,
               length: float) -> None:
    """Add a gap between houses: trees behind a fence or a hedge."""
    middle = start + length / 2
    for _ in range(int(length / 3.5)):
        beside = plan.house_offset + chance.uniform(2, 9)
        z = start + chance.uniform(0, length)
        add_tree(table, chance, standing(plan.middle(middle) + side * beside, PAVEMENT_LEVEL, z),
                 size=1.2)
    heading = plan.heading(middle)
    frame = plan.spot(0, 0, middle, heading)
    frame = standing(*frame.point(side * (plan.house_offset + 0.3), 0, 0), heading)
    add_border = add_fence if chance.happens(0.5) else add_hedge
    half_thickness = 0.12 if chance.happens(0.5) else 0.35
    add_border(table, chance, frame, (half_thickness, 0.75, length / 2))


def add_lot(table: PrimitiveTable, chance: Chance, plan: Plan, side: int, start: float,
            length: float, height: float) -> float:
    """Add a house of a row, perhaps with a hedge; return its height up to the roof, metres."""
    middle = start + length / 2
    heading, half_depth = plan.heading(middle), chance.uniform(5, 8)
    road = plan.spot(0, 0, middle, heading)
    frame = standing(*road.point(side * (plan.house_offset + half_depth), 0, 0), heading)
    half = (half_depth, height / 2, length / 2 + 0.05)
    add_house(table, chance, frame, half)
    if chance.happens(ROOFS):
        roof_height = chance.uniform(1.5, 4)
        add_roof(table, chance, frame, half, roof_height)
        height += 0.6 * roof_height
    if plan.greenery is Greenery.GARDENS and chance.happens(HEDGED):
        at_pavement = road.point(side * (plan.house_offset - plan.setback + 0.3), 0, 0)
        add_hedge(table, chance, standing(*at_pavement, heading), (0.28, 0.55, length / 2 - 0.8))
    return height


def add_row(table: PrimitiveTable, chance: Chance, plan: Plan, side: int) -> np.ndarray:
    """Add the houses of one side (-1 left, 1 right); return the row of the skyline."""
    skyline = np.zeros(SKYLINE_LENGTH)
    usual_height = chance.uniform(7, 17)
    z = FIRST_HOUSE + chance.uniform(0, 8)
    while z < min(plan.end, LAST_HOUSE):
        z, length = next_lot(chance, plan, z)
        if chance.happens(GARDENS):
            add_garden(table, chance, plan, side, z, length)
        else:
            height = min(24.0, max(5.5, usual_height * chance.uniform(0.7, 1.35)))
            height = add_lot(table, chance, plan, side, z, length, height)
            first = max(0, int(z) - SKYLINE_START)
            skyline[first:int(z + length) - SKYLINE_START + 1] = height
        z += length + (chance.uniform(1, 3) if chance.happens(0.15) else 0.0)
    return skyline


def add_far_end(table: PrimitiveTable, chance: Chance, plan: Plan) -> None:
    """Add a house across the street's end, or a wood where it goes on."""
    if plan.end == NOWHERE:
        add_distant_wood(table, chance, plan.middle(LAST_HOUSE))
        return
    z = plan.end + 8
    frame = plan.spot(chance.uniform(-4, 4), 8.0, z, chance.uniform(-0.2, 0.2))
    detail = FacadeDetail(chance.uniform(1.8, 2.9), 3.2, 0.0, 0.55)
    paint = Paint(Material.FACADE, chance.shade(SANDSTONE, 0.6, 1.1), chance.colour(0.03, 0.5),
                  chance.texture_seed(), detail)
    half = (chance.uniform(14, 30), chance.uniform(6, 11), 6.0)
    table.add(box(frame.rotation, frame.point(0, 0, 0), half), paint, stuff(Label.BUILDING),
              casts_shadow=False)


def add_houses(table: PrimitiveTable, chance: Chance, plan: Plan) -> Skyline:
    """Add both rows and the far end; return the skyline that keeps the sun from the street."""
    heights = np.stack([add_row(table, chance, plan, side) for side in (-1, 1)])
    add_far_end(table, chance, plan)
    return Skyline(plan.house_offset, heights)
