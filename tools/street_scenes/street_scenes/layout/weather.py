"""Light, the look of the ground, the camera's pose and exposure: what is no object."""

import math
from typing import NamedTuple

from street_scenes.chance import Chance
from street_scenes.layout.plan import NOWHERE, PARKING_LANE, Plan
from street_scenes.light import Light
from street_scenes.materials.ground import GroundLook
from street_scenes.sensor import Exposure

SUNNY = 0.62  # share of the scenes
USUAL_PITCH, PITCH_DEVIATION, YAW_DEVIATION = 0.03, 0.008, 0.035  # radians
GAIN, WHITE_BALANCE_DEVIATION = 1.5, 0.03


class Pose(NamedTuple):
    """Where the camera stands (metres, world) and looks (radians, signs of Cityscapes)."""

    position: tuple
    pitch: float
    yaw: float


def draw_light(chance: Chance) -> Light:
    """Draw a sunny or an overcast day."""
    sunny = chance.happens(SUNNY)
    azimuth, elevation = chance.uniform(0, 2 * math.pi), chance.uniform(0.45, 1.05)
    cool = chance.unit()
    return Light(
        sun_strength=1.0 if sunny else 0.0,
        sun_direction=(math.cos(elevation) * math.sin(azimuth), math.sin(elevation),
                       math.cos(elevation) * math.cos(azimuth)),
        sun_colour=(1.55, 1.40 + 0.1 * cool, 1.10 + 0.3 * cool),
        ambient=(0.62, 0.70, 0.84) if sunny else (1.05, 1.08, 1.12),
        haze=(0.50, 0.58, 0.70) if sunny else (0.62, 0.64, 0.67),
        haze_length=chance.uniform(160, 520),
        cloudiness=chance.uniform(0.0, 0.35) if sunny else chance.uniform(0.55, 0.9),
        seed=chance.integer(1 << 16),
    )


def draw_zebra(chance: Chance, plan: Plan) -> float:
    """Return z of a zebra crossing; -NOWHERE for none."""
    if plan.has_crossing and chance.happens(0.7):
        return plan.crossing - plan.crossing_half_width - 5
    return chance.uniform(12, 30) if chance.happens(0.2) else -NOWHERE


def draw_ground_look(chance: Chance, plan: Plan) -> GroundLook:
    """Draw asphalt, markings and paving."""
    paving = 1.25 * chance.uniform(0.16, 0.30)
    return GroundLook(
        asphalt=chance.uniform(0.12, 0.24),
        has_markings=chance.happens(0.8),
        dash_length=chance.pick((4.0, 6.0, 8.0)),
        parking_line=PARKING_LANE if plan.parking and chance.happens(0.6) else 0.0,
        zebra_start=draw_zebra(chance, plan),
        slab=chance.pick((0.4, 0.5, 0.8)),
        paving=(paving, paving * chance.uniform(0.93, 1), paving * chance.uniform(0.84, 0.98)),
        seed=chance.integer(1 << 16),
    )


def draw_pose(chance: Chance, plan: Plan) -> Pose:
    """Draw the pose of a camera behind the windscreen of a car in the right lane."""
    offset = chance.uniform(0.35, 0.6) * plan.lane_edge
    return Pose((offset, chance.uniform(1.2, 1.35), 0.0),
                USUAL_PITCH + chance.normal(PITCH_DEVIATION), chance.normal(YAW_DEVIATION))


def draw_exposure(chance: Chance) -> Exposure:
    """Draw gain and white balance."""
    gain = GAIN * chance.uniform(0.82, 1.25)
    return Exposure(*(gain * (1 + chance.normal(WHITE_BALANCE_DEVIATION)) for _ in range(3)))
