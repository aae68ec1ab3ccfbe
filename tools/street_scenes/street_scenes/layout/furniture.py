"""Trees, street lamps, signs and traffic lights along the kerbs."""

from street_scenes.chance import Chance
from street_scenes.layout.plan import Greenery, Plan
from street_scenes.objects.furniture import add_street_lamp, add_traffic_light, add_traffic_sign
from street_scenes.objects.plants import add_tree
from street_scenes.primitives import PrimitiveTable

PAVEMENT_LEVEL = 0.12  # metres
LAST_TREE, LAST_LAMP, LAST_SIGN = 110.0, 120.0, 55.0  # z, metres


def add_trees(table: PrimitiveTable, chance: Chance, plan: Plan, side: int) -> None:
    """Perhaps add a row of trees at a kerb."""
    spacing = chance.uniform(9, 16)
    if not chance.happens(0.5 if plan.greenery is Greenery.NONE else 0.75):
        return
    z = chance.uniform(4, 12)
    while z < LAST_TREE:
        if plan.is_clear_of_crossing(z, 3) and chance.happens(0.85):
            offset = plan.half_width + chance.uniform(0.7, 1.1)
            add_tree(table, chance, plan.spot(side * offset, PAVEMENT_LEVEL, z))
        z += spacing * chance.uniform(0.8, 1.3)


def add_lamps(table: PrimitiveTable, chance: Chance, plan: Plan, side: int) -> None:
    """Add the street lamps of one side, their arms over the road."""
    z, arm = chance.uniform(8, 22), -side * chance.uniform(0.8, 1.8)
    while z < LAST_LAMP:
        if plan.is_clear_of_crossing(z):
            frame = plan.spot(side * (plan.half_width + 0.45), 0.0, z)
            add_street_lamp(table, chance, frame, arm)
        z += chance.uniform(18, 30)


def add_signs(table: PrimitiveTable, chance: Chance, plan: Plan, side: int) -> None:
    """Add one to four traffic signs on one side."""
    for _ in range(1 + chance.integer(4)):
        z = chance.uniform(7, LAST_SIGN)
        offset = side * (plan.half_width + chance.uniform(0.35, 0.8))
        turn = chance.uniform(-0.25, 0.25)
        if plan.is_clear_of_crossing(z):
            add_traffic_sign(table, chance, plan.spot(offset, 0.0, z),
                             plan.spot(offset, 0.0, z, turn))


def add_lights(table: PrimitiveTable, chance: Chance, plan: Plan) -> None:
    """Add a pair of traffic lights before a crossing."""
    lamp = chance.integer(3)
    z = plan.crossing - plan.crossing_half_width - 1.5
    for side in (-1, 1):
        add_traffic_light(table, plan.spot(side * (plan.half_width + 0.6), 0.0, z), lamp)


def add_furniture(table: PrimitiveTable, chance: Chance, plan: Plan) -> None:
    """Add all that stands along the kerbs."""
    for side in (-1, 1):
        add_trees(table, chance, plan, side)
        add_lamps(table, chance, plan, side)
        add_signs(table, chance, plan, side)
    if plan.has_crossing and chance.happens(0.8):
        add_lights(table, chance, plan)
