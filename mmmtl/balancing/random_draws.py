"""Random numbers of a method: alike on all ranks, apart from the network's, in the checkpoint."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class OwnDraws:
    """A stream of random numbers that code which draws from torch's global generator can use.

    Args:
        seed: of the stream; the same config gives the same stream on every rank.
    """

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    @contextmanager
    def global_generator(self, device: torch.device) -> Iterator[None]:
        """Within, torch's global generators (CPU's and ``device``'s) follow this stream."""
        seed = int(torch.randint(2**62, (), generator=self._generator))
        cuda = device.type == 'cuda'
        with torch.random.fork_rng([device] if cuda else []):
            torch.default_generator.manual_seed(seed)
            if cuda:
                with torch.cuda.device(device):
                    torch.cuda.manual_seed(seed)
            yield

    def state(self) -> Tensor:
        """State of the stream."""
        return self._generator.get_state()

    def set_state(self, state: Tensor) -> None:
        """Go on from :meth:`state`, wherever a checkpoint was loaded to."""
        self._generator.set_state(state.cpu())
