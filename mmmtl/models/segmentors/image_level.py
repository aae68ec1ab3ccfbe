"""Prediction of image-level heads, beside the maps of dense ones."""

from collections.abc import Sequence
from typing import Any

from mmseg.structures import SegDataSample
from torch import Tensor, nn

from ..decode_heads.base_image_head import BaseImageHead


class ImageLevelPrediction:
    """What a segmentor with image-level heads does beside mmseg's whole or sliding window.

    Image-level heads predict from the features of the whole input: those that the dense heads
    have computed in whole mode, and features of their own in slide mode or where there are no
    dense heads. Where every sample of a batch names ``tasks`` in its meta information (the data
    set knows which task an image belongs to), no others are computed for it.

    Mixed into a class with ``heads``, ``extract_feat`` and mmseg's ``predict``.
    """

    heads: dict[str, nn.Module]
    _whole: Tensor | None = None
    _features: Any = None

    @property
    def image_heads(self) -> dict[str, BaseImageHead]:
        """The image-level heads, by task."""
        return {name: head for name, head in self.heads.items()
                if isinstance(head, BaseImageHead)}

    @property
    def dense_heads(self) -> dict[str, nn.Module]:
        """The heads that predict maps, by task."""
        return {name: head for name, head in self.heads.items()
                if not isinstance(head, BaseImageHead)}

    def predict(self, inputs: Tensor,
                data_samples: list[SegDataSample] | None = None) -> list[SegDataSample]:
        """Predict maps as mmseg does, and the answers for whole images.

        Args:
            inputs: (N, 3, H, W) normalised images.
            data_samples: with meta information.

        Returns:
            The samples (or new ones) with the predictions of all heads.
        """
        if not self.image_heads:
            return super().predict(inputs, data_samples)
        self._whole = inputs
        try:
            if self.dense_heads:
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
        wanted = [_wanted(sample, self.image_heads) for sample in samples]
        for name, head in self.image_heads.items():
            if not any(name in tasks for tasks in wanted):
                continue
            own = features[name] if isinstance(features, dict) else features
            for pred, sample, tasks in zip(head.decode(head(own)), samples, wanted, strict=True):
                if name in tasks:
                    head.write(pred, sample)


def _wanted(sample: SegDataSample, heads: dict[str, BaseImageHead]) -> Sequence[str]:
    """Tasks that a sample asks for; all where it does not say."""
    tasks = sample.metainfo.get('tasks')
    return tuple(heads) if tasks is None else tuple(tasks)
