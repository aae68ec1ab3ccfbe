"""What MTAN costs beside the single-task and the split network, and what its attention takes.

    python tools/benchmarks/mtan_step.py [--height 144 --width 192 --tasks 3 --bfloat16]

A training step (forward, losses, backward, no optimizer) of each network on random frames, side by
side in one process: medians of the rounds, peak memory, multiplications and additions, parameters.
Then the two ways to compute the masks of all tasks at three of SegNet's levels: a convolution per
task, as the networks do, or one grouped convolution.
"""

import argparse
import statistics
from collections.abc import Callable

import torch
from _timing import median_ratio, side_by_side, table
from mmengine.registry import init_default_scope
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mmmtl.models.backbones.attention import TaskAttention
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample
from mmmtl.utils.step_memory import StepMemory
from mmmtl.utils.threads import use_free_cores

HEADS = dict(depth=dict(type='mmmtl.DepthHead'), normal=dict(type='mmmtl.SurfaceNormalHead'))
FIELDS = dict(semantic='semantic', depth='metric_depth', normal='normal')
NETWORKS = {
    'single': dict(type='mmmtl.SegNet'),
    'split': dict(type='mmmtl.SegNet'),
    'STAN': dict(type='mmmtl.SegNetMTAN'),
    'MTAN': dict(type='mmmtl.SegNetMTAN'),
    'cross-stitch': dict(type='mmmtl.SegNetCrossStitch'),
    'dense': dict(type='mmmtl.SegNetDense'),
}
LEVELS = ((64, 1), (256, 4), (512, 16))  # channels and stride


def build(name: str, tasks: list[str]) -> nn.Module:
    """A network with a head per task (one for 'single' and 'STAN'), in training mode."""
    body = dict(type='FCNHead', in_channels=64, in_index=0, channels=64, num_convs=1,
                concat_input=False, dropout_ratio=0, norm_cfg=None, act_cfg=None, num_classes=13)
    others = [] if name in ('single', 'STAN') else tasks[1:]
    return MODELS.build(dict(
        type='mmmtl.MultiTaskSegmentor', backbone=NETWORKS[name],
        decode_head=dict(type='mmmtl.SemanticHead', num_classes=13, body=body),
        task_heads={task: HEADS[task] for task in others})).train()


def step_of(model: nn.Module, inputs: torch.Tensor, samples: list,
            bfloat16: bool) -> Callable[[], None]:
    """A training step."""

    def step() -> None:
        model.zero_grad()
        with torch.autocast('cpu', torch.bfloat16, enabled=bfloat16):
            total = model.parse_losses(model.loss(inputs, samples))[0]
        total.backward()

    return step


def grouped(attention: TaskAttention) -> nn.Sequential:
    """The same masks by grouped convolutions over the tasks' channels side by side."""
    layers: list[nn.Module] = []
    count = len(attention)
    for layer in next(iter(attention.values())):
        if isinstance(layer, nn.Conv2d):
            layers.append(nn.Conv2d(count * layer.in_channels, count * layer.out_channels, 1,
                                    groups=count))
        elif isinstance(layer, nn.BatchNorm2d):
            layers.append(nn.BatchNorm2d(count * layer.num_features))
        else:
            layers.append(layer)
    return nn.Sequential(*layers)


def compare_forms(channels: int, size: tuple[int, int], tasks: list[str], batch: int,
                  rounds: int) -> float:
    """Time of grouped convolutions over that of one per task, forward and backward."""
    attention = TaskAttention(tasks, 2 * channels, channels)
    together = grouped(attention)
    shared = torch.randn(batch, channels, *size, requires_grad=True)
    own = {task: torch.randn(batch, channels, *size, requires_grad=True) for task in tasks}

    def per_task() -> None:
        sum(attention(task, torch.cat([shared, own[task]], 1), shared).mean()
            for task in tasks).backward()

    def at_once() -> None:
        seen = torch.cat([x for task in tasks for x in (shared, own[task])], 1)
        masks = together(seen).chunk(len(tasks), 1)
        sum((mask * shared).mean() for mask in masks).backward()

    seconds = side_by_side({'per task': per_task, 'grouped': at_once}, rounds)
    return median_ratio(seconds['grouped'], seconds['per task'])


def main() -> None:
    """Time, and print tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--height', type=int, default=144)
    parser.add_argument('--width', type=int, default=192)
    parser.add_argument('--batch', type=int, default=2)
    parser.add_argument('--tasks', type=int, choices=(2, 3), default=3)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--networks', nargs='+', choices=list(NETWORKS),
                        default=['single', 'split', 'STAN', 'MTAN'])
    parser.add_argument('--bfloat16', action='store_true', help='autocast')
    args = parser.parse_args()
    init_default_scope('mmseg')
    tasks = list(FIELDS)[:args.tasks]
    threads = use_free_cores()
    print(f'{threads} thread(s), torch {torch.__version__}, {args.batch} frames of '
          f'{args.height}x{args.width}, {args.tasks} tasks'
          f'{", bfloat16" if args.bfloat16 else ""}\n')
    inputs = torch.randn(args.batch, 3, args.height, args.width)
    samples = [toy_sample(args.height, args.width, [FIELDS[task] for task in tasks],
                          num_classes=13, seed=i) for i in range(args.batch)]
    networks = {name: build(name, tasks) for name in args.networks}
    steps = {name: step_of(model, inputs, samples, args.bfloat16)
             for name, model in networks.items()}
    seconds = side_by_side(steps, args.rounds, warm_up=1)
    print(table(seconds, args.networks[0]))
    print('\n| | peak memory, MiB | GFLOP forward | parameters |\n|---|---|---|---|')
    for name, model in networks.items():
        memory = StepMemory(model)
        memory.start()
        steps[name]()
        peak = memory.stop() / 2**20
        with FlopCounterMode(display=False) as flops, torch.no_grad():
            model(inputs, mode='tensor')
        count = sum(p.numel() for p in model.parameters())
        print(f'| {name} | {peak:.0f} | {flops.get_total_flops() / 1e9:.1f} | {count:,} |')
    if {'split', 'MTAN'} <= set(networks):
        share = statistics.median(
            1 - a / b for a, b in zip(seconds['split'], seconds['MTAN'], strict=True))
        print(f"\nAttention's share of MTAN's step (what the split network lacks): {share:.0%}")
    print('\n| channels, size | grouped / one convolution per task |\n|---|---|')
    for channels, stride in LEVELS:
        size = (max(args.height // stride, 1), max(args.width // stride, 1))
        ratio = compare_forms(channels, size, tasks, args.batch, args.rounds)
        print(f'| {channels}, {size[0]}×{size[1]} | {ratio:.2f} |', flush=True)


if __name__ == '__main__':
    main()
