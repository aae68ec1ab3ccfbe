"""What follows the network: each step's share of the time from frame to panoptic map.

    python tools/benchmarks/postprocess.py --checkpoint demo_run/uncertainty_0/iter_500.pth

Frames of rendered street scenes (``make demo`` makes them) go through EfficientNet-Lite0 + FPN
with three heads, one at a time on one thread. Steps are timed within the same predictions, by the
processor's time, which other processes disturb less: a step is charged what it takes itself,
without the steps inside it. The target is that all that follows the network takes at most 15 % of
the network's own time. Frames a second are by the clock on the wall.
"""

import argparse
import contextlib
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from PIL import Image
from torch import nn

from mmmtl.clustering import instances as finding
from mmmtl.models.decode_heads import BaseTaskHead, semantic_head
from mmmtl.models.instance_clustering import BaseInstanceClustering
from mmmtl.models.instance_clustering import base as clustering_base
from mmmtl.models.segmentors import MultiTaskSegmentor, joined_maps
from mmmtl.models.tasks import host
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / 'configs' / 'demo' / 'lite0-fpn_street-scenes_1xb4-500_128x256.py'
FRAMES = ROOT / 'demo_run' / 'street_scenes' / 'leftImg8bit' / 'val'
THINGS = ('person', 'rider', 'car', 'truck', 'bus', 'train', 'motorcycle', 'bicycle')
NETWORK = 'network'


class Clock:
    """Time of each step, without that of the steps within it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside = [0.0]

    def timed(self, step: str, function: Callable) -> Callable:
        """Wrap a function, so that its calls are charged to a step."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self._inside.append(0.0)
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                taken = time.process_time() - start
                self.seconds[step] += taken - self._inside.pop()
                self._inside[-1] += taken

        return call


@contextlib.contextmanager
def instrument(clock: Clock, model: MultiTaskSegmentor) -> Iterator[None]:
    """Time the steps of a model's predictions."""
    clustering = type(model.instance_clustering)
    steps = [
        (MultiTaskSegmentor, 'extract_feat', NETWORK), (MultiTaskSegmentor, 'predict', 'rest'),
        (MultiTaskSegmentor, 'encode_decode', 'join maps'),
        (joined_maps, 'join_maps', 'upsampling'),
        (type(model.decode_head.body), 'forward', NETWORK),
        (BaseTaskHead, 'postprocess', 'units, to image'),
        (semantic_head, 'class_map', 'arg max'), (host, 'class_map', 'arg max'),
        (BaseInstanceClustering, 'predict', 'write instances'),
        (finding, 'thing_pixels', 'find thing pixels'),
        (finding, 'votes_of', 'votes'), (clustering, 'cluster', 'cluster'),
        (finding, 'cluster_votes', 'noise to clusters'),
        (clustering_base, '_probability', 'probabilities'),
        (finding, 'assemble_instances', 'assemble'),
        (clustering_base, 'merge_panoptic', 'panoptic merge'),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in steps]
    try:
        for owner, name, step in steps:
            setattr(owner, name, clock.timed(step, getattr(owner, name)))
        yield
    finally:
        for owner, name, function in reversed(before):
            setattr(owner, name, function)


def build(config: Path, checkpoint: Path | None, clustering: dict) -> nn.Module:
    """The network with a clusterer; random weights without a checkpoint."""
    cfg = Config.fromfile(config).model
    cfg.backbone.init_cfg = None
    cfg.instance_clustering = clustering
    model = MODELS.build(cfg).eval()
    model.dataset_meta = dict(Config.fromfile(config).metainfo, thing_classes=THINGS)
    if checkpoint:
        state = torch.load(checkpoint, map_location='cpu', weights_only=False)['state_dict']
        missing = model.load_state_dict(state, strict=False).missing_keys
        if missing:
            raise SystemExit(f'{checkpoint} is of another network: {missing[:3]} are missing')
    return model


