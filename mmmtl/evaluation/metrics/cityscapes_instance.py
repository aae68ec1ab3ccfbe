"""Average precision of instances, as Cityscapes scores them."""

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from prettytable import PrettyTable

from mmmtl.registry import METRICS

from ..functional.instance_ap import OVERLAPS, TruthFilter, average_precision, mean_precision
from ..functional.instance_ap_matches import InstanceMatches, match_map
from ..functional.instance_ap_truth import truth_segments
from ..functional.overlaps import count_overlaps
from ..functional.things_in_use import things_in_use
from .distance import read_distance
from .fields import image_name, read_pair

SizeBin = int | tuple[int, int]


@METRICS.register_module()
class CityscapesInstanceMetric(BaseMetric):
    """AP of instances, equal to cityscapesScripts' to the last digit, without writing files.

    Reads ``pred_instance_map`` with ``pred_instances`` (ids, labels, scores) and
    ``gt_instance_map`` with ``gt_sem_seg``, all at the size of the truth. Keys, in **percent** (0
    to 100, as mmseg's mIoU; the fractions are
    :func:`~mmmtl.evaluation.functional.average_precision`'s), higher is better:

    - ``AP``: mean over IoU thresholds 0.50 to 0.95 and over classes; ``AP50``: threshold 0.5.
    - ``AP100m``, ``AP50m``: AP of objects within 100 m and 50 m; left out where no frame has
      distances. Frames without distances do not enter.
    - ``AP_from_<n>px``, ``AP50_from_<n>px`` or ``..._<n>_to_<m>px``: one pair for each size bin.
    - ``<key>/<class>``: of one thing class.

    A class without an object to be found is NaN and not in the mean. What is found and ignored:
    :func:`~mmmtl.evaluation.functional.instance_ap.average_precision`; what is an object, a group
    and void: :func:`~mmmtl.evaluation.functional.instance_ap_truth.truth_segments`.

    Distance of an object: median over its pixels that have one, of ``gt_depth_map`` in metres or
    baseline * fx / disparity from ``gt_inverse_depth_map`` and ``camera_path``. The public script
    reads these medians (``medDist``) and the share of pixels that have a distance (``distConf``)
    from a file that is not public; its rule is applied here: objects with a median of more than
    100 m (50 m) or a share below 0.5 are ignored.

    One record of a few numbers for each image, labelled or not (1 to 3 KB of a full Cityscapes
    frame). A frame without one of the two truth maps leaves an empty record.

    Args:
        min_region_sizes: smallest object in pixels, included, for AP and AP50, for AP100m and for
            AP50m. Smaller ones are ignored. The official sizes are for 1024 x 2048.
        size_bins: for AP by size of the truth: ``100`` for objects of at least 100 pixels, ``(16,
            100)`` for 16 to 99. Other objects are ignored.
        camera_width: width in pixels of the images that the camera files are for; ``None``: that
            of the image file.
        ignore_index: label of void pixels.
        prefix: Task name put before the keys. Default 'instance'.
        collect_device: 'cpu' or 'gpu': how records travel between ranks.
        collect_dir: Folder through which records travel when 'cpu'.

    Raises:
        ValueError: not three ``min_region_sizes``, or what is no size bin.
    """

    default_prefix = 'instance'
    score_directions = dict.fromkeys((name + part for name in (
        'AP', 'AP50', 'AP100m', 'AP50m', 'AP_from_<n>px', 'AP50_from_<n>px', 'AP_<n>_to_<n>px',
        'AP50_<n>_to_<n>px') for part in ('', '/<thing>')), 'higher')

    def __init__(self,
                 min_region_sizes: Sequence[int] = (100, 1000, 1000),
                 size_bins: Sequence[SizeBin] = (),
                 camera_width: int | None = None,
                 ignore_index: int = 255,
                 prefix: str | None = None,
                 collect_device: str = 'cpu',
                 collect_dir: str | None = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix, collect_dir=collect_dir)
        if len(min_region_sizes) != 3:
            raise ValueError('min_region_sizes must be three sizes in pixels (AP, AP100m, AP50m), '
                             f'not {min_region_sizes!r}')
        if isinstance(size_bins, str) or not isinstance(size_bins, Iterable):
            raise ValueError(f'size_bins must be a list of size bins, not {size_bins!r}; write '
                             f'size_bins=[{size_bins!r}]')
        size, size_100m, size_50m = min_region_sizes
        self.filters = {
            '': TruthFilter(size),
            '100m': TruthFilter(size_100m, max_distance=100., min_density=0.5),
            '50m': TruthFilter(size_50m, max_distance=50., min_density=0.5),
            **dict(_size_filter(size_bin) for size_bin in size_bins)}
        self.score_directions = dict.fromkeys((column + part for key, rule in self.filters.items()
                                     for column in _columns(key, rule)
                                     for part in ('', '/<thing>')), 'higher')
        self.camera_width, self.ignore_index = camera_width, ignore_index

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one :class:`InstanceMatches` for each sample."""
        self.results.extend(self._match(sample) for sample in data_samples)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        names, labels = self._things()
        filters = {key: rule for key, rule in self.filters.items()
                   if math.isinf(rule.max_distance) or any(r.has_distances for r in results)}
        precisions = average_precision(results, labels, list(filters.values()))
        at_half = np.isclose(OVERLAPS, 0.5)
        scores: dict[str, float] = {}
        columns: dict[str, np.ndarray] = {}
        for (key, rule), precision in zip(filters.items(), precisions, strict=True):
            values = (precision, precision[:, at_half])
            columns |= dict(zip(_columns(key, rule), values, strict=False))
        for key, precision in columns.items():
            scores[key] = 100 * mean_precision(precision)
            for name, values in zip(names, precision, strict=True):
                scores[f'{key}/{name}'] = 100 * float(np.mean(values))
        self._report(names, list(columns), scores, results)
        return scores

    def _match(self, sample: Mapping[str, Any]) -> InstanceMatches:
        """The record of one image."""
        if 'gt_instance_map' not in sample or 'gt_sem_seg' not in sample:
            return InstanceMatches()
        absent = {'pred_instance_map', 'pred_instances'} - set(sample)
        if absent:
            raise KeyError(f'{image_name(sample)} has gt_instance_map but no {sorted(absent)}. '
                           'Give the model an instance_clustering, or take '
                           f'{type(self).__name__} out of the evaluator.')
        pred_map, truth_map = read_pair(sample, 'pred_instance_map', 'gt_instance_map')
        _, labels = self._things()
        pred = sample['pred_instances']
        semantic, instances, predicted = maps = [
            one[0].cpu().numpy() for one in (sample['gt_sem_seg']['data'], truth_map, pred_map)]
        try:
            # one pass over the frame for both functions; they complain of other shapes
            counted = count_overlaps(*maps) if semantic.shape == instances.shape else None
            truth = truth_segments(instances, semantic, labels, self.ignore_index, counted)
            return match_map(
                predicted, *(np.asarray(pred[key].cpu()) for key in ('ids', 'labels', 'scores')),
                truth, labels, read_distance(sample, self.camera_width), counted)
        except ValueError as error:
            raise ValueError(f'{image_name(sample)}: {error}') from error

    def _things(self) -> tuple[list[str], list[int]]:
        """Names and class indices of the things."""
        meta = self.dataset_meta or {}
        if not meta.get('classes') or not meta.get('thing_classes'):
            raise ValueError(f"{type(self).__name__}: the data set's meta information must have "
                             f"'classes' and 'thing_classes'; it has {sorted(meta)}")
        things = things_in_use(meta['classes'], meta['thing_classes'])
        if not things:
            raise ValueError(f"{type(self).__name__}: none of the thing_classes "
                             f"{list(meta['thing_classes'])} is among the classes "
                             f"{list(meta['classes'])}; give the data set metainfo=dict("
                             'thing_classes=...), or take the metric out of the evaluator')
        return list(things.values()), list(things)

    def _report(self, names: list[str], keys: list[str], scores: dict, results: list) -> None:
        """Log the table, and what is odd about it."""
        if math.isnan(scores['AP']):
            self._log(f'none of {len(results)} images has an object of '
                      f'{self.filters[""].min_pixels} pixels and more, so AP is NaN. Check that '
                      'the test pipeline loads gt_instance_map and gt_sem_seg.', logging.WARNING)
        measured = sum(record.has_distances for record in results)
        if 0 < measured < len(results):
            self._log(f'{measured} of {len(results)} images have distances; AP100m and AP50m are '
                      'of these.', logging.INFO)
        rows = PrettyTable(['Class', *keys])
        for name in ('mean', *names):
            cells = [scores[key if name == 'mean' else f'{key}/{name}'] for key in keys]
            rows.add_row([name, *(f'{cell:.2f}' for cell in cells)])
        self._log(f'percent\n{rows.get_string()}', logging.INFO)

    def _log(self, message: str, level: int) -> None:
        print_log(f'{type(self).__name__} ({self.prefix}): {message}', 'current', level)


def _columns(key: str, rule: TruthFilter) -> list[str]:
    """Names of the scores of a filter: over all thresholds and, of any distance, at 0.5."""
    return [f'AP{key}', f'AP50{key}'] if math.isinf(rule.max_distance) else [f'AP{key}']


def _size_filter(size_bin: SizeBin) -> tuple[str, TruthFilter]:
    if _is_size(size_bin):
        return f'_from_{size_bin}px', TruthFilter(size_bin)
    if not (isinstance(size_bin, Sequence) and len(size_bin) == 2 and all(map(_is_size, size_bin))):
        raise ValueError(f'size_bins has {size_bin!r}; each must be a whole number of pixels, or '
                         'two of them: 100 is at least 100 pixels, (16, 100) is 16 to 99 pixels')
    low, high = size_bin
    if not low < high:
        raise ValueError(f'size_bins: {size_bin} is empty; (16, 100) is 16 to 99 pixels')
    return f'_{low}_to_{high}px', TruthFilter(low, high)


def _is_size(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and value >= 0
