"""Random numbers of a method: alike on all ranks, apart from the network's, in the checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class OwnDraws:
    """A stream of random numbers that code which draws from torch's global generator can use.

    Args:
        seed: of the stream; by default of :meth:`start`, or torch's own at the first draw.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._generator: torch.Generator | None = None
        if seed is not None:
            self.start(seed)

    def start(self, seed: int) -> None:
        """Seed the stream, if it has no seed or state yet."""
        if self._generator is None:
            self._generator = torch.Generator().manual_seed(seed)

    @contextmanager
    def global_generator(self, device: torch.device) -> Iterator[None]:
        """Within, torch's global generators (CPU's and ``device``'s) follow this stream."""
        self.start(run_seed())
        seed = int(torch.randint(2**62, (), generator=self._generator))
        cuda = device.type == 'cuda'
        with torch.random.fork_rng([device] if cuda else []):
            torch.default_generator.manual_seed(seed)
            if cuda:
                with torch.cuda.device(device):
                    torch.cuda.manual_seed(seed)
            yield

    def state(self) -> Tensor | None:
        """State of the stream; None before it has a seed."""
        return None if self._generator is None else self._generator.get_state()

    def set_state(self, state: Tensor | None) -> None:
        """Go on from :meth:`state`, wherever a checkpoint was loaded to."""
        if state is not None:
            self._generator = torch.Generator()
            self._generator.set_state(state.cpu())


def run_seed() -> int:
    """The seed of torch's generator, which a runner sets (``randomness=dict(seed=…)``)."""
    return torch.initial_seed() & (2**63 - 1)
