"""Frames that wrappers may not mix: what ``MultiImageMixDataset`` is given by our data sets."""

from __future__ import annotations

from typing import Any

from mmmtl.fields import MAP_FIELDS

_KEY = 'mix_results'


class UnmixableFrame(dict):
    """A frame's results that refuse the results of other frames.

    A data set cannot see the wrapper around it. What it can see is that a wrapper puts other
    frames in for a mixing transform, whatever that is called.
    """

    def __setitem__(self, key: str, value: Any) -> None:
        """Set any key but ``mix_results``.

        Raises:
            ValueError: for that one.
        """
        if key == _KEY:
            raise ValueError(
                f'{self.get("img_path")}: a transform of the wrapper\'s pipeline mixes several '
                'frames. It would join instances of equal id, depth of different scales and the '
                'labels of whole images. Take it (RandomMosaic, MixUp ...) out of the pipeline of '
                'MultiImageMixDataset')
        super().__setitem__(key, value)


def guard(results: Any) -> Any:
    """Results that leave a data set unpacked, unmixable if they have maps or image labels."""
    if type(results) is dict and ('image_labels' in results or any(
            name in results for name in MAP_FIELDS)):
        return UnmixableFrame(results)
    return results
