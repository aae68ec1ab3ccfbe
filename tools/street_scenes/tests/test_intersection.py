"""Ray against convex primitives, checked against polynomials, linear programs and marching."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy.optimize import linprog

pytest.importorskip('numba')
from street_scenes.frames import UPRIGHT, standing
from street_scenes.intersection import INSIDE, MISS, entry_parameter
from street_scenes.labels import Label
from street_scenes.materials.surface import local_normal
from street_scenes.primitives import Paint, PrimitiveTable, stuff
from street_scenes.solids import Slice, box, cylinder, ellipsoid, frustum

lengths = st.floats(0.1, 5)
places = st.tuples(*[st.floats(-8, 8)] * 3)
# Rays aimed near the middle, so that many of them hit.
aims = st.tuples(*[st.floats(-2, 2)] * 3)
sizes = st.tuples(lengths, lengths, lengths)
MARGIN = 1e-4  # rays that pass an edge or a face this closely may go either way


@st.composite
def frustums(draw):
    """Return a frustum whose slices are proper intervals."""
    def draw_slice():
        back = draw(st.floats(-4, 2))
        return Slice(back, back + draw(lengths), draw(lengths))
    low = draw(st.floats(-2, 2))
    return frustum(standing(0, 0, 0), low, low + draw(lengths), draw_slice(), draw_slice())


def tabulate(solid):
    """Return the row and the planes of one solid."""
    table = PrimitiveTable()
    table.add(solid, Paint(), stuff(Label.BUILDING))
    primitives, planes = table.arrays()
    return primitives[0], planes


def enter(solid, origin, direction):
    """Return the entry parameter of a ray given in the solid's own frame."""
    origin, direction = tuple(map(float, origin)), tuple(map(float, direction))
    return entry_parameter(*tabulate(solid), origin, direction)


def half_spaces(solid):
    """Return A, b of the polytope A x <= b, from the corners for a box."""
    if solid.planes:
        rows = np.array(solid.planes)
        return rows[:, :3], rows[:, 3]
    return np.vstack([np.eye(3), -np.eye(3)]), np.tile(solid.half, 2)


def linear_program(solid, origin, direction, grown=0.0):
    """Return entry and exit of a ray by linear programming; None for a miss."""
    normals, offsets = half_spaces(solid)
    column, room = (normals @ direction)[:, None], offsets + grown - normals @ origin
    ends = [linprog([sign], column, room, bounds=(None, None)) for sign in (1, -1)]
    return tuple(end.x[0] for end in ends) if all(end.success for end in ends) else None


@settings(deadline=None, max_examples=60)
@given(st.one_of(sizes.map(lambda half: box(UPRIGHT, (0, 0, 0), half)), frustums()), places, aims)
def test_polytopes_agree_with_a_linear_program(solid, origin, aim):
    direction = np.subtract(aim, origin)
    assume(np.linalg.norm(direction) > 0.5)
    smaller, expected, larger = (linear_program(solid, np.array(origin), direction, grown)
                                 for grown in (-MARGIN, 0, MARGIN))
    assume((smaller is None) == (larger is None))  # not along an edge or in a face
    found = enter(solid, origin, direction)
    if expected is None:
        assert found == MISS
    elif abs(expected[0] - INSIDE) > MARGIN:
        assert found == pytest.approx(expected[0] if expected[0] > INSIDE else MISS, abs=1e-6)


