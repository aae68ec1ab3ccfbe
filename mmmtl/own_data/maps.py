"""The kinds of labels that a folder may hold: how each is loaded, learned and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Transform = dict[str, Any]


@dataclass(frozen=True)
class LabelKind:
    """One kind of labels.

    Attributes:
        option: what the argument of ``into`` for its folder is called.
        path_key: key of the folder in the data set's ``data_prefix``.
        loader: type of the transform that loads it.
        task: usual name of its task, which is the prefix of its scores.
        head: config of the head that learns it; ``None``: the published ``decode_head``.
        metric: config of what scores it.
        made: transforms that make the head's target of it, when all geometry is done.
    """

    option: str
    path_key: str
    loader: str
    task: str
    head: Mapping[str, Any] | None
    metric: Mapping[str, Any]
    made: tuple[str, ...] = field(default=())

    @property
    def suffix_key(self) -> str:
        """The data set's argument for what follows a frame's name."""
        return self.path_key.replace('_path', '_suffix')


LABEL_KINDS: tuple[LabelKind, ...] = (
    LabelKind('labels', 'seg_map_path', 'LoadSemanticLabels', 'semantic', None,
              dict(type='mmmtl.SemanticIoUMetric')),
    LabelKind('instances', 'instance_path', 'LoadInstanceIds', 'instance',
              dict(type='mmmtl.InstanceVectorHead'), dict(type='mmmtl.InstanceVectorMetric'),
              ('GenerateInstanceVectors', )),
    LabelKind('depth', 'depth_path', 'LoadDepth', 'depth', dict(type='mmmtl.DepthHead'),
              dict(type='mmmtl.DepthMetric', kind='metric')),
    LabelKind('disparity', 'disparity_path', 'LoadDisparity', 'inverse_depth',
              dict(type='mmmtl.InverseDepthHead'), dict(type='mmmtl.DepthMetric', kind='inverse')),
    LabelKind('normals', 'normal_path', 'LoadNormals', 'normal',
              dict(type='mmmtl.SurfaceNormalHead'), dict(type='mmmtl.SurfaceNormalMetric')),
    LabelKind('boundaries', 'boundary_path', 'LoadBoundaries', 'boundary',
              dict(type='mmmtl.BoundaryHead'), dict(type='mmmtl.BoundaryMetric')),
)
"""Kinds in the order of their loaders. A new one is a row here (and in :mod:`mmmtl.fields`)."""


def kinds_of(folders: Mapping[str, str]) -> tuple[LabelKind, ...]:
    """The kinds that have a folder.

    Args:
        folders: by ``option``.
    """
    return tuple(kind for kind in LABEL_KINDS if kind.option in folders)


def loader_options(depth_unit: float | None) -> dict[str, dict[str, Any]]:
    """Arguments of loaders by option, for depth in ``depth_unit`` metres a step."""
    if depth_unit is None:
        return {}
    return dict(depth=dict(unit_16bit=depth_unit, unit_8bit=depth_unit))


def loaders_of(kinds: Sequence[LabelKind],
               options: Mapping[str, Mapping[str, Any]]) -> list[Transform]:
    """Configs of the loaders.

    Args:
        kinds: of labels.
        options: arguments of loaders, by the option of their kind.
    """
    return [dict(type=f'mmmtl.{kind.loader}', **options.get(kind.option, {})) for kind in kinds]


def last_of(kinds: Sequence[LabelKind]) -> list[Transform]:
    """Configs of what follows all geometry: what makes targets, and packing."""
    return [*(dict(type=f'mmmtl.{made}') for kind in kinds for made in kind.made),
            dict(type='mmmtl.PackMultiTaskInputs')]


def metrics_of(kinds: Sequence[LabelKind]) -> list[Transform]:
    """Configs of what scores each, with the task's name as prefix."""
    return [dict(kind.metric, prefix=kind.task) for kind in kinds]


def pipelines_of(kinds: Sequence[LabelKind], options: Mapping[str, Mapping[str, Any]],
                 size: tuple[int, int]) -> dict[str, list[Transform]]:
    """Whole pipelines for training, testing and augmentation at test time.

    A published pipeline that has mmseg's ``LoadAnnotations`` keeps its own geometry, and takes only
    loaders and packing from here (:func:`mmmtl.utils.mix_in.multi_task_pipeline`).

    Args:
        kinds: of labels.
        options: of loaders.
        size: (height, width) of crops; frames are resized to fit it.
    """
    image = dict(type='LoadImageFromFile')
    loaders, last = loaders_of(kinds, options), last_of(kinds)
    fit = dict(scale=tuple(reversed(size)), keep_ratio=True)
    training = [
        image, *loaders,
        dict(type='RandomResize', ratio_range=(0.5, 2.0), **fit),
        dict(type='mmmtl.RepairUnits'),
        dict(type='RandomCrop', crop_size=size, cat_max_ratio=0.75),
        dict(type='RandomFlip', prob=0.5),
        dict(type='PhotoMetricDistortion'),
        *last,
    ]
    augmented = [image, dict(type='TestTimeAug', transforms=[
        [dict(type='Resize', scale_factor=s, keep_ratio=True) for s in (0.75, 1.0, 1.25)],
        [dict(type='RandomFlip', prob=0.0), dict(type='RandomFlip', prob=1.0)],
        *([step] for step in (*loaders, *last))])]
    return dict(train=training, test=[image, dict(type='Resize', **fit), *loaders, *last],
                tta=augmented)
