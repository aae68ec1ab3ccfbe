"""From a batch to the weighted losses of its tasks."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import torch
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.balancing.handover import Handover
from mmmtl.weighting import BaseLossWeighting

from ..tasks import Task
from .feature_check import IndexCheck, explain_channels
from .label_watch import LabelWatch
from .losses_after_step import LastBatch, statistics_kept
from .normalisation import WorldCounts, share_of_ranks
from .raw_losses import RawLosses
from .task_features import of_task, zero_of

T = TypeVar('T')


class TrainingLosses:
    """What a segmentor with several tasks does in training.

    Mixed into a class with what is declared here, ``extract_feat``, and mmseg's ways of running
    ``decode_head`` and auxiliary heads.
    """

    tasks: dict[str, Task]
    heads: dict[str, nn.Module]
    auxiliary_heads: list[nn.Module]
    decode_task: str
    loss_weighting: BaseLossWeighting
    handover: Handover
    last_batch: LastBatch
    label_watch: LabelWatch
    _check_indices: IndexCheck
    _world_counts: WorldCounts | None

    def loss(self, inputs: Tensor, data_samples: list[SegDataSample]) -> dict[str, Tensor]:
        """Weighted losses, and what the log shows.

        Args:
            inputs: (N, 3, H, W) normalised images.
            data_samples: frames, each labelled for any of the tasks.

        Returns:
            ``loss_<task>``: weighted, to be summed; ``raw/<task>``: the unweighted loss of a
            task that is labelled on this rank (and ``raw/<task>.<part>`` if it has several
            parts); ``weight/<task>`` and what else the weighting shows; accuracies of mmseg.
        """
        if self.training and self.loss_weighting.needs_losses_after_step:
            self.last_batch.keep(inputs, data_samples)
        raw = self._raw_losses(inputs, data_samples)
        present = raw.present
        self._watch_labels(present, data_samples)
        terms = raw.weighted(self.loss_weighting(raw.over_ranks()))
        # In here, since what comes out of DistributedDataParallel may be copies.
        self.handover.put(terms, [name for name in terms if present[name]])
        shown = {f'{kind}/{name}': value for kind, values in self.loss_weighting.state().items()
                 for name, value in values.items()}
        return {f'loss_{name}': term for name, term in terms.items()} | raw.logs | shown

    def _watch_labels(self, present: Mapping[str, bool], samples: list[SegDataSample]) -> None:
        read = [name for name, task in self.tasks.items()
                if any(task.was_read(sample) for sample in samples)
                ] if self.label_watch.unseen else ()
        self.label_watch.update(present, read)

    def _raw_losses(self, inputs: Tensor, data_samples: list[SegDataSample]) -> RawLosses:
        """Unweighted loss of each task."""
        tasks, counts = self.tasks, self._world_counts
        labelled = {name: any(task.has_target(sample) for sample in data_samples)
                    for name, task in tasks.items()}
        # Before the network runs: ranks wait for each other here, and nothing is under way yet.
        raw = RawLosses(share_of_ranks(
            counts(tasks, labelled, data_samples, inputs) if counts else labelled, inputs))
        features = self.extract_feat(inputs)
        self._check_indices(self.heads, self.auxiliary_heads, features)
        features = self.handover.cut(features)
        present = raw.present
        for name, task in tasks.items():
            together = counts is not None and name in counts.collective and present[name]
            if labelled[name] or together:  # or a zero, and the part in what all compute together
                run = partial(self._head_losses, task, features, data_samples)
                raw.add(name, self._explained(run, name, features), labelled[name])
            else:
                run = partial(zero_of, task, features, present[name])
                raw.add_zero(name, self._explained(run, name, features))
        return raw

    def _explained(self, run: Callable[[], T], name: str, features: Any) -> T:
        """Run the heads of one task; a wrong ``in_channels`` is an error that says so."""
        auxiliary = self.auxiliary_heads if name == self.decode_task else []
        return explain_channels(run, {name: self.heads[name]}, features, auxiliary)

    def _head_losses(self, task: Task, features: Any, samples: list[SegDataSample]) -> dict:
        features = of_task(features, task.name)
        task.check_labels(samples)
        if task.name != self.decode_task:
            return task.head.loss(features, samples, self.train_cfg)
        features, samples = task.frames_to_learn(features, samples)
        losses = self._decode_head_forward_train(features, samples)
        if self.with_auxiliary_head:
            losses.update(self._auxiliary_head_forward_train(features, samples))
        return losses

    @torch.no_grad()
    def losses_after_step(self) -> dict[str, Tensor]:
        """Unweighted losses of the batch that ``loss`` saw last, by the parameters of now.

        For weightings that learn from them; statistics of normalisation layers stay.
        """
        with statistics_kept(self):
            return self._raw_losses(*self.last_batch.get()).over_ranks()
