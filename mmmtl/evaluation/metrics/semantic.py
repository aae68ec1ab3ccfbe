"""mmseg's IoU, for data sets in which some frames have no semantic label."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from mmengine.logging import print_log
from mmseg.evaluation import IoUMetric

from mmmtl.datasets.numbered_classes import check_largest_class, numbered_classes
from mmmtl.registry import METRICS

from ..functional.fast_sums import semantic_areas
from ..functional.semantic_per_image import per_image_scores
from .fields import read_pair

_OF_OPTION = dict(mIoU=('mIoU', 'mAcc'), mDice=('mDice', 'mAcc'),
                  mFscore=('mFscore', 'mPrecision', 'mRecall'))
_PER_IMAGE = ('mIoU_per_image', 'aAcc_per_image')


@METRICS.register_module()
class SemanticIoUMetric(IoUMetric):
    """mmseg's ``IoUMetric`` with a prefix, and with a record of zeros for an unlabelled frame.

    Numbers, table and options are mmseg's: percent (0 to 100) rounded to two digits, higher is
    better; keys ``aAcc``, ``mIoU``, ``mAcc`` (and ``mDice``, ``mFscore`` … by ``iou_metrics``).
    IoU of a class = intersection / union over all labelled pixels of the set; a class in neither
    truth nor prediction is NaN and left out of the mean. No labelled pixel at all: NaN and a
    warning. Areas are counted exactly (mmseg's float32 stops at 2^24 pixels) and added in float64;
    one class is one class (mmseg's histogram takes 1 for 0 there).

    Args:
        prefix: Task name put before the keys. Default 'semantic'.
        per_image: also ``mIoU_per_image`` and ``aAcc_per_image``, means over the images of what
            each scores alone
            (:func:`~mmmtl.evaluation.functional.per_image_scores`), as Liu et al. (MTAN) report:
            unions of ``mIoU_per_image`` are over all pixels, those without a label too.
        **kwargs: As for mmseg's ``IoUMetric``: ``iou_metrics``, ``ignore_index``, ``nan_to_num``,
            ``format_only``, ``output_dir``, …
    """

    default_prefix = 'semantic'
    score_directions = dict.fromkeys((
        'aAcc', 'mIoU', 'mAcc', 'mDice', 'mFscore', 'mPrecision', 'mRecall', *_PER_IMAGE), 'higher')
    pred_field = 'pred_sem_seg'

    def __init__(self, prefix: str | None = None, per_image: bool = False,
                 **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.per_image = per_image
        given = {'aAcc', *(name for option in self.metrics for name in _OF_OPTION[option])}
        given |= set(_PER_IMAGE) if per_image else set()
        self.score_directions = {} if self.format_only else dict.fromkeys(sorted(given), 'higher')

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append the areas of each class, one record for each sample, labelled or not."""
        for sample in data_samples:
            self._number_classes(sample)
            check_largest_class(sample, len(self.dataset_meta['classes']), self.ignore_index,
                                "the data set's meta information")
            if (not self.format_only
                    and read_pair(sample, 'pred_sem_seg', 'gt_sem_seg') is None):
                nothing = torch.full_like(sample['pred_sem_seg']['data'], self.ignore_index)
                sample = {**sample, 'gt_sem_seg': {'data': nothing}}
            super().process(data_batch, [sample])
            if self.per_image and not self.format_only:
                self.results[-1] += (self._predicted(sample['pred_sem_seg']['data']), )

    def _number_classes(self, sample: Mapping[str, Any]) -> None:
        """Where nobody has told the classes, number the channels of the logits."""
        if (self.dataset_meta or {}).get('classes'):
            return
        if 'seg_logits' not in sample:
            raise KeyError('SemanticIoUMetric needs classes in the data set\'s meta information; '
                           'give the data set metainfo=dict(classes=(...))')
        channels = len(sample['seg_logits']['data'])
        self.dataset_meta = numbered_classes(self.dataset_meta, max(channels, 2))

    def _predicted(self, pred: torch.Tensor) -> torch.Tensor:
        """Area of each class in a prediction, over all pixels, labelled or not."""
        count = len(self.dataset_meta['classes'])
        labels = pred.flatten().long()
        labels = labels[(labels >= 0) & (labels < count)]
        return torch.bincount(labels, minlength=count).cpu().double()

    @staticmethod
    def intersect_and_union(pred_label: torch.Tensor, label: torch.Tensor, num_classes: int,
                            ignore_index: int) -> tuple[torch.Tensor, ...]:
        """Areas of one image, (num_classes, ) each: :func:`~..functional.semantic_areas`."""
        return semantic_areas(torch.atleast_2d(pred_label), torch.atleast_2d(label), num_classes,
                              ignore_index)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """mmseg's scores from the records of all ranks."""
        if self.format_only:
            return super().compute_metrics(results)
        if not results:
            self.dataset_meta = numbered_classes(self.dataset_meta, 0)
            results = [tuple(torch.zeros(len(self.dataset_meta['classes'])) for _ in range(5))]
        if sum(float(record[3].sum()) for record in results) == 0:
            print_log(
                f'SemanticIoUMetric ({self.prefix}): none of {len(results)} images has a labelled '
                'pixel in gt_sem_seg, so the scores are NaN. Check that the test pipeline loads '
                'it.', 'current', logging.WARNING)
        with warnings.catch_warnings():
            warnings.filterwarnings('ignore', message='Mean of empty slice')
            scores = super().compute_metrics([record[:4] for record in results])
        scores = {name: float(score) for name, score in scores.items()}
        return scores | (per_image_scores(results) if self.per_image else {})
