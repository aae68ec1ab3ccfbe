"""What a material has to know about its primitive, beyond size and colour: its `detail` column.

Each tuple has four numbers, as the column has; they are lengths in metres unless said.
"""

from typing import NamedTuple


class FacadeDetail(NamedTuple):
    """Windows of a house."""

    window_spacing: float
    storey_height: float
    brick: float  # 1 for bricks, 0 for plaster
    window_width: float  # share of the spacing


class CarBodyDetail(NamedTuple):
    """Size of the whole car, as a body is made of two frustums."""

    half_width: float
    half_length: float
    unused_2: float = 0.0
    unused_3: float = 0.0


class CabinDetail(NamedTuple):
    """Ends of a car's cabin along the car, at its bottom and at its top."""

    low_back: float
    low_front: float
    high_back: float
    high_front: float


class FoliageDetail(NamedTuple):
    """Holes of a crown: knots of noise a metre, and the share of noise that is a hole."""

    knots: float
    holes: float
    unused_2: float = 0.0
    unused_3: float = 0.0


class SignDetail(NamedTuple):
    """Picture on a sign: one of RINGED, NO_ENTRY, LETTERED."""

    picture: float
    unused_1: float = 0.0
    unused_2: float = 0.0
    unused_3: float = 0.0


class TrafficLightDetail(NamedTuple):
    """Which lamp is on, from the top: 0 red, 1 yellow, 2 green."""

    lamp: float
    unused_1: float = 0.0
    unused_2: float = 0.0
    unused_3: float = 0.0


RINGED, NO_ENTRY, LETTERED = 0, 1, 2
