"""The same bytes and draws as mmseg's."""

import numpy as np
import pytest
from mmseg.datasets.transforms import PhotoMetricDistortion

from mmmtl.datasets.transforms.photo_metric_distortion_by_table import PhotoMetricDistortionByTable

RANDOM = np.random.RandomState(0)
IMAGE = RANDOM.randint(0, 256, (23, 31, 3)).astype(np.uint8)
OPTIONS = dict(brightness_delta=90, contrast_range=(0.1, 3.), saturation_range=(0., 2.))


@pytest.mark.parametrize('image', [
    IMAGE, IMAGE[:, ::-1], IMAGE[::-1], IMAGE[::-1, ::-1], IMAGE[3:20, 5:9],
    RANDOM.rand(23, 31, 3).astype(np.float32) * 300 - 20])
def test_equal_to_mmseg(image):
    kept, changed = image.copy(), 0
    for options in (dict(), OPTIONS):
        for seed in range(40):  # draws brightness, contrast before or after, saturation, hue
            found = []
            for kind in (PhotoMetricDistortion, PhotoMetricDistortionByTable):
                np.random.seed(seed)
                out = kind(**options).transform(dict(img=image))['img']
                found.append((out, np.random.random_sample()))
            (expected, draw), (ours, next_draw) = found
            assert draw == next_draw and ours.dtype == expected.dtype
            assert np.array_equal(ours, expected)
            changed += not np.array_equal(ours, image)
    assert changed > 40 and np.array_equal(image, kept)

