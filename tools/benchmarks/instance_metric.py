"""Speed of CityscapesInstanceMetric beside the official script, on the same frames and results.

    python tools/benchmarks/instance_metric.py
    python tools/benchmarks/instance_metric.py --data data/cityscapes/gtFine/val --frames 20
    python tools/benchmarks/instance_metric.py --pieces 80

Both start from predictions that exist: the metric from maps in memory, the script from its files
(reading included; also told without: every file is decoded beforehand and comes from memory). Time
of writing the files is told apart. Scores must be equal. Needs the package cityscapesScripts.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
from _timing import side_by_side, table
from mmengine.logging import MMLogger
from PIL import Image

from mmmtl.evaluation import CityscapesInstanceMetric
from mmmtl.testing.official_instances import (
    OfficialFrame,
    evaluate,
    official_matches,
    write_frames,
)
from mmmtl.testing.toy_instances import (
    CLASSES,
    THINGS,
    perturbed_frame,
    to_sample,
    toy_instance_frame,
)
from mmmtl.utils.threads import use_free_cores

SHARED = Path(__file__).parents[3] / 'shared' / 'data' / 'cityscapes' / 'gtFine'


def load_frames(folder: Path | None, number: int) -> list[OfficialFrame]:
    """Real truth, perturbed; or made frames of 1024 x 2048."""
    if folder is None:
        return [toy_instance_frame(seed, (1024, 2048)) for seed in range(number)]
    paths = sorted(folder.rglob('*_gtFine_instanceIds.png'))[:number]
    if not paths:
        sys.exit(f'{folder} has no *_gtFine_instanceIds.png')
    return [perturbed_frame(np.array(Image.open(path)), seed) for seed, path in enumerate(paths)]


def pieces_frame(seed: int, objects: int) -> OfficialFrame:
    """Truth of 1024 x 2048 with many objects, each in pieces of a few pixels, perturbed."""
    chance = np.random.default_rng(seed)
    ids = np.full((1024, 2048), 7, np.uint16)  # road
    for number in range(objects):
        height, width = chance.integers(30, 300, 2)
        top, left = chance.integers(0, 1024 - height), chance.integers(0, 2048 - width)
        box = ids[top:top + height, left:left + width]
        cells = chance.random((height // 6 + 1, width // 6 + 1)) < 0.6
        box[cells.repeat(6, 0).repeat(6, 1)[:height, :width]] = (
            1000 * chance.integers(24, 29) + number)
    return perturbed_frame(ids, seed)


def score_ours(samples: list[dict]) -> float:
    """AP, percent."""
    metric = CityscapesInstanceMetric()
    metric.dataset_meta = dict(classes=CLASSES, thing_classes=[CLASSES[i] for i in THINGS])
    metric.process(None, samples)
    return metric.compute_metrics(metric.results)['AP']


def score_official(folder: Path, predictions: list[str], truths: list[str]) -> float:
    """AP, fraction."""
    return evaluate(*official_matches(folder, predictions, truths))[1]['allAp']


@contextmanager
def files_in_memory(folder: Path):
    """Every image of the folder is decoded once, beforehand."""
    images = {str(path): Image.open(path).copy() for path in folder.glob('*.png')}
    with mock.patch.object(Image, 'open', images.__getitem__):
        yield


def timed(call: Callable) -> tuple[float, object]:
    """Seconds, and what it returns."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def main() -> None:
    """Time, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', type=Path, default=SHARED if SHARED.is_dir() else None,
                        help='folder with *_gtFine_instanceIds.png; made frames without')
    parser.add_argument('--pieces', type=int, default=0, metavar='N',
                        help='made frames of N objects in many pieces each, instead')
    parser.add_argument('--frames', type=int, default=8)
    parser.add_argument('--rounds', type=int, default=3)
    args = parser.parse_args()
    MMLogger.get_current_instance().setLevel('WARNING')
    frames = ([pieces_frame(seed, args.pieces) for seed in range(args.frames)] if args.pieces else
              load_frames(args.data, args.frames))
    count = sum(len(frame.masks) for frame in frames)
    print(f'{use_free_cores()} thread(s), {len(frames)} frames of '
          f'{"x".join(map(str, frames[0].instance_ids.shape))} with {count} predictions, '
          f'from {args.data if args.data and not args.pieces else "made frames"}', flush=True)
    samples = [to_sample(frame, number) for number, frame in enumerate(frames)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        writing, files = timed(lambda: write_frames(folder, frames))
        ours, official = score_ours(samples), score_official(folder, *files)
        if ours != 100 * official:
            sys.exit(f'scores differ: {ours!r} and {100 * official!r}')
        print(f'AP {ours!r} percent in both; writing the files takes {1000 * writing:.0f} ms\n')

        def from_memory() -> float:
            return score_official(folder, *files)

        seconds = side_by_side({
            'CityscapesInstanceMetric': lambda: score_ours(samples),
            'official script': from_memory}, args.rounds, warm_up=0)
        with files_in_memory(folder):
            again = side_by_side({
                'CityscapesInstanceMetric': lambda: score_ours(samples),
                'official script, files decoded': from_memory}, args.rounds, warm_up=0)
    print(table(seconds, 'CityscapesInstanceMetric'))
    print(f'\n{table(again, "CityscapesInstanceMetric")}')


if __name__ == '__main__':
    main()
