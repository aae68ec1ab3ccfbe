"""Label ids in a PNG."""

import numpy as np
from PIL import Image

from mmmtl.evaluation.submission import write_semantic


def test_label_ids_of_eight_bits(tmp_path):
    write_semantic(tmp_path / 's', 'ulm_1', np.array([[0, 1], [255, 1]]), [7, 33])
    image = Image.open(tmp_path / 's/ulm_1.png')
    assert image.mode == 'L' and np.array(image).tolist() == [[7, 33], [0, 33]]
