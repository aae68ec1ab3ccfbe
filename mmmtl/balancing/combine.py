"""From the gradients of an update to what is written: no check, no rank, no scaler in here."""

from .base import BaseBalancer, Combination, Rows
from .gradient_log import GradientLog
from .levels import Level
from .reduction import agree


def combine(balancer: BaseBalancer, level: Level, rows: Rows, scale: float, log: GradientLog,
            update: int) -> Combination:
    """Move the balancer by one update.

    Args:
        balancer: the method.
        level: where the rows were taken.
        rows: finite, of all tasks that have labels.
        scale: of the gradients that the level has kept.
        log: gets norms, cosines and weights.
        update: number of the update, from 1.
    """
    balancer.see_losses(rows.tasks, rows.losses)
    # A row of zeros (nothing measured in this batch) would make some methods return zero.
    present = rows.tasks
    norms = rows.gramian.diagonal().tolist()
    rows = rows.select([i for i, norm in enumerate(norms) if norm > 0])
    idle = [k for k in present if k not in rows.tasks]
    idle_weights = balancer.weights_of_idle(idle)
    log.update(rows, update)
    weights = gradient = None
    if not rows.tasks:
        weights, gradient = rows.gramian.new_ones(0), level.zero_gradient(rows)
    elif balancer.weighted:
        weights = agree(balancer.weights(rows).to(rows.gramian))
        log.weights(rows, weights, update)
    else:
        gradient = balancer.combine(level.with_jacobian(rows, scale))
    head_weights = None
    if balancer.scales_heads:
        head_weights = dict(zip([*idle, *rows.tasks], [*idle_weights, *weights.tolist()],
                                strict=True))
    return Combination(rows, weights, gradient, head_weights)
