"""Cars: two frustums for the body, one for the cabin, four wheels, two mirrors."""

from typing import NamedTuple

from street_scenes.chance import Chance
from street_scenes.details import CabinDetail, CarBodyDetail
from street_scenes.frames import Frame
from street_scenes.labels import Label
from street_scenes.materials.car import FRONT_AXLE, REAR_AXLE, WHEEL_RADIUS
from street_scenes.primitives import Material, Paint, PrimitiveTable
from street_scenes.solids import Slice, box, cylinder, frustum


class CarModel(NamedTuple):
    """Sizes of a kind of car, metres; positions along the cabin are shares of the length."""

    length: float
    width: float
    height: float
    belt: float  # height of the belt line, as a share of the height
    boot_slope: float  # how far the body's back edge comes in between bumper and belt
    hood_slope: float  # the same for the front
    cabin_low: tuple[float, float]  # back and front at the belt line
    cabin_high: tuple[float, float]  # back and front at the roof
    roof_inset: float  # how much narrower the roof is than the body, on each side


HATCHBACK = CarModel(4.0, 1.74, 1.48, 0.60, 0.10, 0.32, (-0.47, 0.24), (-0.40, 0.03), 0.24)
SALOON = CarModel(4.6, 1.80, 1.44, 0.60, 0.14, 0.26, (-0.42, 0.22), (-0.24, 0.02), 0.24)
SUV = CarModel(4.5, 1.86, 1.68, 0.60, 0.06, 0.22, (-0.48, 0.24), (-0.43, 0.08), 0.24)
VAN = CarModel(4.9, 1.92, 1.95, 0.55, 0.03, 0.20, (-0.49, 0.34), (-0.475, 0.20), 0.14)
MODELS = ((0.38, HATCHBACK), (0.32, SALOON), (0.20, SUV), (0.10, VAN))

COLOURS = (
    (0.55, 0.56, 0.58), (0.62, 0.63, 0.64), (0.03, 0.03, 0.035), (0.04, 0.045, 0.05),
    (0.75, 0.75, 0.74), (0.72, 0.72, 0.70), (0.20, 0.21, 0.22), (0.45, 0.02, 0.02),
    (0.30, 0.02, 0.03), (0.03, 0.07, 0.25), (0.05, 0.14, 0.35), (0.02, 0.10, 0.07),
    (0.28, 0.24, 0.18), (0.55, 0.40, 0.05), (0.10, 0.11, 0.13),
)
CLEARANCE, BUMPER_HEIGHT = 0.20, 0.55  # metres above the road
WHEEL_HALF_WIDTH = 0.11
MIRROR = (0.09, 0.06, 0.05)


def add_car(table: PrimitiveTable, chance: Chance, frame: Frame) -> None:
    """Add a car of a random model that stands on y = 0 and looks along its frame."""
    model = chance.weighted(MODELS)
    length = model.length * chance.uniform(0.94, 1.06)
    half_length = length / 2
    half_width = model.width / 2 * chance.uniform(0.97, 1.03)
    height = model.height * chance.uniform(0.97, 1.03)
    belt = model.belt * height
    colour = chance.shade(chance.pick(COLOURS), 0.85, 1.15)
    seed = chance.texture_seed()
    car = table.new_instance(Label.CAR)

    body = Paint(Material.CAR_BODY, colour, texture_seed=seed,
                 detail=CarBodyDetail(half_width, half_length))
    widest = Slice(-half_length, half_length, half_width)
    lowest = Slice(-half_length + 0.08, half_length - 0.06, half_width - 0.03)
    at_belt = Slice(-half_length + model.boot_slope, half_length - model.hood_slope,
                    half_width - 0.05)
    table.add(frustum(frame, CLEARANCE, BUMPER_HEIGHT, lowest, widest), body, car)
    table.add(frustum(frame, BUMPER_HEIGHT, belt, widest, at_belt), body, car)

    low_back, low_front = (share * length for share in model.cabin_low)
    high_back, high_front = (share * length for share in model.cabin_high)
    cabin = Paint(Material.CAR_CABIN, colour, texture_seed=seed,
                  detail=CabinDetail(low_back, low_front, high_back, high_front))
    table.add(frustum(frame, belt, height, Slice(low_back, low_front, half_width - 0.06),
                      Slice(high_back, high_front, half_width - model.roof_inset)), cabin, car)

    tyre = Paint(Material.WHEEL, texture_seed=seed)
    mirror = Paint(colour=tuple(0.5 * channel for channel in colour))
    for side in (-1, 1):
        for axle in (FRONT_AXLE, REAR_AXLE):
            hub = frame.point(side * (half_width - 0.09), WHEEL_RADIUS, axle * half_length)
            table.add(cylinder(frame.axle, hub, WHEEL_RADIUS, WHEEL_HALF_WIDTH), tyre, car)
        at_window = frame.point(side * (half_width + 0.04), belt + 0.05, low_front - 0.25)
        table.add(box(frame.rotation, at_window, MIRROR), mirror, car, casts_shadow=False)
