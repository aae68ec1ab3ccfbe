"""What the networks of MTAN's authors compute, from a state dict with their names.

Written from a description of their classes, layer by layer, without any of our modules: the
reference for ``mmmtl.models.backbones.segnet`` and for ``tools/model_converters/mtan.py``. Blocks
are numbered by level, 0 at full resolution, also in decoders. Evaluation mode.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

State = Mapping[str, Tensor]
LEVELS = range(5)
CLASSES, TASKS = 13, ('semantic', 'depth', 'normal')
_WIDTHS = (64, 128, 256, 512, 512)
_DECODED = (64, 64, 128, 256, 512)
_PREDICTED = {'semantic': CLASSES, 'depth': 1, 'normal': 3}


# -- layers of the published names and shapes ---------------------------------------------------
class Layers:
    """Collects random parameters under published names."""

    def __init__(self, seed: int) -> None:
        self.chance = torch.Generator().manual_seed(seed)
        self.state: dict[str, Tensor] = {}

    def conv(self, name: str, inputs: int, outputs: int, kernel: int, bias: bool = True) -> None:
        size = (outputs, inputs, kernel, kernel)
        scale = (2 / (inputs * kernel**2))**0.5
        self.state[f'{name}.weight'] = scale * self._normal(size)
        if bias:
            self.state[f'{name}.bias'] = 0.1 * self._normal((outputs, ))

    def norm(self, name: str, channels: int) -> None:
        self.state[f'{name}.weight'] = 1 + 0.1 * self._normal((channels, ))
        self.state[f'{name}.bias'] = 0.1 * self._normal((channels, ))
        self.state[f'{name}.running_mean'] = 0.1 * self._normal((channels, ))
        self.state[f'{name}.running_var'] = 1 + self._normal((channels, )).abs()
        self.state[f'{name}.num_batches_tracked'] = torch.tensor(7)

    def units(self, name: str, channels: Sequence[int], kernel: int = 3) -> None:
        """``.0 conv .1 norm (.2 ReLU) .3 conv .4 norm …`` through a sequence of channels."""
        for i, (inputs, outputs) in enumerate(zip(channels, channels[1:], strict=False)):
            self.conv(f'{name}.{3 * i}', inputs, outputs, kernel)
            self.norm(f'{name}.{3 * i + 1}', outputs)

    def heads(self, tasks: Sequence[str]) -> None:
        for number, task in enumerate(tasks, 1):
            name = f'pred_task{number}' if len(tasks) > 1 else 'pred_task'
            self.conv(f'{name}.0', 64, 64, 3)
            self.conv(f'{name}.1', 64, _PREDICTED[task], 1)
        if len(tasks) > 1:
            self.state['logsigma'] = self._normal((len(tasks), ))

    def _normal(self, size: tuple[int, ...]) -> Tensor:
        return torch.randn(size, generator=self.chance).double()  # thrice as fast


def make_state(network: str, seed: int = 0, task: str = 'semantic') -> dict[str, Tensor]:
    """A random state dict with the names and shapes of an authors' class, in float64.

    Args:
        network: ``single``, ``stan``, ``split``, ``split-wide``, ``split-deep``, ``dense``,
            ``cross-stitch`` or ``mtan``.
        seed: of the numbers.
        task: of the first two, which have one.
    """
    layers = Layers(seed)
    if network in ('dense', 'cross-stitch'):
        _make_columns(layers, network)
    else:
        wide = (*_WIDTHS[:-1], 1024) if network == 'split-wide' else _WIDTHS
        _make_shared(layers, wide, 2 if network == 'split-deep' else 1)
    if network in ('stan', 'mtan'):
        _make_attention(layers, 1 if network == 'stan' else 3)
    layers.heads((task, ) if network in ('single', 'stan') else TASKS)
    return layers.state


def _make_shared(layers: Layers, widths: Sequence[int], depth: int) -> None:
    for k in LEVELS:
        decoded = widths[max(k - 1, 0)]
        layers.units(f'encoder_block.{k}', [widths[k - 1] if k else 3] + [widths[k]] * depth)
        layers.units(f'decoder_block.{k}', [widths[k]] + [decoded] * depth)
        for part, channels in (('enc', widths[k]), ('dec', decoded)):
            for name in ([''] if k < 2 else ['.0', '.1']):
                layers.units(f'conv_block_{part}.{k}{name}', [channels] * (depth + 1))


def _make_attention(layers: Layers, tasks: int) -> None:
    for k, (width, decoded) in enumerate(zip(_WIDTHS, _DECODED, strict=True)):
        for t in range(tasks):
            layers.units(f'encoder_att.{t}.{k}', [2 * width if k else width, width, width], 1)
            layers.units(f'decoder_att.{t}.{k}', [width + decoded, decoded, decoded], 1)
        layers.units(f'encoder_block_att.{k}', [width, _WIDTHS[min(k + 1, 4)]])
        layers.units(f'decoder_block_att.{k}', [width, decoded])


def _make_columns(layers: Layers, network: str) -> None:
    inflow = 2 if network == 'dense' else 1
    for k, (width, decoded) in enumerate(zip(_WIDTHS, _DECODED, strict=True)):
        count = 2 if k < 2 else 3
        inputs = _WIDTHS[k - 1] if k else 3
        for t in range(3):
            first = inflow * inputs if k else 3
            layers.units(f'encoder_block_t.{t}.{k}', [first] + [width] * count)
            first = inflow * width
            narrow = [decoded] * count if k or inflow == 1 else [2 * width, decoded]
            layers.units(f'decoder_block_t.{t}.{k}', [first, *narrow])
        if network == 'dense':
            layers.units(f'encoder_block.{k}', [inputs] + [width] * count)
            layers.units(f'decoder_block.{k}',
                         [width] + [decoded] * count if k else [64, 64, CLASSES])
    if network == 'cross-stitch':
        for part, count in (('encoder', 4), ('decoder', 5)):
            layers.state[f'cs_unit_{part}'] = 0.5 + 0.1 * layers._normal((count, 3))


# -- what is computed ---------------------------------------------------------------------------
def _units(state: State, name: str, x: Tensor, last: str = 'relu') -> Tensor:
    """Convolutions, each normalised, with ReLU between and ``last`` behind the last one."""
    found = sorted({int(key[len(name) + 1:].split('.')[0]) for key in state
                    if key.startswith(f'{name}.')})
    for i in found[::2]:
        weight = state[f'{name}.{i}.weight']
        x = F.conv2d(x, weight, state[f'{name}.{i}.bias'], padding=weight.shape[-1] // 2)
        norm = f'{name}.{i + 1}'
        x = F.batch_norm(x, state[f'{norm}.running_mean'], state[f'{norm}.running_var'],
                         state[f'{norm}.weight'], state[f'{norm}.bias'], eps=1e-5)
        x = x.sigmoid() if last == 'sigmoid' and i == found[-2] else x.relu()
    return x


def _block(state: State, part: str, k: int, x: Tensor) -> Tensor:
    names = [f'conv_block_{part}.{k}'] if k < 2 else [f'conv_block_{part}.{k}.{j}' for j in (0, 1)]
    for name in names:
        x = _units(state, name, x)
    return x


def _pool(x: Tensor) -> tuple[Tensor, Tensor]:
    return F.max_pool2d(x, 2, 2, return_indices=True)


def _predict(state: State, features: Sequence[Tensor]) -> list[Tensor]:
    """Raw maps of the heads: two convolutions with nothing between."""
    outputs = []
    for number, x in enumerate(features, 1):
        name = f'pred_task{number}' if len(features) > 1 else 'pred_task'
        x = F.conv2d(x, state[f'{name}.0.weight'], state[f'{name}.0.bias'], padding=1)
        outputs.append(F.conv2d(x, state[f'{name}.1.weight'], state[f'{name}.1.bias']))
    return outputs


def run_authors(network: str, state: State, image: Tensor) -> list[Tensor]:
    """Raw maps of all tasks (before log-softmax and unit length), (N, C, H, W) each.

    Args:
        network: see :func:`make_state`.
        state: a state dict with the authors' names.
        image: (N, 3, H, W), H and W multiples of 32.
    """
    if network == 'dense':
        return _predict(state, _run_dense(state, image))
    if network == 'cross-stitch':
        return _predict(state, _run_cross_stitch(state, image))
    tasks = {'stan': 1, 'mtan': 3}.get(network, 0)
    features = _run_shared(state, image, tasks)
    if network.startswith('split'):
        features = features * 3
    return _predict(state, features)


def _run_shared(state: State, x: Tensor, tasks: int) -> list[Tensor]:
    """SegNet, with ``tasks`` attentions; the features of each task, or the shared ones."""
    places = []
    attended: list[Tensor] = [x] * tasks
    for k in LEVELS:
        u = _units(state, f'encoder_block.{k}', x)
        p = _block(state, 'enc', k, u)
        for t in range(tasks):
            seen = torch.cat([u, attended[t]], 1) if k else u
            mask = _units(state, f'encoder_att.{t}.{k}', seen, 'sigmoid')
            attended[t] = F.max_pool2d(
                _units(state, f'encoder_block_att.{k}', mask * p), 2, 2)
        x, indices = _pool(p)
        places.append(indices)
    for k in reversed(LEVELS):
        u = F.max_unpool2d(x, places[k], 2, 2)
        x = _block(state, 'dec', k, _units(state, f'decoder_block.{k}', u))
        for t in range(tasks):
            larger = F.interpolate(
                attended[t], scale_factor=2, mode='bilinear', align_corners=True)
            seen = torch.cat([u, _units(state, f'decoder_block_att.{k}', larger)], 1)
            attended[t] = _units(state, f'decoder_att.{t}.{k}', seen, 'sigmoid') * x
    return attended or [x]


def _run_dense(state: State, image: Tensor) -> list[Tensor]:
    shared, own = image, [image] * 3
    places, own_places = [], []
    for k in LEVELS:
        if k:
            own = [torch.cat([x, shared], 1) for x in own]
        pooled = [_pool(_units(state, f'encoder_block_t.{t}.{k}', x)) for t, x in enumerate(own)]
        own, found = [x for x, _ in pooled], [i for _, i in pooled]
        shared, indices = _pool(_units(state, f'encoder_block.{k}', shared))
        places.append(indices)
        own_places.append(found)
    for k in reversed(LEVELS):
        up = F.max_unpool2d(shared, places[k], 2, 2)
        own = [_units(state, f'decoder_block_t.{t}.{k}', torch.cat(
            [F.max_unpool2d(x, own_places[k][t], 2, 2), up], 1)) for t, x in enumerate(own)]
        shared = _units(state, f'decoder_block.{k}', up)
    return own


def _run_cross_stitch(state: State, image: Tensor) -> list[Tensor]:
    own = [image] * 3
    places = []
    for k in LEVELS:
        if k:
            own = [sum(state['cs_unit_encoder'][k - 1][s] * own[s] for s in range(3))] * 3
        pooled = [_pool(_units(state, f'encoder_block_t.{t}.{k}', x)) for t, x in enumerate(own)]
        own = [x for x, _ in pooled]
        places.append([indices for _, indices in pooled])
    for k in reversed(LEVELS):
        # row 0 is of the level that is decoded first, the deepest
        mixed = sum(state['cs_unit_decoder'][4 - k][s] * own[s] for s in range(3))
        own = [_units(state, f'decoder_block_t.{t}.{k}', F.max_unpool2d(mixed, places[k][t], 2, 2))
               for t in range(3)]
    return own
