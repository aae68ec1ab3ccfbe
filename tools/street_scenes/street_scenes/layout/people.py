"""People on the pavements and on the road, cyclists, parked bicycles."""

import math

from street_scenes.chance import Chance
from street_scenes.ground import KERB_HEIGHT
from street_scenes.layout.plan import Occupancy, Plan
from street_scenes.objects.bicycle import add_bicycle
from street_scenes.objects.person import RIDERS_FEET, add_pedestrian, add_rider
from street_scenes.primitives import PrimitiveTable

# Half sizes of what somebody claims of the plan (x, z), metres.
WALKER, COMPANION, STROLLER = (0.35, 0.35), (0.2, 0.2), (0.4, 0.4)
CYCLIST, BICYCLE = (0.4, 1.0), (0.4, 0.9)
NEAREST_WALKER, WALKERS_RANGE = 6.0, 44.0  # z, metres
# Above 1 there are more people near than far, where they would be a few pixels; but the nearest
# pavement is out of sight to the left and right.
NEARNESS = 1.3


def walking(chance: Chance) -> float:
    """Return the heading of somebody who walks up or down the street."""
    return chance.pick((0.0, math.pi)) + chance.normal(0.5)


def add_walkers(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy) -> None:
    """Add people on the pavements, some of them in pairs."""
    for _ in range(3 + chance.integer(12)):
        side, z = chance.sign(), NEAREST_WALKER + WALKERS_RANGE * chance.unit() ** NEARNESS
        offset = side * (plan.half_width + chance.uniform(1.0, plan.pavement - 0.4))
        frame = plan.spot(offset, KERB_HEIGHT, z, walking(chance))
        if not plan.is_clear_of_crossing(z) or not places.claim(frame, *WALKER):
            continue
        add_pedestrian(table, chance, frame)
        if chance.happens(0.3):
            beside = plan.spot(offset + 0.6, KERB_HEIGHT, z + chance.normal(0.1), walking(chance))
            if places.claim(beside, *COMPANION):
                add_pedestrian(table, chance, beside)


def add_people_on_road(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add up to three people who cross the street."""
    for _ in range(chance.integer(4)):
        offset = chance.uniform(-plan.half_width, plan.half_width)
        heading = chance.sign() * math.pi / 2 + chance.normal(0.2)
        frame = plan.spot(offset, 0.0, chance.uniform(9, 35), heading)
        if places.claim(frame, *STROLLER):
            add_pedestrian(table, chance, frame)


def add_cyclists(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy) -> None:
    """Add up to three cyclists at the edges of the lanes."""
    for _ in range(chance.integer(4)):
        side, z = chance.sign(), chance.uniform(7, 38)
        heading = plan.heading(z) + (0.0 if side > 0 else math.pi) + chance.normal(0.12)
        offset = side * (plan.lane_edge - 0.55)
        frame = plan.spot(offset, 0.0, z, heading)
        if places.claim(frame, *CYCLIST):
            add_bicycle(table, chance, frame)
            add_rider(table, chance, plan.spot(offset, RIDERS_FEET, z, heading))


def add_parked_bicycles(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add up to two bicycles that stand on the pavements."""
    for _ in range(chance.integer(3)):
        side, z = chance.sign(), chance.uniform(7, 30)
        offset = side * (plan.half_width + chance.uniform(0.5, 1.0))
        frame = plan.spot(offset, KERB_HEIGHT, z, chance.normal(0.4))
        if plan.is_clear_of_crossing(z) and places.claim(frame, *BICYCLE):
            add_bicycle(table, chance, frame)


def add_people(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy) -> None:
    """Add everybody, and all bicycles."""
    add_walkers(table, chance, plan, places)
    add_people_on_road(table, chance, plan, places)
    add_cyclists(table, chance, plan, places)
    add_parked_bicycles(table, chance, plan, places)
