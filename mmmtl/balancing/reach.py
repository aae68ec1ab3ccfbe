"""What autograd's graph says: which parameters a loss reaches, and how far away they are."""

from collections import deque

from torch import Tensor

_REENTRANT = 'CheckpointFunctionBackward'
_COMPILED = 'CompiledFunctionBackward'


class Reach:
    """Parameters that a loss reaches.

    Attributes:
        depth: number of graph nodes between the loss and each parameter, by ``id``.
        hidden: whether activation checkpointing of the reentrant kind hides parameters.
        compiled: whether a compiled function lies between, which reaches all of its parameters
            whatever its outputs depend on.
    """

    def __init__(self, loss: Tensor) -> None:
        """Walk the graph from a loss on."""
        self.depth: dict[int, int] = {}
        self.hidden = False
        self.compiled = False
        seen = set()
        waiting = deque([(loss.grad_fn, 0)] if loss.grad_fn is not None else [])
        while waiting:  # breadth first: the first visit is the shortest way
            node, depth = waiting.popleft()
            if node in seen:
                continue
            seen.add(node)
            name = node.name()
            self.hidden |= _REENTRANT in name
            self.compiled |= _COMPILED in name
            variable = getattr(node, 'variable', None)
            if variable is not None:
                self.depth.setdefault(id(variable), depth)
            waiting.extend((next_node, depth + 1)
                           for next_node, _ in node.next_functions if next_node is not None)
