"""Lists and masks of instances."""

import numpy as np
import pytest
from PIL import Image

from mmmtl.evaluation.submission import write_instances

MAP = np.array([[0, 4, 4], [9, 9, 0]])


def test_a_line_and_a_mask_for_each(tmp_path):
    write_instances(tmp_path, 'ulm_1', MAP, [9, 5, 4], [1, 0, 0], [.1, .5, 1 / 3], [24, 26])
    lines = (tmp_path / 'ulm_1.txt').read_text().splitlines()
    assert lines == ['masks/ulm_1_000.png 26 0.1', f'masks/ulm_1_002.png 24 {1 / 3!r}']
    mask = Image.open(tmp_path / 'masks/ulm_1_002.png')
    assert mask.mode == 'L' and np.array(mask).tolist() == [[0, 255, 255], [0, 0, 0]]


def test_no_instance_is_an_empty_list(tmp_path):
    write_instances(tmp_path / 'new', 'ulm_1', MAP, [], [], [], [24])
    assert (tmp_path / 'new/ulm_1.txt').read_text() == ''


def test_names_with_spaces_are_refused(tmp_path):
    with pytest.raises(ValueError, match="'my frame'.*white space"):
        write_instances(tmp_path, 'my frame', MAP, [], [], [], [24])
