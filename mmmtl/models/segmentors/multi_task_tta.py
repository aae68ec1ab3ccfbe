"""Test-time augmentation for all tasks."""

from typing import Any

import torch
from mmengine.model import BaseTTAModel
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.registry import MODELS

from ..decode_heads.base_image_head import BaseImageHead
from ..decode_heads.base_task_head import BaseTaskHead
from ..fast_maps import class_map


@MODELS.register_module()
class MultiTaskTTAModel(BaseTTAModel):
    """Averages each task's predictions over the augmented versions of a frame.

    Class probabilities are averaged as by mmseg's ``SegTTAModel``, which knows one task only;
    maps of real numbers as they are, since the segmentor has already undone flip, zoom and units
    of each version. Instances are clustered once, on the means.
    """

    def test_step(self, data: Any) -> list[SegDataSample]:
        """Predict every version of the frames without clustering, and merge; see mmengine."""
        self.module.cluster_predictions = False
        try:
            return super().test_step(data)
        finally:
            self.module.cluster_predictions = True

    def merge_preds(self, data_samples_list: list[list[SegDataSample]]) -> list[SegDataSample]:
        """One sample per frame from the samples of its augmented versions."""
        merged = [self._merge(versions) for versions in data_samples_list]
        self.module.cluster_instances(merged)
        return merged

    def _merge(self, versions: list[SegDataSample]) -> SegDataSample:
        merged = versions[0]
        for head in self.module.heads.values():
            if isinstance(head, BaseImageHead) and head.pred_field not in merged:
                continue  # the samples ask for other tasks
            if isinstance(head, BaseTaskHead | BaseImageHead):
                head.write(head.merge(versions), merged)
            else:
                self._merge_classes(merged, [version.seg_logits.data for version in versions])
        return merged

    def _merge_classes(self, merged: SegDataSample, logits: list[Tensor]) -> None:
        if len(logits[0]) > 1:
            scores = torch.stack([version.softmax(0) for version in logits]).mean(0)
            labels = class_map(scores)
            scores = scores.log()  # logits of the mean
        else:  # binary: mmseg has already taken the sigmoid of one channel
            scores = torch.stack(logits).mean(0)
            labels = (scores > self.module.decode_head.threshold).to(scores)
        merged.set_data(dict(
            pred_sem_seg=PixelData(data=labels), seg_logits=PixelData(data=scores)))
