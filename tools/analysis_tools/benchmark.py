"""Latency of models by frame and by head, multiply-adds, parameters, memory.

    python tools/analysis_tools/benchmark.py CONFIG [CONFIG ...] --shape 480 640 --shape 350 1200

All configs take turns in one process, so that ratios to the first are of one machine at one time.
Weights are random: time does not depend on them, but for instances, whose clustering is timed only
with ``--clustering``. Frames are random and already normalised; loading is not timed.
"""

import argparse
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from mmengine.config import DictAction
from mmengine.device import get_device
from mmengine.registry import init_default_scope
from torch import nn

from mmmtl.apis import load_config
from mmmtl.apis.devices import replace_sync_bn
from mmmtl.apis.latency import (
    WHOLE,
    latency,
    multiply_adds,
    parameters_of,
    parts_of,
    peak_memory,
    side_by_side,
)
from mmmtl.registry import MODELS
from mmmtl.utils.threads import use_free_cores


def build(path: str, args: argparse.Namespace, device: torch.device) -> nn.Module:
    """A model in evaluation mode, as the options want it.

    Raises:
        SystemExit: it is none with tasks.
    """
    cfg = load_config(path, args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmseg'))
    if device.type == 'cpu':
        replace_sync_bn(cfg.model)
    if not args.clustering:
        cfg.model.pop('instance_clustering', None)
    model = MODELS.build(cfg.model).to(device).eval()
    if not hasattr(model, 'map_tasks'):
        raise SystemExit(f'{path}: model.type is {cfg.model.type}; only mmmtl.MultiTaskSegmentor '
                         'has heads to be timed one by one')
    if args.channels_last:
        model = model.to(memory_format=torch.channels_last)
    return model


def count_all(models: dict[str, nn.Module], shapes: list[tuple[int, int]],
              device: torch.device) -> dict[tuple[str, tuple[int, int]], float]:
    """Multiply-adds of each model at each size: before anything is compiled."""
    with torch.no_grad():
        return {(path, shape): multiply_adds(model, torch.rand(1, 3, *shape, device=device))
                for path, model in models.items() for shape in shapes}


def compile_parts(model: nn.Module) -> None:
    """Compile encoder and neck; heads take a small share."""
    model.backbone.compile()
    if model.with_neck:
        model.neck.compile()


def within(call: Callable[[], object], amp: bool, device: torch.device) -> Callable[[], object]:
    """The call without gradients, and in mixed precision if asked for."""
    dtype = torch.bfloat16 if device.type == 'cpu' else torch.float16

    def run() -> object:
        with torch.no_grad(), torch.autocast(device.type, dtype) if amp else nullcontext():
            return call()

    return run


def measure(models: dict[str, nn.Module], shape: tuple[int, int],
            macs: dict[tuple[str, tuple[int, int]], float], args: argparse.Namespace,
            device: torch.device) -> list[dict[str, Any]]:
    """A row for each part of each model at one size of the frame."""
    inputs = torch.rand(1, 3, *shape, device=device) * 4 - 2
    if args.channels_last:
        inputs = inputs.contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        calls = {(path, part): within(call, args.amp, device) for path, model in models.items()
                 for part, call in parts_of(model, inputs).items()}
    wait = torch.cuda.synchronize if device.type == 'cuda' else lambda: None
    seconds = side_by_side(calls, args.rounds, args.warm_up, wait)
    first = next(iter(models))
    rows = []
    for (path, part), values in seconds.items():
        found = latency(values)
        row = dict(config=path, height=shape[0], width=shape[1], part=part, median_ms=found.median,
                   p95_ms=found.p95)
        if part == WHOLE:
            row |= dict(frames_per_second=1000 / found.median,
                        ratio=found.median / latency(seconds[first, WHOLE]).median,
                        multiply_adds=macs[path, shape], parameters=parameters_of(models[path]),
                        peak_bytes=peak_memory(calls[path, part], device))
        rows.append(row)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown."""
    lines = ['| config | frame | part | median ms | p95 ms | frames/s | / first | GMACs | '
             'parameters | peak MiB |', '|---|---|---|---:|---:|---:|---:|---:|---:|---:|']
    for row in rows:
        cells = [Path(row['config']).stem, f'{row["height"]} x {row["width"]}', row['part'],
                 f'{row["median_ms"]:.2f}', f'{row["p95_ms"]:.2f}']
        if row['part'] == WHOLE:
            peak = row['peak_bytes']
            cells += [f'{row["frames_per_second"]:.1f}', f'{row["ratio"]:.3f}',
                      f'{row["multiply_adds"] / 1e9:.2f}', f'{row["parameters"]:,}',
                      '–' if peak is None else f'{peak / 2**20:.0f}']
        lines.append('| ' + ' | '.join(cells + [''] * (10 - len(cells))) + ' |')
    return '\n'.join(lines)


def main() -> None:
    """Time, print a table, and write the numbers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configs', nargs='+', help='paths, or mmmtl::FOLDER/NAME.py')
    parser.add_argument('--shape', nargs=2, type=int, action='append', metavar=('H', 'W'),
                        help='of the frame; may be given several times (default: 480 640)')
    parser.add_argument('--rounds', type=int, default=50)
    parser.add_argument('--warm-up', type=int, default=5)
    parser.add_argument('--device', default=get_device(), help='cpu, cuda, cuda:1')
    parser.add_argument('--compile', action='store_true', help='torch.compile encoder and neck')
    parser.add_argument('--channels-last', action='store_true')
    parser.add_argument('--amp', action='store_true', help='half precision (CPU: bfloat16)')
    parser.add_argument('--clustering', action='store_true',
                        help='with instance_clustering of the config, on vectors of chance')
    parser.add_argument('--out', type=Path, metavar='FILE.json', help='the numbers')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction)
    args = parser.parse_args()
    device = torch.device(args.device)
    if device.type == 'cpu':
        use_free_cores()
    models = {path: build(path, args, device) for path in dict.fromkeys(args.configs)}
    shapes = [(height, width) for height, width in args.shape or [(480, 640)]]
    macs = count_all(models, shapes, device)
    for model in models.values() if args.compile else ():
        compile_parts(model)
    rows = [row for shape in shapes for row in measure(models, shape, macs, args, device)]
    where = (f'{torch.get_num_threads()} thread(s)' if device.type == 'cpu'
             else torch.cuda.get_device_name(device))
    print(f'{where}, torch {torch.__version__}, medians of {args.rounds} rounds\n\n{table(rows)}')
    if args.out:
        args.out.write_text(json.dumps(dict(device=where, torch=torch.__version__, rows=rows),
                                       indent=1))


if __name__ == '__main__':
    main()
