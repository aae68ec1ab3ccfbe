"""``_base_.multi_task.into(_base_, ...)``: a published config that trains on one's own folders."""

from __future__ import annotations

import copy
import inspect
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mmengine.config import ConfigDict
from mmseg.datasets import BaseSegDataset

from mmmtl.datasets.base_multi_task import BaseMultiTaskDataset
from mmmtl.utils.colours import distinct_colours
from mmmtl.utils.did_you_mean import did_you_mean
from mmmtl.utils.mix_in import mix_in

from .input_size import (
    checked_size,
    pad_odd_frames,
    published_size,
    set_model_size,
    set_pipeline_size,
)
from .maps import LABEL_KINDS, kinds_of, loader_options, metrics_of, pipelines_of
from .outputs import set_outputs
from .schedule import set_iterations
from .splits import STAGES, Split, stages_of

DATASET = 'mmmtl.BaseMultiTaskDataset'
_USUAL_SIZE = (512, 512)


def into(base: ConfigDict,
         *,
         data_root: str,
         classes: Sequence[str],
         thing_classes: Sequence[str] = (),
         images: str = 'images',
         labels: str = 'labels',
         instances: str | None = None,
         depth: str | None = None,
         disparity: str | None = None,
         normals: str | None = None,
         boundaries: str | None = None,
         split: Split = 0.2,
         size: tuple[int, int] | None = None,
         max_iters: int | None = None,
         depth_unit: float | None = None,
         **dataset: Any) -> None:
    """Put one's own data into a published config.

    Data sets, loaders, evaluators, the number of outputs of all semantic heads and, if asked for,
    sizes and schedule are set. Everything else stays as published, and what the config assigns
    below is merged over it.

    Args:
        base: ``_base_`` of the config that inherits; changed in place.
        data_root: folder that the others are relative to.
        classes: names by label value: the first is 0.
        thing_classes: those of them that come in instances.
        images: folder of the images.
        labels: folder of the class labels (255 = ignored).
        instances: folder of instance ids (0 = none).
        depth: folder of metric depth (0 = not measured).
        disparity: folder of disparity as Cityscapes writes it.
        normals: folder of surface normals.
        boundaries: folder of boundaries.
        split: :func:`~mmmtl.own_data.splits.stages_of`.
        size: (height, width) that frames are resized to fit, and cropped to in training;
            ``None``: as published.
        max_iters: length of training, to which the published schedule is stretched;
            ``None``: as published.
        depth_unit: metres a step of depth files; ``None``: 0.001 for 16 bits.
        **dataset: arguments of :class:`~mmmtl.datasets.BaseMultiTaskDataset`, such as
            ``img_suffix='.png'``, ``depth_suffix='_d.png'``, ``instance_encoding``,
            ``reduce_zero_label``, ``cache``.

    Raises:
        TypeError, ValueError: an argument is not what it must be; the message says what to write.
    """
    _check(classes, thing_classes, instances, dataset)
    _check_rest(base, labels, depth, depth_unit)
    given = dict(labels=labels, instances=instances, depth=depth, disparity=disparity,
                 normals=normals, boundaries=boundaries)
    kinds = kinds_of({option: folder for option, folder in given.items() if folder is not None})
    folders = dict(img_path=images, **{kind.path_key: given[kind.option] for kind in kinds})
    stages = stages_of(split, folders)
    size = None if size is None else checked_size(size)
    pipelines = pipelines_of(kinds, loader_options(depth_unit),
                             size or published_size(base) or _USUAL_SIZE)
    meta = dict(classes=tuple(classes), thing_classes=tuple(thing_classes),
                palette=distinct_colours(len(classes)).tolist())
    evaluator = metrics_of(kinds)
    base['multi_task'] = dict(
        **{f'{stage}_dataloader': dict(dataset=dict(
            type=DATASET, data_root=data_root, metainfo=meta,
            **stages[stage], **dataset,
            pipeline=pipelines['train' if stage == 'train' else 'test'])) for stage in STAGES},
        val_evaluator=evaluator, test_evaluator=evaluator, tta_pipeline=pipelines['tta'],
        tta_model=dict(type='mmmtl.MultiTaskTTAModel'),
        visualizer=dict(type='mmmtl.MultiTaskLocalVisualizer'),
        custom_imports=dict(imports=['mmmtl']))
    mix_in(base)
    _fit_model(base, len(classes), size, data_root)
    if max_iters is not None:
        set_iterations(base, max_iters)


