"""People on foot and on bicycles: ellipsoids for limbs, trunk and head.

Positions of joints are shares of the body's height.
"""

from typing import NamedTuple

from street_scenes.chance import Chance
from street_scenes.frames import Frame, Vector
from street_scenes.labels import Label
from street_scenes.primitives import Identity, Material, Paint, PrimitiveTable
from street_scenes.solids import box, ellipsoid, limb

THIGH, LOWER_LEG, UPPER_ARM, FOREARM, NECK = 0.055, 0.040, 0.033, 0.028, 0.030  # radii
RIDERS_LOWER_LEG, RIDERS_ARM = 0.042, 0.032
TRUNK, RIDERS_TRUNK, HEAD = (0.125, 0.20, 0.085), (0.125, 0.21, 0.09), (0.052, 0.072, 0.060)
RUCKSACK = (0.09, 0.12, 0.05)
RIDERS_HIP, RIDERS_LEAN = 0.52, 0.4  # share of the height; radians
DARK_CLOTH, SKIN, HAIR = (0.05, 0.05, 0.06), (0.5, 0.33, 0.24), (0.10, 0.06, 0.03)
STRIDE = 0.13
RIDERS_FEET = 0.14  # metres above the road


class Body(NamedTuple):
    """A person under construction."""

    table: PrimitiveTable
    identity: Identity
    frame: Frame
    height: float  # metres
    top: Paint
    legs: Paint
    skin: Paint
    hair: Paint

    def at(self, right: float, up: float, forward: float) -> Vector:
        """Return the world position of a place given in shares of the height."""
        return self.frame.point(right * self.height, up * self.height, forward * self.height)

    def size(self, half: Vector) -> Vector:
        """Return half sizes in metres."""
        return tuple(self.height * share for share in half)

    def add_limb(self, start: Vector, end: Vector, radius: float, paint: Paint) -> None:
        """Add a limb between two places."""
        self.table.add(limb(self.at(*start), self.at(*end), radius * self.height), paint,
                       self.identity)

    def add_head(self, up: float, forward: float) -> None:
        """Add head and neck."""
        self.add_limb((0, up - 0.10, forward), (0, up, forward), NECK, self.skin)
        head = ellipsoid(self.frame.rotation, self.at(0, up, forward), self.size(HEAD))
        self.table.add(head, self.hair, self.identity)


def dress(table: PrimitiveTable, chance: Chance, frame: Frame, label: Label) -> Body:
    """Return a person of random height and clothes, without limbs yet."""
    grown_up = chance.happens(0.9)
    height = chance.uniform(1.58, 1.88) if grown_up else chance.uniform(1.1, 1.4)
    top = chance.colour(0.02, 0.6)
    if chance.happens(0.5):
        top = chance.shade(DARK_CLOTH, 0.5, 4)
    red, green, blue = chance.colour(0.02, 0.25)
    skin, hair = chance.shade(SKIN, 0.4, 1.1), chance.shade(HAIR, 0.3, 3)
    seed = chance.texture_seed()
    return Body(
        table, table.new_instance(label), frame, height,
        top=Paint(colour=top, texture_seed=seed),
        legs=Paint(colour=(red, green, 1.3 * blue), texture_seed=seed),
        skin=Paint(colour=skin, texture_seed=seed),
        hair=Paint(Material.HEAD, skin, hair, seed))


def add_pedestrian(table: PrimitiveTable, chance: Chance, frame: Frame) -> None:
    """Add somebody who walks along the frame's heading."""
    body = dress(table, chance, frame, Label.PERSON)
    stride = STRIDE * chance.uniform(-1, 1)
    for side in (-1, 1):
        step = side * stride
        hip, knee = (side * 0.05, 0.50, 0), (side * 0.055, 0.26, step * 0.6 + 0.02)
        body.add_limb(hip, knee, THIGH, body.legs)
        body.add_limb(knee, (side * 0.055, 0.04, step * 1.2), LOWER_LEG, body.legs)
        shoulder, elbow = (side * 0.13, 0.79, 0), (side * 0.155, 0.62, -step * 0.5)
        body.add_limb(shoulder, elbow, UPPER_ARM, body.top)
        body.add_limb(elbow, (side * 0.15, 0.47, -step * 0.7 + 0.05), FOREARM, body.top)
    trunk = ellipsoid(frame.rotation, body.at(0, 0.66, 0), body.size(TRUNK))
    table.add(trunk, body.top, body.identity)
    if chance.happens(0.25):
        rucksack = box(frame.rotation, body.at(0, 0.70, -0.10), body.size(RUCKSACK))
        table.add(rucksack, Paint(colour=chance.colour(0.02, 0.5)), body.identity)
    body.add_head(0.925, 0)


def add_rider(table: PrimitiveTable, chance: Chance, frame: Frame) -> None:
    """Add somebody who sits on a bicycle; the frame stands `RIDERS_FEET` above the road."""
    body = dress(table, chance, frame, Label.RIDER)
    for side in (-1, 1):
        pedal = side * 0.09
        knee = (side * 0.07, RIDERS_HIP - 0.18 + pedal, 0.16)
        body.add_limb((side * 0.06, RIDERS_HIP, -0.06), knee, THIGH, body.legs)
        body.add_limb(knee, (side * 0.07, 0.18 + pedal, 0.06), RIDERS_LOWER_LEG, body.legs)
        shoulder = (side * 0.12, RIDERS_HIP + 0.28, 0.12)
        hand = (side * 0.13, RIDERS_HIP + 0.06, 0.32)
        body.add_limb(shoulder, hand, RIDERS_ARM, body.top)
    trunk = ellipsoid(frame.leaning(RIDERS_LEAN), body.at(0, RIDERS_HIP + 0.16, 0.04),
                      body.size(RIDERS_TRUNK))
    table.add(trunk, body.top, body.identity)
    body.add_head(RIDERS_HIP + 0.42, 0.17)
