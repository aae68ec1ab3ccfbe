"""Turn a test config into one that writes a submission instead of scores."""

from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmmtl.datasets import VisualDecathlonDataset
from mmmtl.datasets.base_multi_task import TASK_NAMES, BaseMultiTaskDataset
from mmmtl.registry import DATASETS


def use_submission(cfg: Config, out_dir: str | None) -> None:
    """Replace the test evaluator by the writer of submission files, and do without ground truth.

    Our data sets do not look for labels then, since test splits have none. The writer is that of
    the Visual Decathlon for its data, else that of Cityscapes.

    Args:
        cfg: with ``work_dir``; changed in place.
        out_dir: where to write; ``None``: ``submission`` in the work dir.
    """
    if _class_of(cfg.test_dataloader.dataset) is VisualDecathlonDataset:
        cfg.test_evaluator = dict(
            type='mmmtl.DecathlonSubmissionWriter',
            output_dir=out_dir or str(Path(cfg.work_dir, 'submission')))
        return
    splits = _drop_labels(cfg.test_dataloader.dataset)
    name = f'cityscapes_panoptic_{splits.pop()}' if len(splits) == 1 else 'panoptic'
    cfg.test_evaluator = dict(
        type='mmmtl.CityscapesSubmissionWriter',
        output_dir=out_dir or str(Path(cfg.work_dir, 'submission')),
        panoptic_name=name)


def _drop_labels(dataset: Any) -> set[str]:
    """Switch off the label files of our data sets below wrappers; the splits they name."""
    splits = set()
    for child in (dataset.get('dataset'), *(dataset.get('datasets') or ())):
        if child:
            splits |= _drop_labels(child)
    cls = _class_of(dataset)
    if isinstance(cls, type) and issubclass(cls, BaseMultiTaskDataset):
        dataset['data_prefix'] = {**(dataset.get('data_prefix') or {}), **dict.fromkeys(TASK_NAMES)}
        if dataset.get('split'):
            splits.add(dataset['split'])
    return splits


def _class_of(dataset: Any) -> Any:
    return DATASETS.get(dataset['type']) if isinstance(dataset['type'], str) else dataset['type']
