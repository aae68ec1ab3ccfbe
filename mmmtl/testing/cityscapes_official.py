"""The numbers of the official Cityscapes scripts for files on disk (needs ``cityscapesScripts``).

The scripts write into the folder of their own installation and into the working directory, and
do not run with numpy 2.4 (``numpy.in1d`` is gone, and counts are no Python integers, which their
json cannot take). Here all of that is put right around them::

    python -m mmmtl.testing.cityscapes_official SUBMISSION data/cityscapes/gtFine/val
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np


def official_semantic_scores(predictions: Path, ground_truth: Path) -> dict[str, Any]:
    """Result of ``evalPixelLevelSemanticLabeling``, fractions.

    Args:
        predictions: folder with a PNG of label ids for each frame.
        ground_truth: folder of cities with ``*_gtFine_labelIds.png`` and ``_instanceIds.png``.
    """
    from cityscapesscripts.evaluation import evalPixelLevelSemanticLabeling as script
    predictions, ground_truth = predictions.resolve(), ground_truth.resolve()
    with _quiet_folder():
        args = _arguments(script, predictions, predictionWalk=None)
        truths = _found(ground_truth, '*_gtFine_labelIds.png')
        return script.evaluateImgLists(
            [script.getPrediction(args, name) for name in truths], truths, args)


def official_instance_scores(predictions: Path, ground_truth: Path) -> dict[str, Any]:
    """Result of ``evalInstanceLevelSemanticLabeling``, fractions.

    Args:
        predictions: folder with a list of masks for each frame.
        ground_truth: folder of cities with ``*_gtFine_instanceIds.png``.
    """
    from cityscapesscripts.evaluation import evalInstanceLevelSemanticLabeling as script
    predictions, ground_truth = predictions.resolve(), ground_truth.resolve()
    with _quiet_folder() as folder, mock.patch.object(script, 'writeDict2JSON'):
        args = _arguments(script, predictions, predictionWalk=None,
                          gtInstancesFile=str(folder / 'gtInstances.json'))
        truths = _found(ground_truth, '*_gtFine_instanceIds.png')
        return script.evaluateImgLists(
            [script.getPrediction(name, args) for name in truths], truths, args)


def official_panoptic_scores(predictions: Path, ground_truth: Path) -> dict[str, Any]:
    """Result of ``evalPanopticSemanticLabeling`` after ``createPanopticImgs``, fractions.

    Args:
        predictions: the json; the PNGs are in the folder of its name.
        ground_truth: folder of cities with ``*_gtFine_instanceIds.png``.

    Returns:
        'All', 'Things', 'Stuff' -> pq, sq, rq, n (missing where n is 0, which stops the script)
        and 'per_class' -> label id -> pq, sq, rq.
    """
    from cityscapesscripts.evaluation import evalPanopticSemanticLabeling as script
    from cityscapesscripts.preparation.createPanopticImgs import convert2panoptic
    predictions, ground_truth = predictions.resolve(), ground_truth.resolve()
    with _quiet_folder() as folder:
        split = ground_truth.name
        convert2panoptic(str(ground_truth.parent), str(folder), setNames=[split])
        truth_json = folder / f'cityscapes_panoptic_{split}.json'
        truth, found = (json.loads(path.read_text()) for path in (truth_json, predictions))
        of_frame = {entry['image_id']: entry for entry in found['annotations']}
        pairs = [(entry, of_frame[entry['image_id']]) for entry in truth['annotations']]
        categories = {entry['id']: entry for entry in truth['categories']}
        sums = script.pq_compute_single_core(
            0, pairs, str(truth_json.with_suffix('')), str(predictions.with_suffix('')), categories)
        scores: dict[str, Any] = {}
        for name, things in (('All', None), ('Things', True), ('Stuff', False)):
            with contextlib.suppress(ZeroDivisionError):
                scores[name], per_class = sums.pq_average(categories, isthing=things)
                scores.setdefault('per_class', {}).update(per_class)
        return scores


def official_scores(submission: Path, ground_truth: Path) -> dict[str, Any]:
    """Averages of all scripts for what ``tools/test.py --format-only`` wrote, fractions.

    Args:
        submission: its folder.
        ground_truth: ``gtFine/val`` or the like.
    """
    scores: dict[str, Any] = {}
    if (submission / 'semantic').is_dir():
        found = official_semantic_scores(submission / 'semantic', ground_truth)
        scores['semantic'] = {key: value for key, value in found.items() if 'average' in key}
    if (submission / 'instances').is_dir():
        scores['instances'] = official_instance_scores(
            submission / 'instances', ground_truth)['averages']
    for path in submission.glob('*.json'):
        scores['panoptic'] = official_panoptic_scores(path, ground_truth)
    return scores


def _found(folder: Path, pattern: str) -> list[str]:
    paths = sorted(str(path) for path in folder.glob(f'*/{pattern}'))
    if not paths:
        raise FileNotFoundError(f'no {pattern} in the folders of {folder}')
    return paths


def _arguments(script: Any, predictions: Path, **changes: Any) -> Any:
    """A script's global settings, changed in a copy."""
    if not predictions.is_dir():
        raise FileNotFoundError(f'{predictions} is no folder of predictions')
    args = copy.deepcopy(script.args)
    changes.update(predictionPath=str(predictions), JSONOutput=False, quiet=True)
    for name, value in changes.items():
        setattr(args, name, value)
    return args


@contextlib.contextmanager
def _quiet_folder() -> Iterator[Path]:
    """A temporary working directory without output, and with ``numpy.in1d``."""
    before, lacks = Path.cwd(), not hasattr(np, 'in1d')
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said):
        os.chdir(folder)
        if lacks:
            np.in1d = lambda ar1, ar2, invert=False: np.isin(ar1, ar2, invert=invert).ravel()
        try:
            yield Path(folder)
        except SystemExit as stop:  # how the scripts end when a file is missing
            raise ValueError(
                f'cityscapesScripts stopped: {said.getvalue().strip()[-500:]}') from stop
        finally:
            os.chdir(before)
            if lacks:
                del np.in1d


if __name__ == '__main__':
    if find_spec('cityscapesscripts') is None:
        sys.exit('the official scripts are not installed: pip install cityscapesScripts')
    print(json.dumps(official_scores(Path(sys.argv[1]), Path(sys.argv[2])), indent=4))
