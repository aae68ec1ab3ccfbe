"""Test-time augmentation for all tasks."""

from typing import Any

from mmengine.model import BaseTTAModel
from mmseg.structures import SegDataSample

from mmmtl.registry import MODELS


@MODELS.register_module()
class MultiTaskTTAModel(BaseTTAModel):
    """Averages each task's predictions over the augmented versions of a frame.

    Class probabilities are averaged as by mmseg's ``SegTTAModel``, which knows one task only;
    maps of real numbers as they are, since the segmentor has already undone flip, zoom and units
    of each version. Instances are clustered once, on the means.
    """

    def test_step(self, data: Any) -> list[SegDataSample]:
        """Predict every version of the frames without clustering, and merge; see mmengine."""
        with self.module.clustered_later():
            return super().test_step(data)

    def merge_preds(self, data_samples_list: list[list[SegDataSample]]) -> list[SegDataSample]:
        """One sample per frame from the samples of its augmented versions."""
        merged = [self._merge(versions) for versions in data_samples_list]
        self.module.cluster_instances(merged)
        return merged

    def _merge(self, versions: list[SegDataSample]) -> SegDataSample:
        merged = versions[0]
        for task in self.module.tasks.values():
            task.merge(versions, merged)
        return merged
