"""What ``_base_.multi_task.into(_base_)`` does in a config: see ``configs/mix_in/README.md``."""

import copy
from collections.abc import Sequence

from mmengine.config import ConfigDict

from mmmtl.datasets.pipeline_steps import LABEL_LOADERS, RESIZERS, Step
from mmmtl.fields import MAP_FIELDS

_MADE = [field.made for field in MAP_FIELDS.values() if field.made]
_LOADERS = (*LABEL_LOADERS, *(made.by for made in _MADE if not made.last))
_LAST = (*(made.by for made in _MADE if made.last), 'PackMultiTaskInputs')


def mix_in(base: ConfigDict) -> None:
    """Give a published config the data sets, evaluators and visualizer of ``base.multi_task``.

    The published pipelines stay, with our loaders for ``LoadAnnotations``, our packing for
    ``PackSegInputs`` and units repaired after resizing: so do the sizes that the network is trained
    and tested at. A Cityscapes data set keeps its ``data_root``, a data loader all but its data
    set; a stage without data loader stays without. What the config itself says is merged over all
    of that, as over any base.

    Args:
        base: ``_base_`` of the config that inherits; changed in place.
    """
    ours = base.pop('multi_task')
    ours.pop('into', None)
    for stage in ('train', 'val', 'test'):
        loader = base.get(f'{stage}_dataloader')
        dataset = ours.pop(f'{stage}_dataloader')['dataset']
        if not loader:
            ours.pop(f'{stage}_evaluator', None)
            continue
        dataset.pop('_delete_', None)
        published = _innermost(loader['dataset'])
        dataset['pipeline'] = multi_task_pipeline(
            published.get('pipeline', ()), dataset['pipeline'], training=stage == 'train')
        if _is_of_cityscapes(published) and _is_of_cityscapes(dataset) and (
                'data_root' in published):
            dataset['data_root'] = published['data_root']
        loader['dataset'] = dataset
        if stage != 'val' and f'{stage}_pipeline' in base:  # one list by two names
            base[f'{stage}_pipeline'] = dataset['pipeline']
    imports = (base.get('custom_imports') or {}).get('imports') or []
    imports = [imports] if isinstance(imports, str) else list(imports)
    for key in ('val_evaluator', 'test_evaluator', 'tta_pipeline'):
        if key in ours:  # a list replaces whatever was there
            base[key] = ours.pop(key)
    base.merge(ours)
    if 'custom_imports' in base:
        base['custom_imports']['imports'] = [
            *imports, *(name for name in base['custom_imports']['imports'] if name not in imports)]


def multi_task_pipeline(published: Sequence[dict], ours: Sequence[dict],
                        training: bool) -> list[dict]:
    """A published pipeline with the labels of several tasks.

    Args:
        published: configs of transforms; without ``LoadAnnotations``, ``ours`` is the answer.
        ours: a pipeline that has the loaders and the packing.
        training: whether labels are resized with the image, so that units need repair.

    Returns:
        Configs of transforms, none shared with the arguments.
    """
    names = [Step(transform).name for transform in published]
    if 'LoadAnnotations' not in names:
        return copy.deepcopy(list(ours))
    loaders = [transform for transform in ours if Step(transform).name in _LOADERS]
    last = [transform for transform in ours if Step(transform).name in _LAST]
    pipeline: list[dict] = []
    for index, (name, transform) in enumerate(zip(names, published, strict=True)):
        if name == 'LoadAnnotations':
            pipeline += loaders
        elif name == 'PackSegInputs':
            pipeline += last
        else:
            pipeline.append(transform)
        if training and name in RESIZERS and 'LoadAnnotations' in names[:index]:
            pipeline.append(dict(type='mmmtl.RepairUnits'))
    return copy.deepcopy(pipeline)


def _is_of_cityscapes(dataset: ConfigDict) -> bool:
    """Whether both may have the same folder: mmseg's data set of Cityscapes, or ours."""
    name = str(dataset.get('type')).rpartition('.')[2]
    return name in ('CityscapesDataset', 'CityscapesMultiTaskDataset')


def _innermost(dataset: ConfigDict) -> ConfigDict:
    """The data set in wrappers such as ``RepeatDataset``."""
    while 'pipeline' not in dataset and isinstance(dataset.get('dataset'), dict):
        dataset = dataset['dataset']
    return dataset