def frames(folder: Path, height: int, width: int, count: int) -> list[torch.Tensor]:
    """(3, H, W) BGR frames, resized; noise where there are none."""
    files = sorted(folder.rglob('*.png')) + sorted(folder.rglob('*.jpg'))
    if not files:
        print(f'no frames in {folder}: noise')
        return [torch.randint(0, 256, (3, height, width), dtype=torch.uint8)
                for _ in range(count)]
    images = [Image.open(file).convert('RGB').resize((width, height), Image.Resampling.BILINEAR)
              for file in files[::max(1, len(files) // count)][:count]]
    return [torch.from_numpy(np.array(image)[..., ::-1].transpose(2, 0, 1).copy())
            for image in images]


@torch.no_grad()
def measure(model: MultiTaskSegmentor, images: list[torch.Tensor],
            rounds: int) -> tuple[dict[str, list[float]], list[float], list[int], list[int]]:
    """Seconds of the steps and of whole predictions, per frame; thing pixels and instances."""
    steps: dict[str, list[float]] = defaultdict(list)
    whole, pixels, instances = [], [], []
    size = images[0].shape[-2:]
    for number in range(rounds + 1):
        for image in images:
            data = dict(inputs=[image], data_samples=[toy_sample(*size, tasks=())])
            clock = Clock()
            with instrument(clock, model):
                model.val_step(data)
            start = time.perf_counter()
            sample, = model.val_step(data)
            if number == 0:  # warms up
                things = list(model.instance_clustering._things)
                pixels.append(int(np.isin(sample.pred_sem_seg.data.numpy(), things).sum()))
                instances.append(len(sample.pred_instances))
                continue
            whole.append(time.perf_counter() - start)
            for step, seconds in clock.seconds.items():
                steps[step].append(seconds)
    return steps, whole, pixels, instances


def report(steps: dict[str, list[float]], whole: list[float]) -> str:
    """Markdown: median milliseconds of each step, and its share of the network's time."""
    network = statistics.median(steps[NETWORK])
    after = [sum(values) for values in zip(
        *(values for step, values in steps.items() if step != NETWORK), strict=True)]
    share = [sum_ / net for sum_, net in zip(after, steps[NETWORK], strict=True)]
    rows = [('network', network, 1.0)]
    rows += [(step, statistics.median(values), statistics.median(values) / network)
             for step, values in steps.items() if step != NETWORK]
    rows.append(('**all after the network**', statistics.median(after), statistics.median(share)))
    lines = ['| step | median ms | of the network |', '|---|---|---|']
    lines += [f'| {name} | {1000 * seconds:.2f} | {100 * part:.1f} % |'
              for name, seconds, part in rows]
    per_second = 1 / statistics.median(whole)
    return '\n'.join([*lines, '', f'{per_second:.2f} frames/s end to end '
                                  f'(median {1000 * statistics.median(whole):.1f} ms)'])


def main() -> None:
    """Time, and print a table per size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--config', type=Path, default=CONFIG)
    parser.add_argument('--checkpoint', type=Path, help='trained weights, for realistic maps')
    parser.add_argument('--frames', type=Path, default=FRAMES, help='folder of images')
    parser.add_argument('--count', type=int, default=5, help='frames')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--sizes', nargs='+', default=['256x512', '512x1024'], metavar='HxW')
    parser.add_argument('--clustering', default='mmmtl.OPTICSClustering')
    parser.add_argument('--quantise', default='auto',
                        help="of OPTICSClustering: 'auto', a number or 'none'")
    args = parser.parse_args()
    init_default_scope('mmseg')
    torch.set_num_threads(1)
    # chosen at 128 x 256
    options = dict(type=args.clustering, eps=2, min_samples=40, reference_size=(128, 256))
    if args.clustering.endswith('OPTICSClustering'):
        named = dict(auto='auto', none=None)
        options['quantise'] = (
            named[args.quantise] if args.quantise in named else int(args.quantise))
    model = build(args.config, args.checkpoint, options)
    for size in args.sizes:
        height, width = map(int, size.split('x'))
        images = frames(args.frames, height, width, args.count)
        steps, whole, pixels, instances = measure(model, images, args.rounds)
        print(f'\n{height} x {width}, {args.clustering}, one thread: '
              f'{statistics.mean(pixels):.0f} thing pixels ({min(pixels)} to {max(pixels)}), '
              f'{statistics.mean(instances):.1f} instances a frame\n\n{report(steps, whole)}',
              flush=True)


if __name__ == '__main__':
    main()
