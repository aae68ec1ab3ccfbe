"""Names at objects."""

import numpy as np

from mmmtl.visualization.tags import HIDING, draw_tags, place_tags


def crowd(count: int) -> np.ndarray:
    """Objects of 14 x 14 pixels without gaps, and a large one below."""
    ids = np.zeros((200, 300), np.int32)
    for i in range(count):
        y, x = divmod(i, 15)
        ids[30 + 14 * y:44 + 14 * y, 40 + 14 * x:54 + 14 * x] = i + 1
    ids[130:, 50:250] = 1000
    return ids


def test_tags_keep_apart_and_inside_and_hide_little():
    ids = crowd(60)
    names = {int(i): 'person 0.87' for i in np.unique(ids) if i}
    placed = place_tags(ids, names, 12)
    cover = np.zeros(ids.shape, int)
    for i, (left, top, right, bottom) in placed.items():
        assert 0 <= left < right <= 300 and 0 <= top < bottom <= 200
        cover[top:bottom, left:right] += 1
        under = ids[top:bottom, left:right]
        assert np.isin(under, [0, i], invert=True).mean() < HIDING
    assert cover.max() == 1 and 3 < len(placed) < 60


def test_a_large_object_is_named_inside_itself():
    ids = crowd(0)
    left, top, right, bottom = place_tags(ids, {1000: 'car'}, 12)[1000]
    assert (ids[top:bottom, left:right] == 1000).all()


def test_a_small_object_is_named_beside_itself():
    ids = np.zeros((60, 100), np.int32)
    ids[30:34, 50:54] = 1
    left, top, right, bottom = place_tags(ids, {1: 'car 0.50'}, 12)[1]
    assert not ids[top:bottom, left:right].any() and bottom == 30


def test_no_room():
    assert place_tags(np.ones((5, 9), np.int32), {1: 'car', 2: 'absent'}, 12) == {}


def test_tag_has_the_colour_and_legible_text():
    ids, page = crowd(0), np.zeros((200, 300, 3), np.uint8)
    for colour, ink in (((250, 250, 0), 25), ((0, 0, 120), 255)):
        picture = draw_tags(page, ids, {1000: 'car'}, {1000: colour}, 12)
        left, top, right, bottom = place_tags(ids, {1000: 'car'}, 12)[1000]
        assert picture[top + 2, left + 2].tolist() == list(colour)
        inside = picture[top + 1:bottom - 1, left + 1:right - 1].reshape(-1, 3)
        assert np.abs(inside.astype(int) - ink).max(axis=1).min() < 60
    assert not page.any()
