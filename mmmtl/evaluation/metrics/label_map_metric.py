"""The frame of metrics that compare whole label maps: classes, instances, panoptic segments."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log
from prettytable import PrettyTable

from ..functional.reduction import add_records
from .fields import image_name


class LabelMapMetric(BaseMetric):
    """One record of sums for each image, labelled or not, of a length that classes alone decide.

    Subclasses set the class attributes and write :meth:`sums` and :meth:`compute`. A frame without
    one of ``truth_fields`` leaves zeros. No labelled frame at all: NaN and a warning.

    Args:
        prefix: Task name put before the keys.
        collect_device: 'cpu' or 'gpu': how records travel between ranks.
        collect_dir: Folder through which records travel when 'cpu'.
    """

    pred_field: str
    truth_fields: tuple[str, ...]
    """Fields that a frame must have to be scored."""
    optional_field: str | None = None
    """A further truth field, ``None`` where a frame does not have it."""
    remedy: str
    """What to do if the model does not predict ``pred_field``."""

    def __init__(self,
                 prefix: str | None = None,
                 collect_device: str = 'cpu',
                 collect_dir: str | None = None) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix, collect_dir=collect_dir)

    def record_length(self) -> int:
        """How many sums an image has."""
        raise NotImplementedError

    def sums(self, pred: np.ndarray, *truth: np.ndarray | None) -> Sequence[float]:
        """Sums of one image from its (H, W) maps, in the order of the class attributes."""
        raise NotImplementedError

    def compute(self, sums: np.ndarray) -> dict[str, float]:
        """Scores of the whole set from its sums."""
        raise NotImplementedError

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record for each sample: whether it is labelled, then its sums."""
        for sample in data_samples:
            record = (0., ) * (1 + self.record_length())
            if all(field in sample for field in self.truth_fields):
                try:
                    record = (1., *self.sums(*self._maps(sample)))
                except ValueError as error:
                    raise ValueError(f'{image_name(sample)}, {self.pred_field}: {error}') from error
            self.results.append(record)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores from the records of all ranks."""
        labelled, *sums = add_records(results, 1 + self.record_length())
        if labelled == 0:
            self._log(
                f'none of {len(results)} images has {" and ".join(self.truth_fields)}, so the '
                'scores are NaN. Check that the test pipeline loads it.', logging.WARNING)
        return self.compute(np.array(sums))

    def required_meta(self, key: str) -> Sequence[str]:
        """A list of names from the data set's meta information.

        Raises:
            KeyError: the data set does not say.
        """
        names = (self.dataset_meta or {}).get(key)
        if names is None:
            raise KeyError(f'{type(self).__name__} needs {key} in the data set\'s meta information;'
                           f' give the data set metainfo=dict({key}=...)')
        return names

    def log_table(self, columns: Mapping[str, Mapping[str, float]]) -> None:
        """Print scores by name, one column for each kind of score; '-' where there is none."""
        table = PrettyTable(['', *columns])
        for name in dict.fromkeys(name for column in columns.values() for name in column):
            values = (column.get(name) for column in columns.values())
            table.add_row([name, *('-' if v is None else f'{v:.2f}' for v in values)])
        self._log(f'percent\n{table.get_string()}', logging.INFO)

    def _maps(self, sample: Mapping[str, Any]) -> list[np.ndarray | None]:
        fields = [self.pred_field, *self.truth_fields]
        if self.pred_field not in sample:
            found = sorted(key for key in sample if key.startswith('pred_'))
            raise KeyError(f'{image_name(sample)} has no {self.pred_field}; the model predicted '
                           f'{found or "nothing"}. {self.remedy}, or take the metric out of the '
                           'evaluator.')
        maps = [sample[field]['data'][0].cpu().numpy() for field in fields]
        if self.optional_field is not None:
            fields.append(self.optional_field)
            maps.append(sample[self.optional_field]['data'][0].cpu().numpy()
                        if self.optional_field in sample else None)
        for field, found in zip(fields, maps, strict=True):
            if found is not None and found.shape != maps[0].shape:
                raise ValueError(
                    f'shape {maps[0].shape}, but {field} has {found.shape}. Both must have the '
                    'size of the original image: load truth after Resize in the test pipeline.')
        return maps

    def _log(self, message: str, level: int) -> None:
        print_log(f'{type(self).__name__} ({self.prefix}): {message}', 'current', level)
