"""Street lamps, traffic signs and traffic lights.

Frames stand on the ground and look along the street; sizes are metres.
"""

from street_scenes.chance import Chance
from street_scenes.details import LETTERED, NO_ENTRY, RINGED, SignDetail, TrafficLightDetail
from street_scenes.frames import Frame
from street_scenes.labels import Label
from street_scenes.primitives import Material, Paint, PrimitiveTable, stuff
from street_scenes.solids import box, cylinder

LAMP_GREY, LAMP_HEAD, SIGN_POST = (0.22, 0.23, 0.23), (0.5, 0.5, 0.48), (0.35, 0.35, 0.36)
MAST = (0.15, 0.16, 0.16)
WHITE, LIGHT_GREY = (0.85, 0.85, 0.85), (0.8, 0.8, 0.8)
RED, BLUE = (0.65, 0.02, 0.03), (0.02, 0.10, 0.45)
BOARDS = ((0.75, 0.65, 0.05), LIGHT_GREY, (0.03, 0.12, 0.45))
BLACK = (0.05, 0.05, 0.05)
# Round signs: colour, border, radius, picture.
PROHIBITION = (WHITE, RED, 0.33, RINGED)
NO_ENTRY_SIGN = (RED, RED, 0.33, NO_ENTRY)
MANDATORY = (BLUE, LIGHT_GREY, 0.36, RINGED)
BOARD = None
SIGNS = (PROHIBITION, NO_ENTRY_SIGN, BOARD, MANDATORY)
SIGN_THICKNESS, IN_FRONT_OF_POST = 0.02, -0.05


def add_post(table: PrimitiveTable, frame: Frame, radius: float, height: float, colour) -> None:
    """Add an upright post."""
    table.add(cylinder(frame.rotation, frame.point(0, height / 2, 0), radius, height / 2),
              Paint(colour=colour), stuff(Label.POLE))


def add_street_lamp(table: PrimitiveTable, chance: Chance, frame: Frame, arm: float) -> None:
    """Add a lamp whose arm reaches `arm` metres to the right (negative: to the left)."""
    height, grey = chance.uniform(6, 8), chance.shade(LAMP_GREY, 0.5, 1.5)
    add_post(table, frame, 0.085, height, grey)
    bar = box(frame.rotation, frame.point(arm / 2, height, 0), (abs(arm) / 2, 0.05, 0.05))
    head = box(frame.rotation, frame.point(arm, height - 0.06, 0), (0.35, 0.07, 0.12))
    table.add(bar, Paint(colour=grey), stuff(Label.POLE))
    table.add(head, Paint(colour=LAMP_HEAD), stuff(Label.POLE))


def add_traffic_sign(table: PrimitiveTable, chance: Chance, frame: Frame, turned: Frame) -> None:
    """Add a sign on a post; `turned` is the frame with the heading of the sign itself."""
    height, kind = chance.uniform(2.1, 2.8), chance.pick(SIGNS)
    add_post(table, frame, 0.035, height + 0.1, SIGN_POST)
    if kind is BOARD:
        half = (chance.uniform(0.3, 0.6), chance.uniform(0.2, 0.35), SIGN_THICKNESS)
        solid = box(turned.rotation, frame.point(0, height, IN_FRONT_OF_POST), half)
        paint = Paint(Material.SIGN, chance.pick(BOARDS), BLACK, chance.texture_seed(),
                      SignDetail(LETTERED))
    else:
        colour, border, radius, picture = kind
        solid = cylinder(turned.facing, frame.point(0, height + 0.1, IN_FRONT_OF_POST), radius,
                         SIGN_THICKNESS)
        paint = Paint(Material.SIGN, colour, border, detail=SignDetail(picture))
    table.add(solid, paint, stuff(Label.TRAFFIC_SIGN))


def add_traffic_light(table: PrimitiveTable, frame: Frame, lamp: int) -> None:
    """Add a traffic light with one lamp on: 0 red, 1 yellow, 2 green."""
    add_post(table, frame, 0.07, 3.4, MAST)
    housing = box(frame.rotation, frame.point(0, 3.0, -0.2), (0.19, 0.52, 0.14))
    table.add(housing, Paint(Material.TRAFFIC_LIGHT, BLACK, detail=TrafficLightDetail(lamp)),
              stuff(Label.TRAFFIC_LIGHT))
