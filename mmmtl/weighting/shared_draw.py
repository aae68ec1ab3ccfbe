"""Random numbers that are the same on all ranks, and the same after a resume."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from mmengine.dist import broadcast, is_distributed
from torch import nn

from .counter import Counter

_STRIDE = 0x9E3779B97F4A7C15  # odd: another seed for each of 2^32 draws
_MASK = 2**63 - 1


class SharedDraw(nn.Module):
    """Seeds torch's generators for each draw by a seed of all ranks and the number of the draw.

    Args:
        seed: by default the seed of rank 0, which a runner sets (``randomness=dict(seed=…)``).
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__()
        self.seed = Counter(-1 if seed is None else seed & _MASK)
        self.draws = Counter()

    def seed_of_draw(self, device: torch.device) -> int:
        """Seed of the next draw. The first call is a collective if no seed was given."""
        if self.seed.value < 0:
            seed = torch.tensor(torch.initial_seed() & _MASK, device=device)
            if is_distributed():
                broadcast(seed, src=0)
            self.seed.set(int(seed))
        return (self.seed.value + _STRIDE * (self.draws.value + 1)) & _MASK

    @contextmanager
    def next(self, device: torch.device, training: bool) -> Iterator[None]:
        """Draw inside this; the generators go on afterwards as if nothing had been drawn."""
        seed = self.seed_of_draw(device)
        cuda = device.type == 'cuda'
        with torch.random.fork_rng(devices=[device] if cuda else []):
            torch.default_generator.manual_seed(seed)
            if cuda:
                with torch.cuda.device(device):
                    torch.cuda.manual_seed(seed)
            yield
        if training:
            self.draws.set(self.draws.value + 1)
