"""Segment ids, PNG and json of panoptic submissions."""

import json

import numpy as np
from PIL import Image

from mmmtl.evaluation.submission import encode_panoptic, write_panoptic, write_panoptic_json


def test_ids_are_those_of_cityscapes():
    ids, segments = encode_panoptic(np.array([[-1, 0, 0], [1001, 1002, 1000]]), [7, 26])
    assert ids.tolist() == [[0, 7, 7], [26001, 26002, 26]]
    assert segments == [dict(id=7, category_id=7), dict(id=26, category_id=26),
                        dict(id=26001, category_id=26), dict(id=26002, category_id=26)]


def test_void_alone_has_no_segment():
    ids, segments = encode_panoptic(np.full((2, 2), -1), [7])
    assert not ids.any() and segments == []


def test_colours(tmp_path):
    name = write_panoptic(tmp_path / 'p', 'ulm_1', np.array([[7, 26001]]))
    assert name == 'ulm_1_panoptic.png'
    assert np.array(Image.open(tmp_path / 'p' / name)).tolist() == [
        [[7, 0, 0], [26001 % 256, 26001 // 256, 0]]]


def test_json(tmp_path):
    write_panoptic_json(tmp_path / 'new/p.json', iter([dict(image_id='ulm_1')]))
    assert json.loads((tmp_path / 'new/p.json').read_text()) == dict(
        annotations=[dict(image_id='ulm_1')])