@settings(deadline=None, max_examples=200)
@given(sizes, places, aims)
def test_ellipsoids_agree_with_the_roots_of_a_polynomial(half, origin, aim):
    direction = np.subtract(aim, origin)
    assume(np.linalg.norm(direction) > 0.5)
    line = [Polynomial([o / h, d / h]) for o, d, h in zip(origin, direction, half, strict=True)]
    roots = sum((p * p for p in line), Polynomial([-1.0])).roots()
    assume(abs(roots[0] - roots[1]) > MARGIN)  # no tangent
    found = enter(ellipsoid(UPRIGHT, (0, 0, 0), half), origin, direction)
    first = min(roots.real)
    if roots[0].imag != 0:
        assert found == MISS
    elif abs(first - INSIDE) > MARGIN:
        assert found == pytest.approx(first if first > INSIDE else MISS, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(lengths, lengths, places, aims)
def test_cylinders_agree_with_marching_along_the_ray(radius, half_length, origin, aim):
    direction = np.subtract(aim, origin)
    assume(np.linalg.norm(direction) > 0.5)
    steps = np.linspace(0, 4, 20001)
    points = np.array(origin) + steps[:, None] * direction
    inside = ((np.hypot(points[:, 0], points[:, 2]) < radius)
              & (np.abs(points[:, 1]) < half_length))
    found = enter(cylinder(UPRIGHT, (0, 0, 0), radius, half_length), origin, direction)
    if inside.sum() > 3:  # fewer samples graze an edge
        first = steps[np.argmax(inside)]
        assume(abs(first - INSIDE) > 2 * steps[1])
        assert found == pytest.approx(first if first > INSIDE else MISS, abs=1.01 * steps[1])
    elif not inside.any() and MISS < found < steps[-1] - 2 * steps[1]:
        # Marching may step over an edge, and a ray along a cap is neither in nor out.
        assert beside(radius, half_length, origin + found * direction) < 1e-6
        assert beside(radius, half_length, origin + (found + 2 * steps[1]) * direction) > -1e-9


def beside(radius, half_length, point):
    """Return how far a point is outside of a cylinder; negative inside."""
    return max(math.hypot(point[0], point[2]) - radius, abs(point[1]) - half_length)


@pytest.mark.parametrize(('solid', 'distance'), [
    (cylinder(UPRIGHT, (0, 0, 0), 1.0, 2.0), 3.0),
    (box(UPRIGHT, (0, 0, 0), (1.0, 2.0, 1.0)), 3.0),
    (ellipsoid(UPRIGHT, (0, 0, 0), (1.0, 2.0, 1.0)), 5 - 2 * math.sqrt(0.75)),
    (frustum(standing(0, 0, 0), -2, 2, Slice(-1, 1, 1), Slice(-1, 1, 1)), 3.0),
])
def test_rays_parallel_to_an_axis(solid, distance):
    assert enter(solid, (0.5, -5, 0), (0, 1, 0)) == pytest.approx(distance)
    assert enter(solid, (1.5, -5, 0), (0, 1, 0)) == MISS
    assert enter(solid, (0.5, -5, 0), (0, -1, 0)) < 0  # looks away


@pytest.mark.parametrize('solid', [
    ellipsoid(UPRIGHT, (0, 0, 0), (1.0, 2.0, 1.5)),
    box(UPRIGHT, (0, 0, 0), (1.0, 2.0, 1.5)),
    cylinder(UPRIGHT, (0, 0, 0), 1.0, 2.0),
    frustum(standing(0, 0, 0), -1, 1, Slice(-2, 2, 1), Slice(-1, 0.5, 0.7)),
])
def test_normals_point_out_of_the_surface(solid):
    primitive, planes = tabulate(solid)
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        origin = rng.normal(size=3)
        origin *= 6 / np.linalg.norm(origin)
        direction = rng.uniform(-0.7, 0.7, 3) - origin
        step = enter(solid, origin, direction)
        if step == MISS:
            continue
        hits += 1
        point = origin + step * direction
        normal, _ = local_normal(primitive, planes, tuple(point))
        assert np.linalg.norm(normal) == pytest.approx(1)
        assert np.dot(normal, direction) < 0
        # From just outside along the normal the way back in is as short as it can be.
        outside = point + 1.0 * np.array(normal)
        assert enter(solid, outside, -np.array(normal)) == pytest.approx(1, abs=1e-6)
    assert hits > 100