def _fit_model(base: ConfigDict, number: int, size: tuple[int, int] | None,
               data_root: str) -> None:
    """Outputs, data preprocessor and sizes."""
    model = base.model
    set_outputs(model, number)
    preprocessor = model.get('data_preprocessor') or {}
    if str(preprocessor.get('type')).endswith('SegDataPreProcessor'):
        preprocessor['type'] = 'mmmtl.MultiTaskDataPreProcessor'
    if size is not None:
        set_model_size(model, size)
        _set_data_size(base, size)
    pad_odd_frames(model)
    said = dict(crop_size=size, data_preprocessor=model.get('data_preprocessor'),
                data_root=data_root, dataset_type=DATASET)
    for name in said.keys() & base.keys():  # variables that nothing reads, but people do
        base[name] = copy.deepcopy(said[name] or base[name])


def _set_data_size(base: ConfigDict, size: tuple[int, int]) -> None:
    for stage in STAGES:
        data = (base.get(f'{stage}_dataloader') or {}).get('dataset')
        if not data:
            continue
        data['pipeline'] = set_pipeline_size(data['pipeline'], size)
        if stage != 'val' and f'{stage}_pipeline' in base:
            base[f'{stage}_pipeline'] = data['pipeline']


def _check(classes: Any, thing_classes: Any, instances: str | None,
           dataset: Mapping[str, Any]) -> None:
    _check_names('classes', classes)
    _check_names('thing_classes', thing_classes)
    if not classes:
        raise ValueError('classes=(): name them, in the order of their labels')
    strange = [name for name in thing_classes if name not in classes]
    if strange:
        raise ValueError(f'thing_classes: {strange} are not among classes={tuple(classes)!r}')
    if instances is not None and not thing_classes:
        raise ValueError(f'instances={instances!r}, but no thing_classes: say which of '
                         f'{tuple(classes)!r} come in instances, thing_classes=(...)')
    _check_options(dataset)


def _check_rest(base: ConfigDict, labels: str | None, depth: str | None,
                depth_unit: float | None) -> None:
    if labels is None:
        raise ValueError('labels=None: the published decode_head learns classes; name their folder')
    if depth_unit is not None and depth is None:
        raise ValueError(f'depth_unit={depth_unit}, but no folder of depth: depth=...')
    if 'backbone' not in base.get('model', {}):
        raise ValueError(f'model.type of the published config is {base.model.get("type")}, which '
                         'has no backbone for other heads; take another config')


def _check_names(argument: str, names: Any) -> None:
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument}={names!r}: give names, such as {argument}=('floor', 'box')")
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f'{argument}={tuple(names)!r}: {twice} are named twice')


def _check_options(dataset: Mapping[str, Any]) -> None:
    unknown = [name for name in dataset if name not in _dataset_options()]
    if unknown:
        known = [*inspect.signature(into).parameters, *_dataset_options()]
        raise TypeError(f'into() has no argument {unknown[0]!r}; '
                        f'{did_you_mean(unknown[0], known)}see docs/own_data.md')


def _dataset_options() -> Collection[str]:
    """What may be handed on to the data set, besides what is set here."""
    own = {name for kind in (BaseMultiTaskDataset, BaseSegDataset)
           for name in inspect.signature(kind.__init__).parameters}
    suffixes = {kind.suffix_key for kind in LABEL_KINDS}
    return (own | suffixes) - {'self', 'kwargs', 'data_root', 'data_prefix', 'ann_file', 'part',
                               'metainfo', 'pipeline', 'img_dir', 'lazy_init'}
