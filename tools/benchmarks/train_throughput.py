"""Training throughput of the toolbox beside a plain PyTorch loop with the same network and data.

    python tools/benchmarks/train_throughput.py --data-root DIR

Both train EfficientNet-Lite0 + FPN with a semantic and a depth head on NYUv2 at 144x192, batch 8,
AdamW, learned weights. The toolbox runs its whole machinery (data loader, preprocessor, segmentor,
optimizer wrapper, schedulers, hooks, logging); the plain loop has all frames in memory as tensors,
flips them, and does nothing else. The two take turns, block by block, in one process; the figure
is the median over blocks of plain time / toolbox time (1 is as fast).
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmmtl.utils.threads import use_free_cores

CONFIG = (Path(__file__).parents[2] / 'configs' / 'nyuv2' /
          'lite0-fpn_nyuv2-13_1xb8-5e_144x192.py')


class PlainLoop:
    """What a person writes without a toolbox: tensors in memory, a module, an optimizer.

    Args:
        runner: whose network is copied, and whose data set gives the frames.
        batch: frames per step.
    """

    def __init__(self, runner: Runner, batch: int) -> None:
        frames = [runner.train_dataloader.dataset[i]
                  for i in range(len(runner.train_dataloader.dataset))]
        samples = [frame['data_samples'] for frame in frames]
        images = torch.stack([frame['inputs'] for frame in frames]).flip(1).float()
        self.images = (images - 127) / 128
        size = images.shape[2:]  # a frame may lack either label
        self.labels = torch.stack([s.gt_sem_seg.data[0] if 'gt_sem_seg' in s else torch.full(
            size, 255) for s in samples])
        self.depth = torch.stack([s.gt_depth_map.data if 'gt_depth_map' in s else torch.full(
            (1, *size), torch.nan) for s in samples])
        model = runner.model
        # The same modules under plain calls: only what is around the network differs.
        self.backbone, self.neck = model.backbone, model.neck
        self.semantic, self.regress = model.decode_head.body, model.task_heads['depth'].body
        self.log_vars = torch.zeros(2, requires_grad=True)
        modules = torch.nn.ModuleList([self.backbone, self.neck, self.semantic, self.regress])
        self.parameters = list(modules.parameters())
        self.optimizer = torch.optim.AdamW([
            dict(params=self.parameters),
            dict(params=[self.log_vars], lr=1e-2, weight_decay=0.0)], lr=1e-6)
        self.batch = batch

    def step(self) -> None:
        """One training step on random frames."""
        i = torch.randint(len(self.images), (self.batch, ))
        images, labels, depth = self.images[i], self.labels[i], self.depth[i]
        if torch.rand(()) < 0.5:
            images, labels, depth = images.flip(-1), labels.flip(-1), depth.flip(-1)
        features = self.neck(self.backbone(images))
        size = images.shape[2:]
        logits = F.interpolate(self.semantic(features), size, mode='bilinear')
        predicted = F.interpolate(self.regress(features), size, mode='bilinear')
        semantic = F.cross_entropy(logits, labels, ignore_index=255)
        valid = depth.isfinite()
        regression = (predicted - depth)[valid].abs().mean()
        s = self.log_vars
        loss = (-s[0]).exp() * semantic + 0.5 * (-s[1]).exp() * regression + s.sum() / 2
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


class Alternate(Hook):
    """After each block of toolbox steps, run a block of plain steps, timing both.

    Args:
        block: steps per block.
        batch: frames per step.
    """

    priority = 'LOWEST'

    def __init__(self, block: int, batch: int) -> None:
        self.block, self.batch = block, batch
        self.ours: list[float] = []
        self.plain: list[float] = []

    def before_train(self, runner: Runner) -> None:
        """Load the plain loop's frames into memory; the toolbox's cache is filled by that too."""
        self.loop = PlainLoop(runner, self.batch)
        self.start = time.perf_counter()

    def after_train_iter(self, runner: Runner, batch_idx: int, data_batch=None,
                         outputs=None) -> None:
        """At the end of a block, let the plain loop have its turn."""
        if (runner.iter + 1) % self.block:
            return
        middle = time.perf_counter()
        for _ in range(self.block):
            self.loop.step()
        end = time.perf_counter()
        self.ours.append(middle - self.start)
        self.plain.append(end - middle)
        print(f'block {len(self.ours)}: toolbox {self.ours[-1]:.2f} s, '
              f'plain {self.plain[-1]:.2f} s', flush=True)
        self.start = time.perf_counter()


def main() -> None:
    """Train both in turn and print the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data-root', required=True, help='NYUv2 in the layout of the data set')
    parser.add_argument('--blocks', type=int, default=9, help='the first one is not counted')
    parser.add_argument('--block', type=int, default=10, help='steps per block')
    args = parser.parse_args()
    cfg = Config.fromfile(CONFIG)
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.dataset.data_root = args.data_root
        loader.update(num_workers=0, persistent_workers=False)
    cfg.train_dataloader.sampler = dict(type='InfiniteSampler', shuffle=True)
    cfg.train_cfg = dict(type='IterBasedTrainLoop', max_iters=args.blocks * args.block,
                         val_interval=10**9)
    cfg.default_hooks.checkpoint.interval = 10**9
    threads = use_free_cores()
    with tempfile.TemporaryDirectory() as folder:
        cfg.work_dir = folder
        runner = Runner.from_cfg(cfg)
        alternate = Alternate(args.block, cfg.train_dataloader.batch_size)
        runner.register_hook(alternate)
        runner.train()
    ours, plain = alternate.ours[1:], alternate.plain[1:]
    frames = args.block * cfg.train_dataloader.batch_size
    print(f'\n{threads} thread(s), torch {torch.__version__}, {len(ours)} blocks of '
          f'{args.block} steps\n'
          f'toolbox {frames / statistics.median(ours):.2f} frames/s, '
          f'plain loop {frames / statistics.median(plain):.2f} frames/s, '
          f'ratio {statistics.median(p / o for o, p in zip(ours, plain, strict=True)):.3f}')


if __name__ == '__main__':
    main()
