"""By whose classes a semantic head predicts: those it learned, or those of the set it is judged on.

A head knows numbers alone. Their names are in the meta information of the data set that it learned
from, which a checkpoint keeps.
"""

import logging
from collections.abc import Mapping
from typing import Any

from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.runner import Runner

Meta = Mapping[str, Any]


class LearnedClasses(Hook):
    """A hook that knows the data set that the model learned from, as far as anything says it.

    Attributes:
        learned: its meta information, by the checkpoint, and by the training set once one trains.
    """

    def __init__(self) -> None:
        self.learned: Meta = {}

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict[str, Any]) -> None:
        """Read what the checkpoint says of its data set."""
        self.learned = trained_classes(checkpoint)

    def before_train(self, runner: Runner) -> None:
        """From here on the training set counts."""
        self.learned = getattr(runner.train_dataloader.dataset, 'metainfo', None) or {}


def trained_classes(checkpoint: Meta) -> Meta:
    """Meta information of the data set that a checkpoint was trained for, as far as it says it.

    Args:
        checkpoint: of mmengine, of mmseg before 1.0 (``CLASSES``), or a bare state dict.
    """
    meta = checkpoint.get('meta') or {}
    return meta.get('dataset_meta') or dict(
        classes=meta.get('CLASSES') or (), palette=meta.get('PALETTE') or ())


def check_order(judged: Meta, learned: Meta, name: str) -> None:
    """Refuse a data set with the classes that were learned in another order; warn of other names.

    Scores compare numbers: each would stand beside the name of another class.

    Args:
        judged: meta information of the data set that is validated on or tested.
        learned: of the one that was learned from; numbered classes are compared to nothing.
        name: 'test_dataloader', for the message.

    Raises:
        ValueError: with both orders.
    """
    found, wanted = _names(judged), _names(learned)
    if not found or not wanted or found == wanted:
        return
    if sorted(found) == sorted(wanted):
        raise ValueError(
            f'{name}: the data set has the classes {found}, the head learned them as {wanted}; '
            'numbers are compared, so that each score would stand beside another class. Give the '
            'data set metainfo=dict(classes=...) in the order that was learned, and labels '
            'numbered so')
    print_log(f'{name}: the data set has the classes {found}, the head learned {wanted}; class by '
              'class, numbers are compared, whatever the names', logger='current',
              level=logging.WARNING)


def meta_of_predictions(judged: Meta, learned: Meta) -> dict[str, Any]:
    """Meta information with the classes by whose numbers a semantic head predicts.

    Args:
        judged: of the data set that is judged.
        learned: of the one that was learned from; without names of classes, ``judged`` counts.

    Returns:
        ``judged``; where the classes differ, with those that were learned, and their things. If
        nothing says which of them are things, things are those that ``judged`` calls so by name;
        if there are none of these names, ``judged`` counts.
    """
    classes, names = _names(learned), tuple(judged.get('classes') or ())
    if not classes or classes == names:
        return dict(judged)
    things = learned.get('thing_classes')
    if things is None and judged.get('thing_classes') is not None:
        things = [names[one] if names and isinstance(one, int) else one
                  for one in judged['thing_classes']]
        if not set(things) & set(classes):
            return dict(judged)
    return {**judged, **learned, 'classes': classes, 'thing_classes': things}


def _names(meta: Meta) -> tuple[str, ...]:
    """Names of the classes; none if they are mere numbers, see :func:`numbered_classes`."""
    names = tuple(meta.get('classes') or ())
    return () if names == tuple(str(number) for number in range(len(names))) else names
