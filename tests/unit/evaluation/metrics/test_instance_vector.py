"""The registered metric of instance vectors."""

import torch

from mmmtl.evaluation import InstanceVectorMetric


def test_scores_carry_the_prefix():
    metric = InstanceVectorMetric()
    metric.process(None, [{
        'pred_instance_vector': {'data': torch.tensor([[[3.]], [[4.]]])},
        'gt_instance_vector': {'data': torch.zeros(2, 1, 1)},
    }])
    assert metric.evaluate(1) == {'instance/mae': 3.5, 'instance/epe': 5.}
