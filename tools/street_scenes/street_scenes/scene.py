"""One street, complete: everything that a seed decides and the size of the image does not."""

from typing import NamedTuple

import numpy as np

from street_scenes.chance import Chance
from street_scenes.ground import Street
from street_scenes.layout.furniture import add_furniture
from street_scenes.layout.houses import add_houses
from street_scenes.layout.people import add_people
from street_scenes.layout.plan import Occupancy, draw_plan
from street_scenes.layout.traffic import add_traffic
from street_scenes.layout.weather import (
    Pose,
    draw_exposure,
    draw_ground_look,
    draw_light,
    draw_pose,
)
from street_scenes.light import Light, Skyline
from street_scenes.materials.ground import GroundLook
from street_scenes.primitives import PrimitiveTable
from street_scenes.sensor import Exposure


class Scene(NamedTuple):
    """A street and the conditions under which it is seen."""

    primitives: np.ndarray  # of dtype PRIMITIVE
    planes: np.ndarray  # N x 4, the half-spaces of the frustums
    street: Street
    ground_look: GroundLook
    light: Light
    skyline: Skyline
    pose: Pose
    exposure: Exposure


def build_scene(seed: int) -> Scene:
    """Build the street of a seed."""
    chance, table, places = Chance(seed), PrimitiveTable(), Occupancy()
    plan = draw_plan(chance)
    skyline = add_houses(table, chance, plan)
    add_furniture(table, chance, plan)
    add_traffic(table, chance, plan, places)
    add_people(table, chance, plan, places)
    primitives, planes = table.arrays()
    return Scene(primitives, planes, plan.ground(), draw_ground_look(chance, plan),
                 draw_light(chance), skyline, draw_pose(chance, plan), draw_exposure(chance))
