"""Class weights from the training frames: (1 / frequency) ** power, mean weight of a pixel 1.

    python tools/analysis_tools/class_weights.py CONFIG --power 0.5

Paste the printed list as ``class_weight`` of a cross-entropy loss. In short runs this matters more
than the weights between tasks.
"""

import argparse

import numpy as np
from mmengine.config import DictAction
from mmengine.registry import init_default_scope
from mmengine.utils import ProgressBar

from mmmtl.apis import load_config
from mmmtl.registry import DATASETS


def class_weights(counts: np.ndarray, power: float) -> np.ndarray:
    """Weights ``(1 / frequency) ** power``, scaled so that the mean over pixels is 1.

    Args:
        counts: (C,) pixels of each class; a class without pixels gets the weight 0.
        power: 0 for equal weights, 0.5 for the square root, 1 for full balance.

    Returns:
        (C,) float64 weights.
    """
    counts = np.asarray(counts, dtype=np.float64)
    seen = counts > 0
    weights = np.zeros_like(counts)
    weights[seen] = (counts.sum() / counts[seen])**power
    return weights * counts.sum() / (weights * counts).sum()


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
    classes = dataset.metainfo['classes']
    counts = np.zeros(len(classes), dtype=np.int64)
    progress = ProgressBar(len(dataset))
    for i in range(len(dataset)):
        labels = dataset[i]['data_samples'].gt_sem_seg.data.numpy()
        counts += np.bincount(labels[labels < len(classes)], minlength=len(classes))
        progress.update()
    weights = class_weights(counts, args.power)
    print()
    for name, count, weight in zip(classes, counts, weights, strict=True):
        print(f'{name:16s}{count / counts.sum():10.5f}{weight:10.3f}')
    print('class_weight =', [round(float(w), 3) for w in weights])


if __name__ == '__main__':
    main()
