"""Our scores are the official scripts' for the files that our writer wrote."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl.datasets.cityscapes_labels import TRAIN_CLASS_IDS
from mmmtl.evaluation import (
    CityscapesInstanceMetric,
    CityscapesSemanticMetric,
    CityscapesSubmissionWriter,
    PanopticQualityMetric,
)
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes
from mmmtl.testing.toy_predictions import perturbed_sample

pytest.importorskip('cityscapesscripts', reason='cityscapesScripts is not installed')
official = pytest.importorskip('mmmtl.testing.cityscapes_official')
PIPELINE = [dict(type=f'mmmtl.{name}') for name in ('LoadSemanticLabels', 'LoadInstanceIds')]
AWKWARD_IDS = [0, 1, 3, 4, 7, 8, 11, 17, 23, 24, 25, 26, 29,
               24000, 24001, 25000, 26000, 26001, 27000, 33000]
"""Void, stuff, crowds, a group of a class that is not judged (caravan), instances."""


def write(root: Path, name: str, ids: np.ndarray) -> None:
    """One frame in the official layout, from its map of instance ids."""
    labels = np.where(ids < 1000, ids, ids // 1000).astype(np.uint8)
    files = dict(gtFine_instanceIds=ids.astype(np.uint16), gtFine_labelIds=labels,
                 leftImg8bit=np.zeros((*ids.shape, 3), np.uint8))
    for kind, pixels in files.items():
        path = root / kind.split('_')[0] / 'val/aachen' / f'{name}_{kind}.png'
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def evaluate(root: Path, out: Path, *metrics) -> dict[str, float]:
    """Scores of damaged truth, by our metrics; the same predictions are written to ``out``."""
    data = CityscapesMultiTaskDataset(
        data_root=str(root), split='val', pipeline=[dict(type='LoadImageFromFile'), *PIPELINE])
    meta = data.metainfo
    things = tuple(meta['classes'].index(name) for name in meta['thing_classes'])
    metrics = [*metrics, CityscapesSubmissionWriter(str(out), 'cityscapes_panoptic_val')]
    for metric in metrics:
        metric.dataset_meta = meta
    for index in range(len(data)):
        frame = data[index]
        sample = perturbed_sample(frame['img_path'], frame['gt_seg_map'],
                                  frame['gt_instance_map'], things, 19, index)
        for metric in metrics:
            metric.process({}, [sample])
    return {key: value for metric in metrics for key, value in metric.evaluate(len(data)).items()}


def check(root: Path, out: Path, instances: bool = True) -> dict[str, float]:
    """All official numbers are ours, which are returned."""
    metrics = [CityscapesSemanticMetric(), PanopticQualityMetric()]
    if instances:
        metrics.append(CityscapesInstanceMetric())
    ours = evaluate(root, out, *metrics)
    found = official.official_scores(out, root / 'gtFine/val')
    expected = {}
    for key, name in (('IoU_class', 'Classes'), ('iIoU_class', 'InstClasses'),
                      ('IoU_category', 'Categories'), ('iIoU_category', 'InstCategories')):
        expected[f'semantic/{key}'] = found['semantic'][f'averageScore{name}']
    for part, name in (('', 'All'), ('_things', 'Things'), ('_stuff', 'Stuff')):
        expected |= {f'panoptic/{score}{part}': found['panoptic'][name][score.lower()]
                     for score in ('PQ', 'SQ', 'RQ')}
    for name, number in TRAIN_CLASS_IDS.items():
        score = found['panoptic']['per_class'][number]['pq']
        own = ours[f'panoptic/PQ/{name}']
        assert score == 0 if math.isnan(own) else own == pytest.approx(100 * score, rel=1e-12)
    if instances:
        expected |= {'instance/AP': found['instances']['allAp'],
                     'instance/AP50': found['instances']['allAp50%']}
    assert {key: ours[key] for key in expected} == {
        key: pytest.approx(100 * value, rel=1e-12) for key, value in expected.items()}
    assert 5 < ours['panoptic/PQ'] < 95 and 5 < ours['semantic/iIoU_class'] < 95
    return ours


def test_toy_cityscapes(tmp_path):
    make_toy_cityscapes(tmp_path, frames=4, size=(64, 128), splits=['val'])
    check(tmp_path, tmp_path / 'out', instances=False)
    ours = evaluate(tmp_path, tmp_path / 'out2', CityscapesInstanceMetric())
    found = official.official_instance_scores(tmp_path / 'out2/instances', tmp_path / 'gtFine/val')
    assert 100 * found['averages']['allAp'] == ours['instance/AP']


@pytest.mark.parametrize(('seed', 'unjudged', 'instances'), [(0, {29000}, False), (2, set(), True)])
def test_random_frames_of_awkward_ids(tmp_path, seed, unjudged, instances):
    """Our AP ignores what is predicted on a caravan, the official one does not (metrics.md)."""
    chance = np.random.default_rng(seed)
    choices = [*AWKWARD_IDS, *unjudged]
    for number in range(50):
        ids = chance.choice(choices, (4, 6)).repeat(chance.integers(1, 6), 0)
        write(tmp_path, f'aachen_{number:06}_000019', ids.repeat(chance.integers(1, 6), 1))
    scores = check(tmp_path, tmp_path / 'out', instances)
    assert not instances or 0 < scores['instance/AP'] < 100


def test_real_frames(tmp_path, shared_data):
    """The eight real frames, every fourth pixel."""
    paths = sorted(shared_data('cityscapes').glob('gtFine/train/*/*_instanceIds.png'))
    assert len(paths) == 8
    for path in paths:
        ids = np.array(Image.open(path))[::4, ::4]
        write(tmp_path, path.name.removesuffix('_gtFine_instanceIds.png'), ids)
    check(tmp_path, tmp_path / 'out')
