"""The table of primitives: solids with a material and an identity."""

from collections import Counter
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from street_scenes.labels import INSTANCES_PER_LABEL, Label
from street_scenes.solids import Solid


class Material(IntEnum):
    """What a primitive is made of: chooses its holes and its shading."""

    PLAIN = 0
    FACADE = 1
    ROOF = 2
    CAR_BODY = 3
    CAR_CABIN = 4
    WHEEL = 5
    FOLIAGE = 6
    HEDGE = 7
    SIGN = 8
    TRAFFIC_LIGHT = 9
    BUS = 10
    BICYCLE_WHEEL = 11
    FENCE = 12
    HEAD = 13


# One row a primitive. `detail` is one of the tuples in details.py, chosen by the material;
# `first_plane` to `end_plane` are rows of the table of planes (frustums only).
PRIMITIVE = np.dtype([
    ('rotation', np.float64, (3, 3)),
    ('centre', np.float64, (3,)),
    ('half', np.float64, (3,)),
    ('colour', np.float64, (3,)),
    ('accent', np.float64, (3,)),
    ('detail', np.float64, (4,)),
    ('texture_seed', np.int64),
    ('shape', np.int64),
    ('material', np.int64),
    ('label', np.int64),
    ('instance', np.int64),
    ('first_plane', np.int64),
    ('end_plane', np.int64),
    ('casts_shadow', np.int64),
])

GREY = (0.5, 0.5, 0.5)
NO_DETAIL = (0.0, 0.0, 0.0, 0.0)


class Paint(NamedTuple):
    """How a primitive looks: linear colours, noise, and details that depend on the material."""

    material: Material = Material.PLAIN
    colour: tuple = GREY
    accent: tuple = GREY
    texture_seed: int = 0
    detail: tuple = NO_DETAIL


class Identity(NamedTuple):
    """What a primitive is a part of, in the ids of Cityscapes."""

    label: int
    instance: int


def stuff(label: Label) -> Identity:
    """Return the identity of stuff, whose instance id is its label."""
    return Identity(int(label), int(label))


class PrimitiveTable:
    """Collects the primitives of a street."""

    def __init__(self):
        self.rows = []
        self.planes = []
        self.instances = Counter()

    def new_instance(self, label: Label) -> Identity:
        """Return the identity of one more thing of a class."""
        number = self.instances[label]
        self.instances[label] += 1
        return Identity(int(label), label * INSTANCES_PER_LABEL + number)

    def add(self, solid: Solid, paint: Paint, identity: Identity, casts_shadow=True) -> None:
        """Add a solid."""
        first_plane = len(self.planes)
        self.planes.extend(solid.planes)
        self.rows.append((
            solid.rotation, solid.centre, solid.half, paint.colour, paint.accent, paint.detail,
            paint.texture_seed, solid.shape, paint.material, *identity, first_plane,
            len(self.planes), casts_shadow,
        ))

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the table of primitives and the N x 4 table of their planes."""
        planes = np.array(self.planes, np.float64).reshape(-1, 4)
        return np.array(self.rows, PRIMITIVE), planes
