"""The label ids of Cityscapes that occur in the scenes."""

from enum import IntEnum


class Label(IntEnum):
    """Label ids (not train ids) of the official `labels.py`."""

    ROAD = 7
    SIDEWALK = 8
    BUILDING = 11
    FENCE = 13
    POLE = 17
    TRAFFIC_LIGHT = 19
    TRAFFIC_SIGN = 20
    VEGETATION = 21
    TERRAIN = 22
    SKY = 23
    PERSON = 24
    RIDER = 25
    CAR = 26
    BUS = 28
    BICYCLE = 33


# Things have instance ids of label * INSTANCES_PER_LABEL + k; stuff has its label as instance id.
THINGS = (Label.PERSON, Label.RIDER, Label.CAR, Label.BUS, Label.BICYCLE)
INSTANCES_PER_LABEL = 1000
