"""What gradient balancing costs: a training step of each method beside one with equal weights.

    python tools/benchmarks/balancing_step.py [--network lite0 | resnet18] [--device cuda] [--quick]

Forward, losses, gradients, combination and optimizer step of three tasks (semantics, instance
vectors, inverse depth) on random frames, side by side in one process; medians of the rounds.
Beside our wrappers: mmengine's with equal weights (the base), ``torchjd.autojac.mtl_backward`` as
its documentation has it, and LibMTL's trainer (a backward pass per task into ``.grad``, rows
copied together; then a second pass with the weights, or the combined gradient written), restated.
Peak memory on CUDA is the allocator's; on the CPU that of resident memory over three steps in a
process of its own, less what was there before the first.
"""

import argparse
import copy
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import torch
from _timing import side_by_side, table
from mmengine.config import Config
from mmengine.optim import OptimWrapper
from mmengine.registry import init_default_scope
from torch import nn

from mmmtl.balancing import MultiTaskOptimWrapper, known_balancers
from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample
from mmmtl.utils.threads import use_free_cores

CONFIG = Path(__file__).parents[2] / 'configs' / '_base_' / 'models' / 'lite0_fpn.py'
SIZES = dict(lite0=(144, 192), resnet18=(128, 256))
TASKS = ('semantic', 'instance', 'depth')
BASE = 'equal weights (mmengine)'
#: ``--quick``: one method of each kind that works at both levels, in LibMTL and in TorchJD
QUICK = ['Sum', 'PCGrad', 'UPGrad', 'MGDA', 'GradNorm']
QUICK_ROUNDS = 5
#: what a method of three tasks cannot do without
ARGUMENTS = dict(Constant=dict(weights=[1.0, 1.0, 1.0]), Krum=dict(n_byzantine=0),
                 TrimmedMean=dict(trim_number=1), CRMOGM=dict(weighting=dict(type='UPGrad')))


def build(network: str) -> nn.Module:
    """Three tasks on EfficientNet-Lite0 + FPN, or on ResNet-18 with an FCN head."""
    heads = dict(instance=dict(type='mmmtl.InstanceVectorHead'),
                 depth=dict(type='mmmtl.InverseDepthHead'))
    if network == 'lite0':
        cfg = Config.fromfile(CONFIG).model
        cfg.backbone.init_cfg = None
        cfg.data_preprocessor = None
        cfg.task_heads = copy.deepcopy(heads)
        return MODELS.build(cfg)
    head = dict(type='FCNHead', in_channels=512, in_index=3, channels=128, num_convs=2,
                num_classes=19, norm_cfg=dict(type='BN'))
    return MODELS.build(dict(
        type='mmmtl.MultiTaskSegmentor', backbone=dict(type='ResNet', depth=18),
        decode_head=head, task_heads=heads, train_cfg=dict(), test_cfg=dict(mode='whole')))


