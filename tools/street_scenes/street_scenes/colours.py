"""Linear colours in compiled code: tuples of three floats."""

from street_scenes.compiled import compiled

BLACK_PLASTIC = (0.03, 0.03, 0.03)


@compiled
def scaled(colour, factor):
    """Return a colour times a factor."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


@compiled
def times(colour, other):
    """Return the product of two colours."""
    return (colour[0] * other[0], colour[1] * other[1], colour[2] * other[2])


@compiled
def plus(colour, other):
    """Return the sum of two colours."""
    return (colour[0] + other[0], colour[1] + other[1], colour[2] + other[2])


@compiled
def mixed(colour, other, share):
    """Return the mixture with a share of the second colour."""
    return (colour[0] + (other[0] - colour[0]) * share, colour[1] + (other[1] - colour[1]) * share,
            colour[2] + (other[2] - colour[2]) * share)


@compiled
def triple(values):
    """Return a row of an array as a colour."""
    return (values[0], values[1], values[2])
