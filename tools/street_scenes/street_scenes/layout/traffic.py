"""Cars and buses: parked, ahead of us, coming, crossing."""

import math

from street_scenes.chance import Chance
from street_scenes.layout.plan import Occupancy, Plan
from street_scenes.objects.bus import add_bus
from street_scenes.objects.car import add_car
from street_scenes.primitives import PrimitiveTable

LAST_PARKED, LAST_DRIVING = 75.0, 80.0  # z, metres
# Half sizes of what a vehicle claims of the plan (x, z), metres.
PARKED, DRIVING, BUS, CROSSING = (0.9, 2.2), (1.0, 3.2), (1.3, 6.5), (3.0, 1.1)


def add_parked_cars(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add cars at both kerbs; a few of them the wrong way round."""
    for side in (-1, 1):
        density = chance.pick((0.25, 0.6, 0.85))
        z = chance.uniform(4.5, 9)
        while z < LAST_PARKED:
            if chance.happens(density) and plan.is_clear_of_crossing(z, 3):
                turned = (side < 0) != chance.happens(0.12)
                heading = plan.heading(z) + chance.normal(0.03) + (math.pi if turned else 0.0)
                frame = plan.spot(side * (plan.half_width - 1.05), 0.0, z, heading)
                if places.claim(frame, *PARKED):
                    add_car(table, chance, frame)
            z += chance.uniform(5.3, 7.2)


def add_cars_ahead(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add cars in our lane."""
    z = chance.uniform(9, 24)
    while z < LAST_DRIVING:
        if chance.happens(0.6):
            frame = plan.spot(plan.lane_edge / 2 + chance.normal(0.15), 0.0, z,
                              plan.heading(z) + chance.normal(0.02))
            if places.claim(frame, *DRIVING):
                add_car(table, chance, frame)
        z += chance.uniform(9, 25)


def add_coming_traffic(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add cars in the other lane, and at most one bus."""
    bus_allowed = True
    z = chance.uniform(6, 20)
    while z < LAST_DRIVING:
        if chance.happens(0.55):
            frame = plan.spot(-plan.lane_edge / 2 + chance.normal(0.15), 0.0, z,
                              plan.heading(z) + math.pi + chance.normal(0.02))
            is_bus = bus_allowed and z > 12 and chance.happens(0.3)
            if is_bus and places.claim(frame, *BUS):
                add_bus(table, chance, frame)
                bus_allowed = False
            elif places.claim(frame, *DRIVING):
                add_car(table, chance, frame)
        z += chance.uniform(8, 25)


def add_crossing_cars(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy):
    """Add up to two cars on the road that crosses."""
    for _ in range(chance.integer(3)):
        side = chance.sign()
        frame = plan.spot(chance.uniform(-8, 8), 0.0,
                          plan.crossing + side * plan.crossing_half_width / 2, -side * math.pi / 2)
        if places.claim(frame, *CROSSING):
            add_car(table, chance, frame)


def add_traffic(table: PrimitiveTable, chance: Chance, plan: Plan, places: Occupancy) -> None:
    """Add all motor vehicles."""
    if plan.parking:
        add_parked_cars(table, chance, plan, places)
    add_cars_ahead(table, chance, plan, places)
    add_coming_traffic(table, chance, plan, places)
    if plan.has_crossing:
        add_crossing_cars(table, chance, plan, places)
