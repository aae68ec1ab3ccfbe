"""A model is found within wrappers of wrappers."""

from mmengine.model import BaseTTAModel
from torch import nn

from mmmtl.utils.unwrap import unwrap


class Model(nn.Linear):
    def test_step(self, data):
        raise NotImplementedError


class TTA(BaseTTAModel):
    def merge_preds(self, data_samples_list):
        raise NotImplementedError


def test_wrappers_are_taken_off():
    model = Model(1, 1)
    model.module = nn.Identity()  # a model that happens to have a part of this name
    assert unwrap(model) is model
    assert unwrap(nn.DataParallel(model)) is model
    tta = TTA(model)
    assert unwrap(tta) is model
    assert unwrap(nn.DataParallel(tta)) is model
