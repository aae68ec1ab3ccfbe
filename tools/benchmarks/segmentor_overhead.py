"""What the multi-task segmentor costs: one head beside mmseg's, three heads beside three networks.

    python tools/benchmarks/segmentor_overhead.py

Training steps (forward, losses, backward, no optimizer) and predictions of EfficientNet-Lite0 +
FPN on random frames, side by side in one process; medians of the rounds.
"""

import argparse
import copy
from collections.abc import Callable
from pathlib import Path

import torch
from _timing import side_by_side, table
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS as MMSEG_MODELS
from torch import nn

from mmmtl.registry import MODELS
from mmmtl.testing.samples import toy_sample
from mmmtl.utils.threads import use_free_cores

CONFIG = Path(__file__).parents[2] / 'configs' / '_base_' / 'models' / 'lite0_fpn.py'
HEADS = dict(
    instance=dict(type='mmmtl.InstanceVectorHead'), depth=dict(type='mmmtl.InverseDepthHead'))


def build(**changes) -> nn.Module:
    """Build a variant of the network, without pretrained weights (time does not depend on them)."""
    cfg = Config.fromfile(CONFIG).model
    cfg.backbone.init_cfg = None
    cfg.data_preprocessor = None
    for key, value in copy.deepcopy(changes).items():
        cfg[key] = value  # update() would merge a head into the one that it replaces
    registry = MMSEG_MODELS if cfg.type == 'EncoderDecoder' else MODELS
    return registry.build(cfg)


def train_step(models: list[nn.Module], inputs: torch.Tensor,
               samples: list) -> Callable[[], None]:
    """A step of each model in turn."""

    def step() -> None:
        for model in models:
            model.zero_grad()
            model.parse_losses(model.loss(inputs, samples))[0].backward()

    return step


def prediction(models: list[nn.Module], inputs: torch.Tensor,
               samples: list) -> Callable[[], None]:
    """A prediction of each model in turn."""

    @torch.no_grad()
    def predict() -> None:
        for model in models:
            model.predict(inputs, copy.copy(samples))

    return predict


def main() -> None:
    """Time, and print tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--height', type=int, default=128)
    parser.add_argument('--width', type=int, default=256)
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--rounds', type=int, default=25)
    args = parser.parse_args()
    init_default_scope('mmseg')
    print(f'{use_free_cores()} thread(s), torch {torch.__version__}, '
          f'{args.batch} frames of {args.height}x{args.width}')
    body = Config.fromfile(CONFIG).head
    single = dict(depth=dict(type='mmmtl.InverseDepthHead', body=body),
                  instance=dict(type='mmmtl.InstanceVectorHead', body=body))
    host = dict(body, loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True))
    variants = {
        'mmseg EncoderDecoder': [build(type='EncoderDecoder', decode_head=host)],
        "one head, mmseg's": [build(decode_head=host)],
        'one head, SemanticHead': [build()],
        'three heads, one encoder': [build(task_heads=HEADS)],
        'three networks': [build(), *(build(decode_head=head) for head in single.values())],
    }
    inputs = torch.randn(args.batch, 3, args.height, args.width)
    samples = [toy_sample(args.height, args.width, seed=i) for i in range(args.batch)]
    for title, make, training in (('Training step', train_step, True),
                                  ('Prediction', prediction, False)):
        calls = {}
        for name, models in variants.items():
            for model in models:
                model.train(training)
            calls[name] = make(models, inputs, samples)
        seconds = side_by_side(calls, args.rounds)
        print(f'\n{title}\n\n{table(seconds, "mmseg EncoderDecoder")}')
        three = {name: seconds[name] for name in ('three heads, one encoder', 'three networks')}
        print(f'\n{table(three, "three networks")}', flush=True)


if __name__ == '__main__':
    main()
