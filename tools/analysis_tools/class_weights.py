"""Class weights from the training frames: (1 / frequency) ** power, mean weight of a pixel 1.

    python tools/analysis_tools/class_weights.py CONFIG --power 0.5

Paste the printed list as ``class_weight`` of a cross-entropy loss. In short runs this matters more
than the weights between tasks.
"""

import argparse
from typing import Any

import numpy as np
from mmengine.config import DictAction
from mmengine.registry import init_default_scope
from mmengine.utils import ProgressBar

from mmmtl.apis import load_config
from mmmtl.fields import IGNORED
from mmmtl.registry import DATASETS


def class_weights(counts: np.ndarray, power: float) -> np.ndarray:
    """Weights ``(1 / frequency) ** power``, scaled so that the mean over pixels is 1.

    Args:
        counts: (C,) pixels of each class, not all 0; a class without pixels gets the weight 0.
        power: 0 for equal weights, 0.5 for the square root, 1 for full balance.

    Returns:
        (C,) float64 weights.
    """
    counts = np.asarray(counts, dtype=np.float64)
    seen = counts > 0
    weights = np.zeros_like(counts)
    weights[seen] = (counts.sum() / counts[seen])**power
    return weights * counts.sum() / (weights * counts).sum()


def count_pixels(dataset: Any, number: int | None) -> tuple[np.ndarray, int]:
    """Pixels of each class in the labelled frames of a data set.

    Args:
        dataset: built; a frame may have no label.
        number: of classes; by default one more than the largest that occurs.

    Returns:
        (C,) counts, and how many frames have a label.

    Raises:
        ValueError: a label is beyond the classes, with file and values.
    """
    counts, labelled = np.zeros(256, dtype=np.int64), 0
    progress = ProgressBar(len(dataset))
    for i in range(len(dataset)):
        sample = dataset[i]['data_samples']
        progress.update()
        if 'gt_sem_seg' not in sample:
            continue
        labelled += 1
        labels = sample.gt_sem_seg.data.numpy().astype(np.int64)
        found = np.bincount(labels[labels != IGNORED], minlength=256)
        strange = np.flatnonzero(found[number or 256:]) + (number or 256)
        if len(strange):
            raise ValueError(f'{sample.get("seg_map_path", f"frame {i}")}: label values '
                             f'{strange.tolist()} are beyond the {number} classes of the data set. '
                             'Check metainfo=dict(classes=...) and reduce_zero_label')
        counts += found[:256]
    print()
    if number is None:
        number = int(np.flatnonzero(counts).max(initial=-1)) + 1
    return counts[:number], labelled


def main() -> None:
    """Count the pixels of each class after the training pipeline's loading, and print weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a path, or mmmtl::FOLDER/NAME.py')
    parser.add_argument('--power', type=float, default=0.5, help='0: equal, 1: full balance')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get('default_scope', 'mmseg'))
    dataset = DATASETS.build(config.train_dataloader.dataset)
    classes = dataset.metainfo.get('classes')
    counts, labelled = count_pixels(dataset, len(classes) if classes else None)
    if not counts.sum():
        raise SystemExit(f'{args.config}: none of the {len(dataset)} training frames has a '
                         'labelled pixel of semantics; check that the training pipeline loads them')
    print(f'{labelled} of {len(dataset)} frames have a label')
    classes = classes or [str(k) for k in range(len(counts))]
    weights = class_weights(counts, args.power)
    for name, count, weight in zip(classes, counts, weights, strict=True):
        print(f'{name:16s}{count / counts.sum():10.5f}{weight:10.3f}')
    print('class_weight =', [round(float(w), 3) for w in weights])


if __name__ == '__main__':
    main()
