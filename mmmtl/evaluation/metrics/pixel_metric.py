"""The frame of every metric that averages over the valid pixels of a whole set."""

import logging
import math
from collections.abc import Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from torch import Tensor

from mmmtl._save_best import misleading_part

from ..functional.reduction import NonFinitePredictionError, add_records
from .fields import image_name, read_pair


class PixelMetric(BaseMetric):
    """One record of sums and counts for each image, labelled or not; constant memory by image.

    Subclasses set the class attributes and write :meth:`sums` and :meth:`compute`. mmengine
    gathers records from all ranks and cuts them to the length of the data set, which is only
    right if every image leaves exactly one record: an image without truth leaves zeros.

    A prediction that is NaN or infinite at a valid pixel makes the result NaN, and an error is
    logged that names the first such image. No valid pixel in the whole set gives NaN and a warning.

    Args:
        prefix: Task name put before the keys: ``<prefix>/mae``.
        collect_device: 'cpu' or 'gpu': how records travel between ranks.
        collect_dir: Folder through which records travel when 'cpu'.
    """

    pred_field: str
    truth_field: str
    sum_names: tuple[str, ...]

    def __init__(self,
                 prefix: str | None = None,
                 collect_device: str = 'cpu',
                 collect_dir: str | None = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix, collect_dir=collect_dir)
        part = misleading_part(self.prefix or '')
        if part is not None:
            self._log(
                f"mmengine takes {part!r} in the name {self.prefix!r} for a score that is better "
                "when higher. With save_best on such a score, write rule='less' beside it "
                '(tools/train.py does), or rename the task.', logging.WARNING)

    def sums(self, pred: Tensor, truth: Tensor) -> tuple[float, ...]:
        """Sums of one image, in the order of ``sum_names``; both maps are (C, H, W)."""
        raise NotImplementedError

    def compute(self, sums: tuple[float, ...]) -> dict[str, float]:
        """Scores of the whole set from its sums; NaN where the count is 0."""
        raise NotImplementedError

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record, ``(sums, name of a broken image or None)``, for each sample."""
        for sample in data_samples:
            pair = read_pair(sample, self.pred_field, self.truth_field)
            sums, broken = (0., ) * len(self.sum_names), None
            if pair is not None:
                try:
                    sums = self.sums(*pair)
                except NonFinitePredictionError as error:
                    broken = f'{image_name(sample)}: {error}'
            self.results.append((sums, broken))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        sums = add_records((record for record, _ in results), len(self.sum_names))
        scores = self.compute(sums)
        broken = [name for _, name in results if name is not None]
        if broken:
            self._log(
                f'{self.pred_field} is not finite in {len(broken)} of {len(results)} images, so '
                f'the scores are NaN. The first: {broken[0]}', logging.ERROR)
            return dict.fromkeys(scores, math.nan)
        if sums[0] == 0:
            self._log(
                f'none of {len(results)} images has a valid pixel in {self.truth_field}, so the '
                'scores are NaN. Check that the test pipeline loads it.', logging.WARNING)
        return scores

    def _log(self, message: str, level: int) -> None:
        print_log(f'{type(self).__name__} ({self.prefix}): {message}', 'current', level)
