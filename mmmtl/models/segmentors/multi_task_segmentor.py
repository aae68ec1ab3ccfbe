"""MMSegmentation's encoder-decoder with more heads."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

import torch
from mmengine.model import ModuleDict
from mmseg.models.segmentors import EncoderDecoder
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.balancing.handover import Handover
from mmmtl.registry import MODELS
from mmmtl.utils.arguments import check_options
from mmmtl.utils.one_pipeline import with_one_pipeline

from ..decode_heads.body import CascadeHead
from ..instance_clustering import build_instance_clustering
from ..tasks import Task, tasks_of
from .build_named import build_named
from .feature_check import check_in_index, count_features, count_maps, explain_channels
from .image_level import ImageLevelPrediction
from .instance_prediction import InstancePrediction
from .joined_maps import predict_joined
from .label_watch import LabelWatch
from .lazy_features import LazyFeatures
from .loss_terms import split_losses, without_loss
from .normalisation import NORMALISE, WorldCounts, share_of_ranks
from .second_look import statistics_kept
from .task_config import (
    build_weighting,
    check_heads,
    check_preprocessor,
    check_task_names,
    check_unlabelled,
    complete_head_cfg,
    complete_tasks,
    names_of_tasks,
)


@MODELS.register_module()
class MultiTaskSegmentor(ImageLevelPrediction, InstancePrediction, EncoderDecoder):
    """An ``EncoderDecoder`` whose ``decode_head`` is joined by a head per further task.

    ``decode_head`` stays the semantic head of a published config (or is any task head). A task
    head that says nothing of its inputs and architecture is built like it.

    Args:
        task_heads: config of the head of each further task, by name; ``None`` takes away one
            that a base config has.
        loss_weighting: config of the weighting that turns task losses into the total; equal
            weights by default. It learns names and kinds of the tasks from the heads.
        instance_clustering: config of the clusterer that turns predicted instance vectors into
            instances and a panoptic map; none by default. See ``docs/instances.md``.
        decode_task: name of ``decode_head``'s task; by default ``'semantic'``, or a task
            head's own.
        num_stages: of a ``CascadeEncoderDecoder``'s config, whose ``decode_head`` is a list.
        unlabelled_tasks: tasks that may go without any label; for all others that is an error
            after the first epoch or 500 steps (:class:`LabelWatch`). A label without a usable
            value (no instance, nothing measured, all ignored) is none.
        normalise: over what a task's loss is a mean: ``'rank'``, as MMSegmentation does, each
            rank's labelled pixels, and then those means over the ranks that have any; or
            ``'world'``, the pixels of all ranks together, so that the result does not depend on
            how frames fall on ranks.
        kwargs: see mmseg's ``EncoderDecoder``. Auxiliary heads count to ``decode_head``'s task.

    Heads are dense, or one answer for the whole image (:class:`ImageClassificationHead`,
    :class:`ImageRegressionHead`). Features may be the same for all heads, or a dict with a set per
    task; of :class:`LazyFeatures` only what a step needs is computed. A backbone or neck that gives
    such a dict (its class has ``features_per_task``) is told the names of the heads as ``tasks``;
    a neck that does not is applied to the features of each task.

    Example:
        >>> model = dict(
        ...     type='mmmtl.MultiTaskSegmentor',
        ...     data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
        ...     task_heads=dict(depth=dict(type='mmmtl.InverseDepthHead')),
        ...     loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))
    """

    def __init__(self,
                 backbone: dict,
                 decode_head: dict | Sequence[dict],
                 neck: dict | None = None,
                 task_heads: Mapping[str, dict] | None = None,
                 loss_weighting: dict | None = None,
                 instance_clustering: dict | None = None,
                 decode_task: str | None = None,
                 num_stages: int | None = None,
                 unlabelled_tasks: Sequence[str] = (),
                 normalise: Literal['rank', 'world'] = 'rank',
                 **kwargs: Any) -> None:
        check_options(type(self), kwargs)
        if num_stages is not None and num_stages != len(decode_head):
            raise ValueError(f'num_stages is {num_stages}, but decode_head has '
                             f'{len(decode_head)} heads')
        taken_away = [name for name, head in (task_heads or {}).items() if head is None]
        task_heads = {name: head for name, head in (task_heads or {}).items() if head is not None}
        tasks = names_of_tasks(decode_task, decode_head, task_heads)
        check_task_names(tasks[0], task_heads)
        check_unlabelled(unlabelled_tasks, tasks, taken_away)
        super().__init__(
            complete_tasks(backbone, tasks), decode_head, complete_tasks(neck, tasks), **kwargs)
        check_preprocessor(self.data_preprocessor)
        self.decode_task = tasks[0]
        self.task_heads = ModuleDict({  # mmengine's: it initialises what it holds
            name: build_named(f'task_heads[{name!r}]', complete_head_cfg(
                name, head, decode_head, [other for other in tasks if other != name]))
            for name, head in task_heads.items()
        })
        tasks = self.tasks
        check_heads(tasks)
        self._num_features = count_features(self.backbone, self.neck if self.with_neck else None)
        if self._num_features is not None:
            check_in_index(self.heads, self.auxiliary_heads, self._num_features)
        if normalise not in NORMALISE:
            raise ValueError(f'normalise must be one of {NORMALISE}, got {normalise!r}')
        self._world_counts = None if normalise == 'rank' else WorldCounts(tasks)
        self.loss_weighting = build_weighting(loss_weighting, tasks)
        self.instance_clustering = build_instance_clustering(instance_clustering, tasks)
        self._channels = {name: task.head.out_channels for name, task in self.map_tasks.items()}
        # mmseg's sliding window allocates this many channels: all maps go through it together.
        self.out_channels = sum(self._channels.values())
        self.handover = Handover()
        self.label_watch = LabelWatch(set(tasks) - set(unlabelled_tasks))

    def _init_decode_head(self, decode_head: dict | Sequence[dict]) -> None:
        """Build ``decode_head``; a list becomes a cascade behind the interface of one head."""
        if isinstance(decode_head, Mapping):
            build_named('decode_head', decode_head, super()._init_decode_head)
            return
        self.decode_head = build_named('decode_head', decode_head, CascadeHead)
        self.align_corners = self.decode_head.align_corners
        self.num_classes = self.decode_head.num_classes

    def _init_auxiliary_head(self, auxiliary_head: dict | Sequence[dict] | None) -> None:
        build_named('auxiliary_head', auxiliary_head, super()._init_auxiliary_head)

    @property
    def cfg(self) -> Any:
        """The whole config, where mmseg's ``init_model`` puts it; with the test's pipeline."""
        return self._cfg

    @cfg.setter
    def cfg(self, cfg: Any) -> None:
        self._cfg = with_one_pipeline(cfg)

    @property
    def heads(self) -> dict[str, nn.Module]:
        """The head of each task, ``decode_head`` first."""
        return {self.decode_task: self.decode_head, **self.task_heads}

    @property
    def tasks(self) -> dict[str, Task]:
        """Each head as a task; what is asked of one never depends on the kind of its head."""
        return tasks_of(self.heads, self.auxiliary_heads)

    @property
    def auxiliary_heads(self) -> list[nn.Module]:
        """The auxiliary heads, none, one or several."""
        if not self.with_auxiliary_head:
            return []
        auxiliary = self.auxiliary_head
        return list(auxiliary) if isinstance(auxiliary, nn.ModuleList) else [auxiliary]

    def extract_feat(self, inputs: Tensor) -> Any:
        """Features for all heads, or a dict of those for each task."""
        features = self.backbone(inputs)
        if not self.with_neck:
            return features
        if isinstance(features, dict) and not getattr(self.neck, 'features_per_task', False):
            if isinstance(features, LazyFeatures):
                return features.map(self.neck, self.neck.parameters())
            return {task: self.neck(own) for task, own in features.items()}
        return self.neck(features)

    # -- training -----------------------------------------------------------------------------
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
            self._last_batch = inputs, data_samples
        raw, share, logs = self._raw_losses(inputs, data_samples)
        anywhere = {name: value > 0 for name, value in share.items()}
        self.label_watch.update(anywhere, [
            name for name, task in self.tasks.items()
            if any(task.was_read(sample) for sample in data_samples)
        ] if self.label_watch.unseen else ())
        # DistributedDataParallel averages over all ranks: a loss that only some of them have is
        # made the mean over those, or its gradient and its log-variance would shrink with them.
        terms = self.loss_weighting(
            {name: raw[name] / share[name] for name in raw if anywhere[name]})
        losses = {f'loss_{name}': terms.get(name, 0.0) + (0.0 if anywhere[name] else raw[name])
                  for name in raw}
        for kind, values in self.loss_weighting.state().items():
            logs.update({f'{kind}/{name}': value for name, value in values.items()})
        # In here, since what comes out of DistributedDataParallel may be copies.
        self.handover.put({name: losses[f'loss_{name}'] for name in raw},
                          [name for name in raw if anywhere[name]])
        return losses | logs

    def _raw_losses(self, inputs: Tensor, data_samples: list[SegDataSample]
                    ) -> tuple[dict[str, Tensor], dict[str, float], dict[str, Tensor]]:
        """Unweighted loss of each task, the share of ranks that have its labels, and logs."""
        tasks = self.tasks
        labelled = {name: any(task.has_target(sample) for sample in data_samples)
                    for name, task in tasks.items()}
        # Before the network runs: ranks wait for each other here, and nothing is under way yet.
        counts = self._world_counts
        share = share_of_ranks(
            counts(tasks, labelled, data_samples, inputs) if counts else labelled, inputs)
        features = self.extract_feat(inputs)
        if self._num_features is None:  # a backbone that does not say so
            self._num_features = count_maps(features)
            if self._num_features is not None:
                check_in_index(self.heads, self.auxiliary_heads, self._num_features)
        features = self.handover.cut(features)

        raw: dict[str, Tensor] = {}
        logs: dict[str, Tensor] = {}
        for name, task in tasks.items():
            if labelled[name] or counts and name in counts.collective and share[name] > 0:
                parts, extra = split_losses(self._explained(
                    partial(self._task_losses, task, features, data_samples), name, features))
                raw[name] = sum(parts.values())
                if not labelled[name]:  # a zero, and the rank's part in what all compute together
                    continue
                logs[f'raw/{name}'] = raw[name].detach()
                if len(parts) > 1:
                    logs.update({f'raw/{name}.{without_loss(part)}': value.detach()
                                 for part, value in parts.items()})
                logs.update(extra)
            else:
                raw[name] = self._explained(
                    partial(_zero, task, features, share[name] > 0), name, features)
        return raw, share, logs

    def _explained(self, run: Any, name: str, features: Any) -> Any:
        """Run the heads of one task; a wrong ``in_channels`` is an error that says so."""
        auxiliary = self.auxiliary_heads if name == self.decode_task else []
        return explain_channels(run, {name: self.heads[name]}, features, auxiliary)

    @torch.no_grad()
    def losses_after_step(self) -> dict[str, Tensor]:
        """Unweighted losses of the batch that ``loss`` saw last, by the parameters of now.

        For weightings that learn from them; statistics of normalisation layers stay.
        """
        with statistics_kept(self):
            raw, share, _ = self._raw_losses(*self._last_batch)
        return {name: raw[name] / share[name] for name in raw if share[name] > 0}

    def _task_losses(self, task: Task, features: Any, samples: list[SegDataSample]) -> dict:
        features = _of_task(features, task.name)
        task.check_labels(samples)
        if task.name != self.decode_task:
            return task.head.loss(features, samples, self.train_cfg)
        features, samples = task.frames_to_learn(features, samples)
        losses = self._decode_head_forward_train(features, samples)
        if self.with_auxiliary_head:
            losses.update(self._auxiliary_head_forward_train(features, samples))
        return losses

    # -- prediction ---------------------------------------------------------------------------
    def inference(self, inputs: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """Like mmseg's, which warns at each batch of images of several original sizes.

        It would bring all to the first one's size; here each goes back to its own.
        """
        size = batch_img_metas[0]['ori_shape']
        return super().inference(inputs, [{**meta, 'ori_shape': size} for meta in batch_img_metas])

    def encode_decode(self, inputs: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """(N, ΣC, H, W): the maps of dense heads side by side, for mmseg's whole or sliding window.

        Instance vectors are relative to their pixel, so windows may be averaged.
        """
        features = self.extract_feat(inputs)
        self._keep_if_whole(inputs, features)
        tasks = self.map_tasks
        own = [_of_task(features, name) for name in tasks]
        return explain_channels(
            partial(predict_joined, list(tasks.values()), own, batch_img_metas, self.test_cfg),
            {name: task.head for name, task in tasks.items()}, features)

    def postprocess_result(self,
                           seg_logits: Tensor,
                           data_samples: list[SegDataSample] | None = None
                           ) -> list[SegDataSample]:
        """Split the maps by task and write each prediction in the units of the original image."""
        maps = dict(zip(self._channels, seg_logits.split(list(self._channels.values()), 1),
                        strict=True))
        restore = data_samples is not None
        data_samples = data_samples or [SegDataSample() for _ in seg_logits]
        for name, task in self.map_tasks.items():
            for pred, sample in zip(maps[name], data_samples, strict=True):
                task.write(pred, sample, restore)
        if self._clusters_now:
            self.cluster_instances(data_samples)
        return data_samples

    def _forward(self,
                 inputs: Tensor,
                 data_samples: list[SegDataSample] | None = None) -> dict[str, Tensor]:
        """Each task's raw map at its head's resolution, or its (N, C) vector, by task."""
        features = self.extract_feat(inputs)
        return {name: task.forward(_of_task(features, name)) for name, task in self.tasks.items()}


def _of_task(features: Any, name: str) -> Any:
    """Features of one task, where a neck gives a set per task."""
    return features[name] if isinstance(features, dict) else features


def _zero(task: Task, features: Any, elsewhere: bool) -> Tensor:
    """Zero with a gradient of zero for every parameter of a task without labels.

    Args:
        task: the task.
        features: of this rank's batch.
        elsewhere: whether another rank has labels; then nothing is left out, since layers of
            the task may wait for all ranks (synchronised batch normalisation).
    """
    if isinstance(features, LazyFeatures) and not elsewhere:
        return features.zero(task.name, task.parameters())
    return task.zero(_of_task(features, task.name))
