"""Prediction of image-level heads, beside the maps of dense ones."""

from collections.abc import Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor

from ..tasks.base import Task
from ..tasks.image import ImageTask
from ..tasks.map_task import MapTask


class ImageLevelPrediction:
    """What a segmentor with image-level heads does beside mmseg's whole or sliding window.

    Image-level heads predict from the features of the whole input: those that the dense heads
    have computed in whole mode, and features of their own in slide mode or where there are no
    dense heads. Where every sample of a batch names ``tasks`` in its meta information (the data
    set knows which task an image belongs to), no others are computed for it.

    Mixed into a class with ``tasks``, ``extract_feat`` and mmseg's ``predict``.
    """

    tasks: dict[str, Task]
    _whole: Tensor | None = None
    _features: Any = None

    @property
    def image_tasks(self) -> dict[str, ImageTask]:
        """The tasks with one answer for the image."""
        return {name: task for name, task in self.tasks.items() if not task.dense}

    @property
    def map_tasks(self) -> dict[str, MapTask]:
        """The tasks with a map."""
        return {name: task for name, task in self.tasks.items() if task.dense}

    def predict(self, inputs: Tensor,
                data_samples: list[SegDataSample] | None = None) -> list[SegDataSample]:
        """Predict maps as mmseg does, and the answers for whole images.

        Args:
            inputs: (N, 3, H, W) normalised images.
            data_samples: with meta information.

        Returns:
            The samples (or new ones) with the predictions of all heads.
        """
        if not self.image_tasks:
            return super().predict(inputs, data_samples)
        self._whole = inputs
        try:
            if self.map_tasks:
                samples = super().predict(inputs, data_samples)
            else:
                samples = data_samples or [SegDataSample() for _ in inputs]
            features = self.extract_feat(inputs) if self._features is None else self._features
        finally:
            self._whole = self._features = None
        self._predict_images(features, samples)
        return samples

    def _keep_if_whole(self, inputs: Tensor, features: Any) -> None:
        """Keep the features that the dense heads see if they are of the whole input."""
        if inputs is self._whole:
            self._features = features

    def _predict_images(self, features: Any, samples: Sequence[SegDataSample]) -> None:
        image_tasks = self.image_tasks
        wanted = [_wanted(sample, image_tasks) for sample in samples]
        for name, task in image_tasks.items():
            if not any(name in names for names in wanted):
                continue
            own = features[name] if isinstance(features, dict) else features
            for pred, sample, names in zip(task.predict(own), samples, wanted, strict=True):
                if name in names:
                    task.write(pred, sample)


def _wanted(sample: SegDataSample, tasks: dict[str, ImageTask]) -> Sequence[str]:
    """Tasks that a sample asks for; all where it does not say."""
    names = sample.metainfo.get('tasks')
    return tuple(tasks) if names is None else tuple(names)
