"""Instances and panoptic maps, from what the heads have predicted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mmengine.logging import MessageHub
from mmseg.structures import SegDataSample

from ..instance_clustering.base import BaseInstanceClustering


class InstancePrediction:
    """What a segmentor with a clusterer does once all maps are written.

    Mixed into a class with ``instance_clustering``.
    """

    instance_clustering: BaseInstanceClustering | None
    _clusters_now = True

    def prepare_clustering(self, meta: Mapping[str, Any]) -> None:
        """Learn from a data set's meta information which classes are things, and compile.

        It is kept as ``dataset_meta``, where mmseg's ``init_model`` puts it too.
        """
        self.dataset_meta = meta
        self.instance_clustering.prepare(meta)

    @contextmanager
    def clustered_later(self) -> Iterator[None]:
        """Inside, predictions stay without instances; for :meth:`cluster_instances` afterwards."""
        self._clusters_now = False
        try:
            yield
        finally:
            self._clusters_now = True

    def cluster_instances(self, data_samples: list[SegDataSample]) -> None:
        """Write instances and panoptic maps into samples that hold the heads' predictions.

        Without ``instance_clustering`` nothing is done. Classes of things are those of
        ``self.dataset_meta``, which :meth:`prepare_clustering` and mmseg's ``init_model`` set.
        """
        if self.instance_clustering is not None:
            meta = getattr(self, 'dataset_meta', None)
            if meta is None:  # what mmengine notes when training starts
                meta = MessageHub.get_current_instance().get_info('dataset_meta')
            self.instance_clustering.prepare(meta)
            for sample in data_samples:
                self.instance_clustering.predict(sample)
