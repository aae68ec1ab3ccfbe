"""What every clusterer of instance votes has in common."""

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from mmengine.structures import InstanceData, PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.clustering import instances
from mmmtl.clustering.instances import (
    Clusterer,
    Grouping,
    class_probability,
    find_instances,
)
from mmmtl.clustering.panoptic import merge_panoptic

from .. import fast_maps
from .thing_classes import (
    PerClass,
    ThingClass,
    check_names,
    check_parameters,
    find_things,
    of_class,
)


class BaseInstanceClustering(metaclass=ABCMeta):
    """Predicted classes and instance vectors to instances, and to a panoptic map.

    Per thing class, the votes (pixel + vector) of its pixels are clustered; each cluster is an
    instance. A subclass says how votes are clustered.

    ======== ==================================================================================
    reads    ``pred_sem_seg``, ``seg_logits`` and ``pred_instance_vector``
    writes   ``pred_instance_map`` (1, H, W) int32: ids from 1 to K, 0 = no instance;
             ``pred_instances``: InstanceData of ``ids`` (K,) int32, ``labels`` (K,) int64,
             ``scores`` (K,) float32, the mean probability of the class over its pixels;
             ``pred_panoptic_map`` (1, H, W) int32: class * 1000 + number, see ``panoptic.py``
    ======== ==================================================================================

    Args:
        eps: distance within which votes are neighbours, pixels.
        min_samples: votes within ``eps`` (itself included) that make a vote a cluster's core.
        min_area: fewest pixels of an instance.
        noise_bound: votes in no cluster go to the one with the nearest centre, if that is
            nearer than this many ``eps``; 0 leaves them out.
        reference_size: (height, width) of the images for which these numbers are meant. In an
            image of another size lengths (``eps``) are scaled by the root of the ratio of
            areas, and numbers of pixels (``min_samples``, ``min_area``) by the ratio itself, but
            ``min_samples`` does not fall below 5 by that.
            With ``None`` they hold for every size.
        thing_classes: names or numbers of the classes; by default those of the data set.
        classes: names of all classes; by default those of the data set.
        panoptic: whether to write ``pred_panoptic_map``.
        min_stuff_area: fewest pixels of a stuff class in an image (scaled like ``min_area``);
            what is less becomes void in the panoptic map.
        leftover: what becomes of pixels of thing classes without an instance in the panoptic
            map: ``'void'``, or one more ``'segment'`` of their class.

    The first four may be dicts by class name. The defaults are the best ones for true vectors
    with noise (``docs/instance_oracle.md``); for a trained network choose them with
    ``tools/analysis_tools/tune_clustering.py``.
    """

    def __init__(self,
                 eps: PerClass = 2.0,
                 min_samples: PerClass = 10,
                 min_area: PerClass = 10,
                 noise_bound: PerClass = 3.0,
                 reference_size: Sequence[int] | None = (256, 512),
                 thing_classes: Sequence[str | int] | None = None,
                 classes: Sequence[str] | None = None,
                 panoptic: bool = True,
                 min_stuff_area: int = 0,
                 leftover: Literal['void', 'segment'] = 'void') -> None:
        check_parameters(reference_size, eps=(eps, 1e-6), min_samples=(min_samples, 2),
                         min_area=(min_area, 0), noise_bound=(noise_bound, 0),
                         min_stuff_area=(min_stuff_area, 0))
        if leftover not in ('void', 'segment'):
            raise ValueError(
                f"instance_clustering: leftover is {leftover!r}, not 'void' or 'segment'")
        self.eps, self.min_samples = eps, min_samples
        self.min_area, self.noise_bound = min_area, noise_bound
        self.reference_size = reference_size
        self.thing_classes, self.classes = thing_classes, classes
        self.panoptic, self.min_stuff_area, self.leftover = panoptic, min_stuff_area, leftover
        self._things: dict[int, ThingClass] = {}
        self._names: dict[int, str] | None = None

    # -- what a subclass says -----------------------------------------------------------------
    @abstractmethod
    def cluster(self, votes: np.ndarray, eps: float, min_samples: int) -> np.ndarray:
        """Cluster the votes of one class.

        Args:
            votes: (n, 2) float32, finite, n > 0, x and y in pixels.
            eps: in pixels of this image.
            min_samples: in votes of this image.

        Returns:
            (n,) integer labels from 0, -1 for noise.
        """

    def warm_up(self) -> None:
        """Load (or compile) what would slow the first frame down."""
        fast_maps.warm_up()
        instances.warm_up()

    # -- for the segmentor --------------------------------------------------------------------
    def prepare(self, dataset_meta: Mapping[str, Any] | None) -> None:
        """Read classes and parameters, and warm up; before the first frame.

        Raises:
            ValueError, KeyError: if it is not known which classes are things, or a parameter
                is missing for one, or given for another class.
        """
        names = find_things(dataset_meta, self.classes, self.thing_classes)
        if names == self._names:
            return
        check_names(names.values(), eps=self.eps, min_samples=self.min_samples,
                    min_area=self.min_area, noise_bound=self.noise_bound)
        self._things = {
            label: ThingClass(
                label, name, float(eps := of_class('eps', self.eps, name)),
                int(of_class('min_samples', self.min_samples, name)),
                int(of_class('min_area', self.min_area, name)),
                eps * of_class('noise_bound', self.noise_bound, name))
            for label, name in names.items()
        }
        if self._names is None:
            self.warm_up()
        self._names = names

    @torch.no_grad()
    def predict(self, sample: SegDataSample) -> None:
        """Write the instances of one frame into its data sample; see the class."""
        semantic = sample.pred_sem_seg.data[0]
        device = semantic.device
        semantic = semantic.cpu().numpy()
        if semantic.dtype.kind == 'f':  # of a binary head
            semantic = semantic.astype(np.uint8)
        length = self._length(semantic.shape)
        found = find_instances(
            semantic, sample.pred_instance_vector.data.detach().float().cpu().numpy(),
            self._groupings(length), partial(_probability, sample.seg_logits.data))
        ids = np.arange(1, len(found.labels) + 1, dtype=np.int32)
        sample.set_data(dict(
            pred_instance_map=_pixels(found.instance_map, device),
            pred_instances=InstanceData(
                ids=torch.from_numpy(ids).to(device),
                labels=torch.from_numpy(found.labels).to(device),
                scores=torch.from_numpy(found.scores).to(device))))
        if self.panoptic:
            sample.set_data(dict(pred_panoptic_map=_pixels(
                merge_panoptic(
                    semantic, found.instance_map, found.labels, list(self._things),
                    min_stuff_area=round(self.min_stuff_area * length**2),
                    leftover=self.leftover), device)))

    def _groupings(self, length: float) -> dict[int, Grouping]:
        """By thing class, for an image whose lengths are ``length`` times the reference's."""
        things = {label: thing.scaled(length) for label, thing in self._things.items()}
        return {label: Grouping(self._clusterer(thing), thing.noise_bound, thing.min_area)
                for label, thing in things.items()}

    def _clusterer(self, thing: ThingClass) -> Clusterer:
        return lambda votes: self.cluster(votes, thing.eps, thing.min_samples)

    def _length(self, size: Sequence[int]) -> float:
        if self.reference_size is None:
            return 1.0
        reference = self.reference_size[0] * self.reference_size[1]
        return float(np.sqrt(size[0] * size[1] / reference))


def _pixels(array: np.ndarray, device: torch.device) -> PixelData:
    return PixelData(data=torch.from_numpy(array)[None].to(device))


def _probability(logits: Tensor, label: int, index: np.ndarray) -> np.ndarray:
    """(n,) probability of a class at its pixels.

    Args:
        logits: (C, H, W); of a binary head (1, H, W) probabilities of class 1.
        label: the class.
        index: (n,) flat indices.
    """
    flat = logits.detach().flatten(1)
    if flat.device.type != 'cpu' or flat.dtype != torch.float32:  # bring what is needed
        flat = flat[:, torch.from_numpy(index).to(flat.device)].float().cpu()
        index = np.arange(len(index))
    if len(flat) == 1:
        one = flat[0].numpy()[index]
        return one if label == 1 else 1 - one
    return class_probability(flat.numpy(), label, index)
