"""Compare model and training data before the first step."""

import logging
from collections.abc import Iterator, Sequence

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from torch import nn

from mmmtl.datasets.chains import check_wrapped
from mmmtl.datasets.labels_found import check_labels_found
from mmmtl.datasets.target_check import check_crop, check_target
from mmmtl.models.decode_heads.labelled import count_classes
from mmmtl.models.tasks import view
from mmmtl.models.tasks.frames import SEMANTICS
from mmmtl.registry import HOOKS
from mmmtl.utils.unwrap import unwrap


@HOOKS.register_module()
class TrainingCheckHook(Hook):
    """Refuse training data that cannot be what a :class:`MultiTaskSegmentor` learns from.

    ``tools/train.py`` adds this hook. Other models are left alone.
    """

    def before_train(self, runner: Runner) -> None:
        """Look at targets, crops and numbers of classes.

        Raises:
            ValueError: a wrapper's pipeline would spoil a map (:func:`check_wrapped`), a task that
                is not in ``unlabelled_tasks`` has no target (:func:`check_target`) or no label
                (:func:`check_labels_found`), or there are more classes than a head has
                (:func:`check_num_classes`). Crops of another size than the input are warned of
                (:func:`check_crop`).
        """
        model = unwrap(runner.model)
        watch = getattr(model, 'label_watch', None)
        if watch is None:
            return
        dataset = runner.train_dataloader.dataset
        check_wrapped(dataset)
        for name, task in model.tasks.items():
            if name in watch.unseen:
                check_target(name, task.target_field, dataset)
                check_labels_found(name, task.target_field, dataset)
        warnings = [
            check_crop(getattr(model.data_preprocessor, 'size', None), dataset),
            check_num_classes(model, (getattr(dataset, 'metainfo', None) or {}).get('classes'))]
        for warning in warnings:
            if warning:
                print_log(warning, logger='current', level=logging.WARNING)


def check_num_classes(model: nn.Module, classes: Sequence[str] | None) -> str | None:
    """Compare the outputs of the semantic heads with the classes of the data set.

    Args:
        model: our segmentor.
        classes: names; ``None``: not known.

    Returns:
        A warning that names the heads with more outputs than classes.

    Raises:
        ValueError: a head has fewer.
    """
    if not classes:
        return None
    wanted = len(classes)
    counts = list(_semantic_heads(model))
    few = [f'{name} {count}' for name, count in counts if count < wanted]
    more = [f'{name} {count}' for name, count in counts if count > wanted]
    text = (f'the training set has {wanted} classes (metainfo), but num_classes of {{}}. Set '
            f'num_classes={wanted} there')
    own = [f'{name} ({type(head).__name__}) makes labels of its own and keeps its num_classes='
           f'{head.num_classes}' for name, head in _auxiliary_heads(model) if _has_own_labels(head)]
    rest = f'; {", ".join(own)}' if own else ''
    if few:
        raise ValueError(text.format(', '.join(few)) + rest)
    if more:
        return text.format(', '.join(more)) + ', unless the others are meant to stay' + rest
    return None


def _semantic_heads(model: nn.Module) -> Iterator[tuple[str, int]]:
    for name, task in model.tasks.items():
        if task.target_field == SEMANTICS:
            yield ('decode_head' if name == model.decode_task else f'task_heads.{name}',
                   count_classes(task.head))
    for name, head in _auxiliary_heads(model):
        if not _has_own_labels(head) and view(name, head).target_field == SEMANTICS:
            yield name, count_classes(head)


def _auxiliary_heads(model: nn.Module) -> list[tuple[str, nn.Module]]:
    several = len(model.auxiliary_heads) > 1
    return [(f'auxiliary_head[{index}]' if several else 'auxiliary_head', head)
            for index, head in enumerate(model.auxiliary_heads)]


def _has_own_labels(head: nn.Module) -> bool:
    """Whether a head has a loss of its own, as STDC's of edges has, with two outputs."""
    return isinstance(head, BaseDecodeHead) and (
        type(head).loss_by_feat is not BaseDecodeHead.loss_by_feat)
