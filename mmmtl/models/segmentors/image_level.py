"""Prediction of image-level heads, beside the maps of dense ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor

from ..tasks.base import Task
from ..tasks.image import ImageTask
from ..tasks.map_task import MapTask
from .task_features import of_task


class WholeFeatures:
    """Features of a whole input, from mmseg's whole inference to the image-level heads."""

    def __init__(self) -> None:
        self._open = self._whole = False
        self._features: Any = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Inside, features of a whole input are kept."""
        self._open = True
        try:
            yield
        finally:
            self._open, self._features = False, None

    @contextmanager
    def of_whole_input(self) -> Iterator[None]:
        """Inside, what is put is of a whole input, and not of a window."""
        self._whole = True
        try:
            yield
        finally:
            self._whole = False

    def put(self, features: Any) -> None:
        """Keep features, if they are of a whole input and anybody waits for them."""
        if self._open and self._whole:
            self._features = features

    def get(self) -> Any:
        """The features; ``None`` if there were none of a whole input."""
        return self._features


class ImageLevelPrediction:
    """What a segmentor with image-level heads does beside mmseg's whole or sliding window.

    Image-level heads predict from the features of the whole input: those that the dense heads
    have computed in whole mode, and features of their own in slide mode or where there are no
    dense heads. Where every sample of a batch names ``tasks`` in its meta information (the data
    set knows which task an image belongs to), no others are computed for it.

    Mixed into a class with ``tasks``, ``extract_feat`` and mmseg's ``predict``.
    """

    tasks: dict[str, Task]
    whole_features: WholeFeatures

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
        with self.whole_features.open():
            if self.map_tasks:
                samples = super().predict(inputs, data_samples)
            else:
                samples = data_samples or [SegDataSample() for _ in inputs]
            features = self.whole_features.get()
            if features is None:
                features = self.extract_feat(inputs)
        self._predict_images(features, samples)
        return samples

    def whole_inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """mmseg's, whose features image-level heads share."""
        with self.whole_features.of_whole_input():
            return super().whole_inference(inputs, batch_img_metas)

    def _predict_images(self, features: Any, samples: Sequence[SegDataSample]) -> None:
        image_tasks = self.image_tasks
        wanted = [_wanted(sample, image_tasks) for sample in samples]
        for name, task in image_tasks.items():
            if not any(name in names for names in wanted):
                continue
            predicted = task.predict(of_task(features, name))
            for pred, sample, names in zip(predicted, samples, wanted, strict=True):
                if name in names:
                    task.write(pred, sample)


def _wanted(sample: SegDataSample, tasks: dict[str, ImageTask]) -> Sequence[str]:
    """Tasks that a sample asks for; all where it does not say."""
    names = sample.metainfo.get('tasks')
    return tuple(tasks) if names is None else tuple(names)
