"""A map is resized once: by the segmentor if the head's prediction is nothing but that."""

import torch
from mmengine.registry import init_default_scope
from torch.nn.functional import interpolate

from mmmtl.models.tasks import view
from mmmtl.registry import MODELS

init_default_scope('mmseg')
BODY = dict(type='FCNHead', in_channels=4, channels=4, num_convs=1, num_classes=5)
METAS = [dict(img_shape=(12, 20), pad_shape=(12, 20))]


def test_as_predict_does():
    head = MODELS.build(BODY).eval()
    x = [torch.randn(1, 4, 6, 10)]
    found = view('semantic', head).predicted_map(x, METAS, {})
    assert found.shape == (1, 5, 6, 10)
    torch.testing.assert_close(
        interpolate(found, (12, 20), mode='bilinear'), head.predict(x, METAS, {}))


def test_a_prediction_of_its_own_is_left_to_the_head():
    class Own(type(MODELS.build(BODY))):

        def predict(self, inputs, metas, test_cfg):
            return inputs[0] + 1

    options = {key: value for key, value in BODY.items() if key != 'type'}
    x = [torch.zeros(1, 4, 2, 2)]
    assert view('semantic', Own(**options)).predicted_map(x, METAS, {}).tolist() == (
        x[0] + 1).tolist()
