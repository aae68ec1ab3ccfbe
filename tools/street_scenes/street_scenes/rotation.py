"""Changes of frame inside compiled code; vectors are tuples of three."""

from street_scenes.compiled import compiled


@compiled
def to_local(primitive, vector):
    """Turn a world vector into the primitive's frame."""
    rotation = primitive.rotation
    x, y, z = vector
    return (rotation[0, 0] * x + rotation[1, 0] * y + rotation[2, 0] * z,
            rotation[0, 1] * x + rotation[1, 1] * y + rotation[2, 1] * z,
            rotation[0, 2] * x + rotation[1, 2] * y + rotation[2, 2] * z)


@compiled
def to_world(primitive, vector):
    """Turn a vector of the primitive's frame into the world."""
    rotation = primitive.rotation
    x, y, z = vector
    return (rotation[0, 0] * x + rotation[0, 1] * y + rotation[0, 2] * z,
            rotation[1, 0] * x + rotation[1, 1] * y + rotation[1, 2] * z,
            rotation[2, 0] * x + rotation[2, 1] * y + rotation[2, 2] * z)


@compiled
def point_to_local(primitive, point):
    """Return a world point in the primitive's frame."""
    centre = primitive.centre
    return to_local(primitive, (point[0] - centre[0], point[1] - centre[1], point[2] - centre[2]))


@compiled
def advance(origin, step, direction):
    """Return origin + step * direction."""
    return (origin[0] + step * direction[0], origin[1] + step * direction[1],
            origin[2] + step * direction[2])
