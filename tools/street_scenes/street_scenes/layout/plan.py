"""The plan of a street: widths, bend, crossing, greenery; and which places are taken."""

import math
from dataclasses import dataclass
from enum import Enum

from street_scenes.chance import Chance
from street_scenes.frames import Frame, standing
from street_scenes.ground import Street

NOWHERE = 900.0  # metres: farther along the street than anything is drawn
PARKING_LANE = 2.1  # metres


class Greenery(Enum):
    """Where grass grows."""

    NONE = 0
    VERGE = 1  # between the kerb and the pavement
    GARDENS = 2  # between the pavement and the houses


@dataclass(frozen=True)
class Plan:
    """Sizes of a street in metres; z runs along it, and things lie at z from the camera."""

    half_width: float  # from the middle of the road to the kerb
    pavement: float  # width of each pavement
    setback: float  # from the pavement to the houses
    curvature: float  # 1 / metres
    crossing: float  # z of the middle of the road that crosses; NOWHERE if there is none
    crossing_half_width: float
    end: float  # z where a house ends the street; NOWHERE for an open end
    parking: bool  # cars park at both kerbs
    greenery: Greenery

    @property
    def house_offset(self) -> float:
        """Distance of the houses' fronts from the middle of the road."""
        return self.half_width + self.pavement + self.setback

    @property
    def lane_edge(self) -> float:
        """Distance from the middle to the outer edge of the driving lane."""
        return self.half_width - (PARKING_LANE if self.parking else 0.0)

    @property
    def has_crossing(self) -> bool:
        """Whether a road crosses."""
        return self.crossing != NOWHERE

    def middle(self, z: float) -> float:
        """Return x of the middle of the road."""
        return 0.5 * self.curvature * z * z

    def heading(self, z: float) -> float:
        """Return the heading of the road, radians to the right."""
        return math.atan(self.curvature * z)

    def is_clear_of_crossing(self, z: float, margin: float = 0.0) -> bool:
        """Say whether z lies outside of the crossing by more than a margin."""
        return abs(z - self.crossing) > self.crossing_half_width + margin

    def spot(self, offset: float, y: float, z: float, heading: float = 0.0) -> Frame:
        """Return a frame at an offset to the right of the road's middle."""
        return standing(self.middle(z) + offset, y, z, heading)

    def ground(self) -> Street:
        """Return the plan of the ground."""
        if self.greenery is Greenery.VERGE:
            grass = (0.25, min(1.4, self.pavement - 1.2))
        elif self.greenery is Greenery.GARDENS:
            grass = (self.pavement, self.pavement + self.setback)
        else:
            grass = (NOWHERE, NOWHERE)
        return Street(self.curvature, self.half_width, self.crossing - self.crossing_half_width,
                      self.crossing + self.crossing_half_width, *grass)


def draw_plan(chance: Chance) -> Plan:
    """Draw the plan of a street."""
    parking = chance.happens(0.8)
    half_width = (chance.uniform(3.2, 4.2) + (2.2 if parking else 0.0)
                  + (1.5 if chance.happens(0.2) else 0.0))
    greenery = chance.weighted(((0.55, Greenery.NONE), (0.25, Greenery.VERGE),
                                (0.20, Greenery.GARDENS)))
    return Plan(
        half_width=half_width,
        pavement=chance.uniform(2.2, 4.5),
        setback=chance.uniform(2.5, 6.0) if greenery is Greenery.GARDENS else 0.0,
        curvature=chance.uniform(-0.0045, 0.0045) if chance.happens(2 / 3) else 0.0,
        crossing=chance.uniform(22, 70) if chance.happens(0.55) else NOWHERE,
        crossing_half_width=chance.uniform(4, 7),
        end=chance.uniform(55, 130) if chance.happens(0.5) else NOWHERE,
        parking=parking,
        greenery=greenery,
    )


class Occupancy:
    """Rectangles of the plan that are taken, so that things do not stand in each other."""

    def __init__(self):
        self.taken = []

    def claim(self, frame: Frame, half_x: float, half_z: float) -> bool:
        """Take a rectangle around a frame if it is free; say whether it was."""
        for x, z, taken_x, taken_z in self.taken:
            if abs(frame.x - x) < half_x + taken_x and abs(frame.z - z) < half_z + taken_z:
                return False
        self.taken.append((frame.x, frame.z, half_x, half_z))
        return True
