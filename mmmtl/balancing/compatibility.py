"""What goes together with a balancer, checked when a config is built."""

from collections.abc import Sequence

from torch import nn

from mmmtl.weighting import BaseLossWeighting, FixedWeighting

from .base import BaseBalancer

#: methods that act on each number of the gradient by itself, so on each rank's features too
_PER_NUMBER = ('GradDrop', 'TrimmedMean')


def check_method(balancer: BaseBalancer, level: str, shared: Sequence[str] | None) -> None:
    """Refuse a method at a level that it has no meaning at.

    Raises:
        ValueError: with the reason.
    """
    if level == 'features':
        if shared:
            raise ValueError("level='features' balances at the features that the heads share; "
                             "`shared` names parameters, for level='parameters'")
        if not balancer.from_gramian and balancer.name not in _PER_NUMBER:
            raise ValueError(
                f"{balancer.name} needs the whole Jacobian, but with level='features' each rank "
                "has the gradients of its own frames; use level='parameters'")
        if balancer.at_layer and getattr(balancer, 'layer', None):
            raise ValueError(f"{balancer.name}: `layer` names the layer to look at, and "
                             "level='features' another; leave one out")
    elif balancer.at_layer and shared:
        raise ValueError(f'{balancer.name} weighs losses by the gradients of one layer; name it '
                         'as balancer.layer, not as `shared`')


def check_accumulation(level: str, counts: int) -> None:
    """Refuse gradients of features over several batches.

    Raises:
        ValueError: with the reason.
    """
    if level == 'features' and counts > 1:
        raise ValueError(
            f"level='features' with accumulative_counts={counts}: the weights follow from the "
            'features of all batches, whose graphs would have to be kept until the last; use '
            "level='parameters' or a larger batch")


def check_model(balancer: BaseBalancer, model: nn.Module) -> list[nn.Parameter]:
    """Refuse a loss weighting that undoes the balancer.

    Returns:
        The weightings' own parameters, which are never balanced.

    Raises:
        ValueError: with the reason.
    """
    weightings = [m for m in model.modules() if isinstance(m, BaseLossWeighting)]
    for weighting in weightings:
        if balancer.at_layer and not isinstance(weighting, FixedWeighting):
            raise ValueError(
                f'{balancer.name} learns the weights of the losses, and compares each loss with '
                f'its first value; {type(weighting).__name__} would change both. Leave '
                'model.loss_weighting out, or take another balancer')
    return [p for weighting in weightings for p in weighting.parameters()]
