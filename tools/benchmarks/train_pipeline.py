"""How long one frame of 1024 x 2048 takes to load for training: mmseg's pipeline, and ours.

    python tools/benchmarks/train_pipeline.py [--data DIR] [--frames 8] [--rounds 6]

Renders street scenes into DIR, laid out as Cityscapes, unless they are there; then loads each frame
by mmseg's semantic pipeline, by three tasks with one step after the other, and by three tasks as
``CityscapesMultiTaskDataset`` runs them, in turn, with the same seed, on one thread. Once with the
files as they are rendered (one PNG filter throughout) and once as Pillow writes them (a filter for
each row, as other programs do). The samples of both ways are compared, too. Prints Markdown.
"""

from __future__ import annotations

import os

os.environ.setdefault('OMP_NUM_THREADS', '1')

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import mmseg
import numpy as np
import torch
from _frames import OURS, frame_options, render
from _timing import side_by_side, table
from mmengine.config import Config
from mmengine.dataset import Compose
from mmseg.registry import DATASETS
from PIL import Image

HOST = Path(mmseg.__file__).parent / '.mim/configs/_base_/datasets/cityscapes.py'
BASE = 'mmseg, semantics alone'


def write_again(source: Path, target: Path) -> None:
    """Copy a data set, its PNGs with a filter for each row, as Pillow chooses them."""
    for path in sorted(source.rglob('*')):
        to = target / path.relative_to(source)
        if path.is_dir() or to.exists():
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == '.png':
            Image.open(path).save(to)
        else:
            shutil.copyfile(path, to)


def load_all(dataset: object, pipeline: Compose, rounds: list[int]) -> None:
    """Every frame once, with seeds that all candidates share."""
    rounds[0] += 1
    for index in range(len(dataset)):
        np.random.seed(1000 * rounds[0] + index)
        pipeline(dataset.get_data_info(index))


def candidates(folder: Path) -> dict[str, Callable[[], None]]:
    """What is timed, by name."""
    host, ours = (dict(Config.fromfile(path).train_dataloader.dataset.to_dict(),
                       data_root=str(folder)) for path in (HOST, OURS))
    host['seg_map_suffix'] = '_gtFine_labelIds.png'  # its own files would have to be made first
    steps = ours['pipeline']
    host, ours = DATASETS.build(host), DATASETS.build(ours)
    one_by_one = Compose(steps)
    check_equal(ours, one_by_one)
    return {
        BASE: partial(load_all, host, host.pipeline, [0]),
        'three tasks, step by step': partial(load_all, ours, one_by_one, [0]),
        'three tasks': partial(load_all, ours, ours.pipeline, [0]),
    }


def check_equal(dataset: object, one_by_one: Compose) -> None:
    """Stop unless both ways give the same samples.

    Raises:
        SystemExit: with the frame.
    """
    for index in range(len(dataset)):
        found = []
        for pipeline in (one_by_one, dataset.pipeline):
            np.random.seed(index)
            found.append(pipeline(dataset.get_data_info(index)))
        pairs = [[one['inputs'] for one in found]]
        pairs += [[one['data_samples'].get(name).data.nan_to_num(-1.) for one in found]
                  for name in dict(found[0]['data_samples'].items())]
        if not all(torch.equal(*pair) for pair in pairs):
            raise SystemExit(f'frame {index}: the two ways differ')


def main() -> None:
    args = frame_options(__doc__, frames=8, rounds=6)
    flat, adaptive = args.data / 'flat', args.data / 'adaptive'
    render(flat, args.frames)
    write_again(flat, adaptive)
    for name, folder in (('as rendered', flat), ('a filter for each row', adaptive)):
        print(f'\n{args.frames} frames of 1024 x 2048, {name}; all frames a call\n')
        print(table(side_by_side(candidates(folder), args.rounds, warm_up=1), BASE), flush=True)


if __name__ == '__main__':
    main()
