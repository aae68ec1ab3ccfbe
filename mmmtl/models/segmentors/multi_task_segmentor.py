"""MMSegmentation's encoder-decoder with more heads."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal

from mmengine.model import ModuleDict
from mmseg.models.segmentors import EncoderDecoder
from mmseg.structures import SegDataSample
from torch import Tensor, nn

from mmmtl.balancing.handover import Handover
from mmmtl.registry import MODELS
from mmmtl.utils.arguments import explained
from mmmtl.utils.one_pipeline import with_one_pipeline

from ..decode_heads.body import CascadeHead
from ..instance_clustering import build_instance_clustering
from ..tasks import Task, tasks_of
from .build_named import build_named
from .feature_check import IndexCheck, explain_channels
from .image_level import ImageLevelPrediction, WholeFeatures
from .instance_prediction import InstancePrediction
from .joined_maps import predict_joined
from .label_watch import LabelWatch
from .losses_after_step import LastBatch
from .normalisation import world_counts
from .task_checks import (
    check_heads,
    check_preprocessor,
    check_stages,
    check_task_names,
    check_unlabelled,
)
from .task_config import (
    build_task_heads,
    build_weighting,
    complete_tasks,
    names_of_tasks,
    without_none,
)
from .task_features import of_task, through_neck
from .training_losses import TrainingLosses


@MODELS.register_module()
class MultiTaskSegmentor(
        TrainingLosses, ImageLevelPrediction, InstancePrediction, EncoderDecoder):
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
        check_stages(num_stages, decode_head)
        task_heads, taken_away = without_none(task_heads)
        names = names_of_tasks(decode_task, decode_head, task_heads)
        check_task_names(names[0], task_heads)
        check_unlabelled(unlabelled_tasks, names, taken_away)
        backbone, neck = complete_tasks(backbone, names), complete_tasks(neck, names)
        try:
            super().__init__(backbone, decode_head, neck, **kwargs)
        except TypeError as error:
            better = explained(error, type(self), kwargs)
            if better is None:
                raise
            raise better from error
        check_preprocessor(self.data_preprocessor)
        self.decode_task = names[0]
        # mmengine's dict initialises what it holds
        self.task_heads = ModuleDict(build_task_heads(task_heads, decode_head, names))
        tasks = self.tasks
        check_heads(tasks)
        self._check_indices = IndexCheck(self.backbone, self.neck if self.with_neck else None)
        self._check_indices(self.heads, self.auxiliary_heads)
        self._world_counts = world_counts(normalise, tasks)
        self.loss_weighting = build_weighting(loss_weighting, tasks)
        self.instance_clustering = build_instance_clustering(instance_clustering, tasks)
        self._channels = {name: task.head.out_channels for name, task in self.map_tasks.items()}
        # mmseg's sliding window allocates this many channels: all maps go through it together.
        self.out_channels = sum(self._channels.values())
        self.handover = Handover()
        self.whole_features = WholeFeatures()
        self.last_batch = LastBatch()
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
        return through_neck(self.neck, features) if self.with_neck else features

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
        self.whole_features.put(features)
        tasks = self.map_tasks
        own = [of_task(features, name) for name in tasks]
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
        return {name: task.forward(of_task(features, name)) for name, task in self.tasks.items()}
