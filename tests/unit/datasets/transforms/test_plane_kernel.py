"""The compiled fit against numpy's least squares, pixel by pixel."""

import numpy as np

from mmmtl.datasets.transforms.plane_kernel import fit_planes


def test_equal_to_least_squares():
    chance = np.random.default_rng(0)
    inverse = chance.uniform(0.9, 1.1, (9, 12))
    inverse[chance.random(inverse.shape) < 0.2] = np.nan
    planes = fit_planes(inverse, 2, 0.08, 8., 0.3)
    found = 0
    for y, x in np.ndindex(*inverse.shape):
        rows, columns = (slice(max(0, p - 2), p + 3) for p in (y, x))
        q = inverse[rows, columns] / inverse[y, x] - 1
        j, i = np.meshgrid(
            np.arange(inverse.shape[0])[rows] - y, np.arange(inverse.shape[1])[columns] - x,
            indexing='ij')
        near = np.abs(q) <= 0.08
        offsets = np.stack([i[near], j[near]])
        least = np.linalg.eigvalsh(np.cov(offsets, bias=True))[0] if near.sum() > 1 else 0
        if near.sum() < 8 or least < 0.3:
            assert np.isnan(planes[y, x]).all()
            continue
        found += 1
        matrix = np.column_stack([*offsets, np.ones(near.sum())])
        gi, gj, q0 = np.linalg.lstsq(matrix, q[near], rcond=None)[0]
        np.testing.assert_allclose(planes[y, x], [gi, gj, 1 + q0], atol=1e-12)
    assert 20 < found < inverse.size
