"""Test-time augmentation for all tasks."""

import torch
from mmengine.structures import PixelData
from mmseg.models.segmentors import SegTTAModel
from mmseg.structures import SegDataSample

from mmmtl.registry import MODELS

from ..decode_heads.base_task_head import BaseTaskHead


@MODELS.register_module()
class MultiTaskTTAModel(SegTTAModel):
    """Averages each task's predictions over the augmented versions of a frame.

    Class probabilities are averaged by mmseg; maps of real numbers as they are, since the
    segmentor has already undone flip, zoom and units of each version.
    """

    def merge_preds(self, data_samples_list: list[list[SegDataSample]]) -> list[SegDataSample]:
        """One sample per frame from the samples of its augmented versions."""
        heads = [h for h in self.module.heads.values() if isinstance(h, BaseTaskHead)]
        means = [{
            head.pred_field:
            torch.stack([sample.get(head.pred_field).data for sample in versions]).mean(0)
            for head in heads
        } for versions in data_samples_list]
        if all('seg_logits' in versions[0] for versions in data_samples_list):
            merged = super().merge_preds(data_samples_list)
        else:  # no semantic head
            merged = [versions[0] for versions in data_samples_list]
        for sample, fields in zip(merged, means, strict=True):
            sample.set_data({name: PixelData(data=data) for name, data in fields.items()})
        return merged
