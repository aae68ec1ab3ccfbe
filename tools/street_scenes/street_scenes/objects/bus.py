"""Buses: a box on wheels."""

from street_scenes.chance import Chance
from street_scenes.frames import Frame
from street_scenes.labels import Label
from street_scenes.primitives import Material, Paint, PrimitiveTable
from street_scenes.solids import box, cylinder

COLOURS = ((0.75, 0.62, 0.05), (0.55, 0.03, 0.03), (0.7, 0.7, 0.7), (0.05, 0.2, 0.45),
           (0.05, 0.3, 0.12))
# Metres.
HALF_WIDTH, HALF_HEIGHT, MIDDLE_HEIGHT = 1.25, 1.42, 1.62
WHEEL_RADIUS, WHEEL_HALF_WIDTH, WHEEL_OFFSET = 0.45, 0.12, 1.16
AXLES = (0.30, -0.28)  # shares of the length


def add_bus(table: PrimitiveTable, chance: Chance, frame: Frame) -> None:
    """Add a bus that stands on y = 0 and looks along its frame."""
    length, seed = chance.uniform(9.5, 12.0), chance.texture_seed()
    identity = table.new_instance(Label.BUS)
    paint = Paint(Material.BUS, chance.pick(COLOURS), chance.colour(0.05, 0.6), seed)
    body = box(frame.rotation, frame.point(0, MIDDLE_HEIGHT, 0),
               (HALF_WIDTH, HALF_HEIGHT, length / 2))
    table.add(body, paint, identity)
    for side in (-1, 1):
        for axle in AXLES:
            hub = frame.point(side * WHEEL_OFFSET, WHEEL_RADIUS, axle * length)
            table.add(cylinder(frame.axle, hub, WHEEL_RADIUS, WHEEL_HALF_WIDTH),
                      Paint(Material.WHEEL, texture_seed=seed), identity)
