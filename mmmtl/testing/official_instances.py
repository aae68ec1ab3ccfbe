"""The official instance script (cityscapesScripts 2.3) on files, in this process.

The oracle of :class:`mmmtl.evaluation.CityscapesInstanceMetric`, for tests and benchmarks. Needs
the package ``cityscapesScripts``.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from unittest import mock

import numpy as np
from PIL import Image


class OfficialFrame(NamedTuple):
    """One frame in the encodings of the official files.

    Attributes:
        instance_ids: (H, W) uint16, label id * 1000 + number, or the bare label id.
        masks: K masks (H, W) bool; they may overlap or be empty.
        label_ids: K label ids of the predictions.
        scores: K floats.
        distances: instance id -> (median distance in metres, share of pixels with one).
    """

    instance_ids: np.ndarray
    masks: Sequence[np.ndarray]
    label_ids: Sequence[int]
    scores: Sequence[float]
    distances: dict[int, tuple[float, float]] | None = None


@contextmanager
def official_script() -> Iterator[ModuleType]:
    """The module; within the context it runs with numpy 2.4, which has no ``in1d``."""
    from cityscapesscripts.evaluation import evalInstanceLevelSemanticLabeling as script
    with mock.patch.object(np, 'in1d', np.isin, create=True):
        yield script


def write_frames(folder: Path, frames: Iterable[OfficialFrame]) -> tuple[list[str], list[str]]:
    """Write truth and predictions; returns the paths of the text files and of the truth."""
    predictions, truths = [], []
    for number, frame in enumerate(frames):
        truth = folder / f'frame_{number:06d}_000019_gtFine_instanceIds.png'
        Image.fromarray(frame.instance_ids.astype(np.uint16)).save(truth)
        lines = []
        for k, (mask, label, score) in enumerate(
                zip(frame.masks, frame.label_ids, frame.scores, strict=True)):
            name = f'pred_{number:06d}_{k}.png'
            Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(folder / name)
            lines.append(f'{name} {label} {float(score)!r}\n')
        text = folder / f'pred_{number:06d}.txt'
        text.write_text(''.join(lines))
        predictions.append(str(text))
        truths.append(str(truth))
    return predictions, truths


def official_matches(folder: Path, predictions: list[str], truths: list[str],
                     gt_instances: dict | None = None) -> tuple[dict, object]:
    """The script's own matching of files.

    Args:
        folder: that holds the files.
        predictions: text files.
        truths: instance id images.
        gt_instances: what ``instances2dict`` made of the truth, where it is at hand.

    Returns:
        The script's ``matches``, and its arguments.
    """
    with official_script() as script:
        args = copy.copy(script.args)
        args.quiet, args.predictionPath = True, str(Path(folder).resolve())
        script.setInstanceLabels(args)
        if gt_instances is None:
            gt_instances = script.instances2dict(truths, False)
        return script.matchGtWithPreds(predictions, truths, gt_instances, args), args


def official_scores(folder: Path, frames: Sequence[OfficialFrame]) -> tuple[np.ndarray, dict]:
    """Write the frames to ``folder`` and score them.

    Args:
        folder: an empty folder.
        frames: with distances all of them, or none.

    Returns:
        (3 or 1, classes, overlaps) AP, and the script's averages. AP is fractions.

    Raises:
        IndexError: from the script, where a class has objects and predictions but every prediction
            is ignored.
    """
    predictions, truths = write_frames(folder, frames)
    measured = bool(frames) and frames[0].distances is not None
    with official_script() as script:
        gt_instances = script.instances2dict(truths, False)
        for path, frame in zip(truths, frames, strict=True):
            for instance in (one for many in gt_instances[path].values() for one in many):
                known = (frame.distances or {}).get(instance['instID'])
                if known is not None:
                    instance['medDist'], instance['distConf'] = known
        matches, args = official_matches(folder, predictions, truths, gt_instances)
        args.distanceAvailable = measured
        return evaluate(matches, args)


def evaluate(matches: dict, args: object) -> tuple[np.ndarray, dict]:
    """The script's AP and averages of its matches, without numpy's warnings of empty means."""
    with official_script() as script, warnings.catch_warnings():
        warnings.filterwarnings('ignore', message='Mean of empty slice')
        precisions = script.evaluateMatches(matches, args)
        return precisions, script.computeAverages(precisions, args)