class Steps:
    """Training steps of one network, by each way.

    Args:
        network: see :func:`build`.
        batch: frames.
        device: where.
    """

    def __init__(self, network: str, batch: int, device: str) -> None:
        torch.manual_seed(0)
        height, width = SIZES[network]
        self.network, self.device = network, device
        self.inputs = torch.randn(batch, 3, height, width, device=device)
        self.samples = [toy_sample(height, width, seed=i).to(device) for i in range(batch)]

    def _model(self) -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        model = build(self.network).to(self.device).train()
        return model, torch.optim.AdamW(model.parameters(), lr=1e-4)

    def _terms(self, model: nn.Module) -> list[torch.Tensor]:
        losses = model.loss(self.inputs, self.samples)
        return [losses[f'loss_{name}'] for name in TASKS]

    def _wait(self) -> None:
        if self.device == 'cuda':
            torch.cuda.synchronize()

    def wrapper(self, make: Callable[[torch.optim.Optimizer], OptimWrapper]) -> Callable[[], None]:
        """A step with an optimizer wrapper."""
        model, optimizer = self._model()
        wrapper = make(optimizer)

        def step() -> None:
            with wrapper.optim_context(model):
                losses = model.loss(self.inputs, self.samples)
            wrapper.update_params(model.parse_losses(losses)[0])
            self._wait()

        return step

    def ours(self, method: str, level: str = 'parameters') -> Callable[[], None]:
        """A step with our wrapper."""
        balancer = dict(type=method, **ARGUMENTS.get(method, {}))
        return self.wrapper(lambda optimizer: MultiTaskOptimWrapper(
            optimizer, balancer=balancer, level=level, log_interval=0))

    def torchjd(self, method: str, chunk: int | None) -> Callable[[], None]:
        """A step as TorchJD's documentation has it.

        Args:
            method: of TorchJD.
            chunk: tasks differentiated at once (vmap); None for all.
        """
        from torchjd import aggregation
        from torchjd.autojac import jac_to_grad, mtl_backward
        arguments = dict(CAGrad=dict(c=0.5)).get(method, {})
        aggregator = getattr(aggregation, method)(**arguments)
        model, optimizer = self._model()
        shared = [p for name, p in model.named_parameters()
                  if name.startswith(('backbone', 'neck')) and p.requires_grad]
        extract = model.extract_feat
        kept: list = []

        def extract_and_keep(inputs: torch.Tensor) -> tuple:
            features = [z.view_as(z) for z in extract(inputs)]
            kept[:] = [z for z in features if z.requires_grad]
            return features

        model.extract_feat = extract_and_keep

        terms = self._terms(model)  # which of the features a head uses at all
        used = [i for i, z in enumerate(kept) if any(
            g is not None for t in terms
            for g in torch.autograd.grad(t, [z], retain_graph=True, allow_unused=True))]

        def step() -> None:
            mtl_backward(self._terms(model), features=[kept[i] for i in used],
                         parallel_chunk_size=chunk)
            jac_to_grad([p for p in shared if getattr(p, 'jac', None) is not None], aggregator)
            optimizer.step()
            optimizer.zero_grad()
            self._wait()

        return step

    def libmtl(self, method: str) -> Callable[[], None]:
        """A step as LibMTL's ``AbsWeighting._get_grads`` and ``_backward_new_grads`` do it.

        A backward pass per task with the graph retained, the shared gradients copied to a row of
        a matrix and zeroed; weights of the rows; then a pass of the weighted losses for all.
        """
        model, optimizer = self._model()
        from mmmtl.registry import BALANCERS
        balancer = BALANCERS.build(dict(type=method, **ARGUMENTS.get(method, {})))
        balancer.bind(TASKS)
        shared = [p for name, p in model.named_parameters()
                  if name.startswith(('backbone', 'neck')) and p.requires_grad]

        def step() -> None:
            terms = self._terms(model)
            rows = torch.zeros(len(terms), sum(p.numel() for p in shared), device=self.device)
            for row, term in zip(rows, terms, strict=True):
                term.backward(retain_graph=True)
                row.copy_(torch.cat([
                    (torch.zeros_like(p) if p.grad is None else p.grad).view(-1) for p in shared]))
                for p in shared:
                    p.grad = None
            combined = balancer(rows)
            for p, part in zip(shared, combined.split([p.numel() for p in shared]), strict=True):
                p.grad = part.view_as(p).clone()
            optimizer.step()
            optimizer.zero_grad()
            self._wait()

        return step

    def candidates(self, methods: list[str]) -> dict[str, Callable[[], Callable[[], None]]]:
        """What makes the step of each way, by name."""
        ways: dict[str, Callable[[], Callable[[], None]]] = {BASE: lambda: self.wrapper(
            lambda optimizer: OptimWrapper(optimizer))}
        for method in methods:
            ways[method] = lambda method=method: self.ours(method)
        for method in ('PCGrad', 'MGDA', 'GradNorm'):
            if method in methods:
                ways[f'{method}, features'] = lambda m=method: self.ours(m, 'features')
        for method in ('PCGrad', 'UPGrad', 'CAGrad'):
            if method in methods:
                ways[f'{method}, TorchJD mtl_backward'] = lambda m=method: self.torchjd(m, None)
                ways[f'{method}, TorchJD one by one'] = lambda m=method: self.torchjd(m, 1)
        if 'PCGrad' in methods:
            ways["PCGrad, LibMTL's trainer"] = lambda: self.libmtl('PCGrad')
        return ways


def peak_memory(step: Callable[[], None], device: str, steps: int = 3) -> float:
    """MiB at the peak of some steps, beyond what was there before."""
    if device == 'cuda':
        step()
        torch.cuda.synchronize()
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        step()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    before, peak, done = resident_memory(), 0, threading.Event()

    def watch() -> None:  # torch's operators let other threads run
        nonlocal peak
        while not done.is_set():
            peak = max(peak, resident_memory())
            time.sleep(5e-4)

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(steps):
        step()
    done.set()
    watcher.join()
    return (peak - before) / 2**20


def resident_memory() -> int:
    """Bytes of this process that are in memory (Linux)."""
    return int(Path('/proc/self/statm').read_text().split()[1]) * resource.getpagesize()


def main() -> None:
    """Time, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--network', choices=sorted(SIZES), default='lite0')
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--rounds', type=int, help=f'15 by default, {QUICK_ROUNDS} with --quick')
    parser.add_argument('--quick', action='store_true',
                        help=f'{", ".join(QUICK)}; memory of the base and of PCGrad only')
    parser.add_argument('--device', default='cpu', choices=('cpu', 'cuda'))
    parser.add_argument('--methods', nargs='*', help='of known_balancers(); all by default')
    parser.add_argument('--no-memory', action='store_true')
    parser.add_argument('--memory-of', help=argparse.SUPPRESS)
    args = parser.parse_args()
    init_default_scope('mmseg')
    threads = use_free_cores()
    methods = args.methods or (QUICK if args.quick else known_balancers())
    rounds = args.rounds or (QUICK_ROUNDS if args.quick else 15)
    steps = Steps(args.network, args.batch, args.device)
    ways = steps.candidates(methods)
    if args.memory_of:
        print(f'MiB {peak_memory(ways[args.memory_of](), args.device):.0f}')
        return
    print(f'{threads} thread(s), torch {torch.__version__}, {args.network}, {args.batch} frames of '
          f'{"x".join(map(str, SIZES[args.network]))}, {args.device}\n')
    calls = {name: make() for name, make in ways.items()}
    print(table(side_by_side(calls, rounds), BASE), flush=True)
    if args.no_memory:
        return
    print('\n| | peak MiB of a step |\n|---|---|')
    for name in ways:
        if args.quick and name != BASE and not name.startswith('PCGrad'):
            continue
        command = [sys.executable, __file__, '--network', args.network, '--batch', str(args.batch),
                   '--device', args.device, '--memory-of', name, '--methods', *methods]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        print(f'| {name} | {output.split()[-1]} |', flush=True)


if __name__ == '__main__':
    main()
