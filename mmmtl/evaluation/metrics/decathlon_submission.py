"""The file that the Visual Decathlon's server judges."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmmtl.registry import METRICS

from .image_fields import read_predicted_class


@METRICS.register_module()
class DecathlonSubmissionWriter(BaseMetric):
    """Write ``results.json`` (``tools/test.py --format-only``); no scores, no labels needed.

    A list of ``{"image_id": …, "category_id": …}`` for the images of all data sets, in the ids of
    the challenge's annotations; the server takes it packed into a zip file.

    Args:
        output_dir: folder to write to.
        prefix: unused; every metric has one.
        kwargs: ``collect_device``, ``collect_dir``.

    Raises:
        FileExistsError: the folder has a ``results.json``.
        ValueError: the data set names no category ids, or two images have one id.
    """

    default_prefix = 'submission'
    score_directions: dict[str, str] = {}

    def __init__(self, output_dir: str, prefix: str | None = None, **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        self.path = Path(output_dir, 'results.json')
        if self.path.exists():
            raise FileExistsError(f'{self.path} exists. Remove it, or write to another folder '
                                  '(--out)')

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Append one record an image."""
        domains = (self.dataset_meta or {}).get('domains')
        if not domains:
            raise ValueError('DecathlonSubmissionWriter: the data set names no category ids; test '
                             'with a mmmtl.VisualDecathlonDataset')
        for sample in data_samples:
            task, = sample['tasks']
            number = read_predicted_class(sample, task)
            self.results.append(dict(
                image_id=sample['image_id'],
                category_id=domains[sample['domain']]['category_ids'][number]))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Write the records of all ranks (on the first one)."""
        ids = [record['image_id'] for record in results]
        if len(set(ids)) < len(ids):
            twice = next(i for i in ids if ids.count(i) > 1)
            raise ValueError(f'image id {twice} occurs twice in the test set; the server could not '
                             'tell the images apart')
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(results), encoding='utf-8')
        print_log(f'{type(self).__name__}: wrote {len(results)} images to {self.path}', 'current')
        return {}
