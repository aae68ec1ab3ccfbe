"""Bicycles: two spoked wheels and a frame of tubes."""

from street_scenes.chance import Chance
from street_scenes.frames import Frame
from street_scenes.labels import Label
from street_scenes.primitives import Material, Paint, PrimitiveTable
from street_scenes.solids import cylinder, ellipsoid, limb

WHEEL_RADIUS, WHEEL_HALF_WIDTH, WHEEL_OFFSET = 0.34, 0.025, 0.52  # metres
TUBE_RADIUS = 0.028
# Ends of the tubes: right, up, forward in metres from the place between the wheels.
REAR_HUB, CRANK, FRONT_HUB = (0, 0.34, -0.52), (0, 0.36, 0), (0, 0.34, 0.52)
SEAT_POST, SEAT_JOINT, HEAD_TUBE = (0, 0.88, -0.2), (0, 0.78, -0.17), (0, 0.80, 0.38)
STEM, LEFT_GRIP, RIGHT_GRIP = (0, 0.98, 0.34), (-0.25, 0.99, 0.33), (0.25, 0.99, 0.33)
TUBES = ((REAR_HUB, CRANK), (CRANK, SEAT_POST), (CRANK, HEAD_TUBE), (SEAT_JOINT, HEAD_TUBE),
         (FRONT_HUB, STEM), (REAR_HUB, SEAT_JOINT), (LEFT_GRIP, RIGHT_GRIP))
SADDLE, SADDLE_SIZE, BLACK = (0, 0.90, -0.21), (0.08, 0.04, 0.13), (0.03, 0.03, 0.03)


def add_bicycle(table: PrimitiveTable, chance: Chance, frame: Frame) -> None:
    """Add a bicycle that looks along its frame."""
    identity, seed = table.new_instance(Label.BICYCLE), chance.texture_seed()
    paint = Paint(colour=chance.colour(0.02, 0.5), texture_seed=seed)
    for forward in (WHEEL_OFFSET, -WHEEL_OFFSET):
        hub = frame.point(0, WHEEL_RADIUS, forward)
        table.add(cylinder(frame.axle, hub, WHEEL_RADIUS, WHEEL_HALF_WIDTH),
                  Paint(Material.BICYCLE_WHEEL, texture_seed=seed), identity)
    for start, end in TUBES:
        table.add(limb(frame.point(*start), frame.point(*end), TUBE_RADIUS), paint, identity)
    saddle = ellipsoid(frame.rotation, frame.point(*SADDLE), SADDLE_SIZE)
    table.add(saddle, Paint(colour=BLACK, texture_seed=seed), identity)
