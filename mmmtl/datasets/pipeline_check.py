"""Refuse pipelines that would spoil a map, when they are built, with the reason and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from .orientation import turned_formats
from .pipeline_rules import problems_of
from .pipeline_steps import LABEL_LOADERS, Step, Transform, paths_of

_MOST_PATHS = 4096


def check_pipeline(pipeline: Sequence[Transform], test_mode: bool = False) -> None:
    """Check that no transform of a pipeline can spoil a map of this package.

    Wrappers (``RandomApply``, ``RandomChoice``, ``TestTimeAug`` ...) are looked into; every way
    through them is checked. What has no labels but semantics loaded before it is mmseg's business
    and passes.

    Args:
        pipeline: transforms, as configs or as objects. Only objects tell mmcv's ``Resize`` and
            ``RandomFlip`` (which move no map but ``gt_seg_map``) from mmseg's.
        test_mode: labels may be loaded after a flip that happens always, which is undone in the
            prediction; in ``TestTimeAug`` they may anyway.

    Raises:
        ValueError: with the transform, the reason and the remedy.
    """
    for path in islice(paths_of(list(pipeline)), _MOST_PATHS):
        _check_host_loader(path)
        for number, problem in problems_of(path, test_mode):
            raise ValueError(f'pipeline step {number}, {path[number].name}: {problem}')


def turned_formats_in(pipeline: Sequence[Transform]) -> frozenset[str]:
    """Formats of images that are turned as their EXIF says when a pipeline loads them."""
    for path in islice(paths_of(list(pipeline)), 1):
        for step in path:
            if step.get('color_type') or step.is_a('LoadImageFromFile'):
                return turned_formats(step.get('color_type', 'color'),
                                      step.get('imdecode_backend', 'cv2'))
    return turned_formats()


def _check_host_loader(path: list[Step]) -> None:
    """Refuse mmseg's own loader of semantics among ours: it knows no partial labels, no checks."""
    ours = next((step.name for step in path if step.is_a(*LABEL_LOADERS, 'PackMultiTaskInputs')),
                None)
    for index, step in enumerate(path):
        if ours and step.name == 'LoadAnnotations':
            raise ValueError(f'pipeline step {index}, LoadAnnotations: with {ours}, use '
                             'mmmtl.LoadSemanticLabels, which also takes frames without semantic '
                             'labels, and refuses values outside the classes')
