"""The Visual Decathlon: ten classification data sets, each a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.dataset import ConcatDataset

from mmmtl.registry import DATASETS

from .decathlon_domain import DecathlonDomainDataset
from .decathlon_domains import DOMAINS


@DATASETS.register_module()
class VisualDecathlonDataset(ConcatDataset):
    """All domains of Rebuffi, Bilen, Vedaldi (NeurIPS 2017), one after the other.

    Batches of one domain each: :class:`AlternatingBatchSampler`. The meta information has
    ``domains``: name → ``task``, ``classes`` (names) and ``category_ids`` (by class), which
    metric and submission read.

    Args:
        split: see :class:`DecathlonDomainDataset`, also for layout and errors.
        data_root: folder of all.
        domains: names, by default all ten; or name → number of classes, for others.
        pipeline: transforms.
        plain_pipeline: those of domains whose images may not be mirrored (:data:`DOMAINS`: traffic
            signs, characters, house numbers); ``pipeline`` by default.
        lazy_init: see mmengine.
        kwargs: of every :class:`DecathlonDomainDataset`.
    """

    def __init__(self,
                 split: str = 'train',
                 data_root: str = 'data/decathlon-1.0',
                 domains: Sequence[str] | Mapping[str, int] = tuple(DOMAINS),
                 pipeline: Sequence = (),
                 plain_pipeline: Sequence | None = None,
                 lazy_init: bool = False,
                 **kwargs: Any) -> None:
        if not domains:
            raise ValueError(f'VisualDecathlonDataset: domains is empty; known are {list(DOMAINS)}')
        plain = pipeline if plain_pipeline is None else plain_pipeline
        counts = domains if isinstance(domains, Mapping) else {}
        super().__init__([
            DecathlonDomainDataset(
                domain=name, split=split, data_root=data_root, num_classes=counts.get(name),
                pipeline=pipeline if name not in DOMAINS or DOMAINS[name].flips else plain,
                lazy_init=lazy_init, **kwargs)
            for name in domains], lazy_init=lazy_init)

    @property
    def metainfo(self) -> dict:
        """Tasks, classes and category ids of the domains."""
        self.full_init()
        return dict(dataset_type='visual_decathlon', domains={
            data.domain: dict(task=data.task, classes=tuple(data.category_names),
                              category_ids=tuple(data.category_ids))
            for data in self.datasets})
