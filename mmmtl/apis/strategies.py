"""What mmengine's strategies for large models (FSDP, DeepSpeed) cannot do here."""

from mmengine.config import Config

_SHARDED = ('FSDPStrategy', 'DeepSpeedStrategy')


def check_strategy(cfg: Config, device: str) -> None:
    """Refuse a sharding strategy where it would stop later, or balance wrong gradients.

    Raises:
        ValueError: FSDP or DeepSpeed beside a gradient balancer, which needs whole gradients of
            each task; or FSDP without an accelerator, which torch cannot do.
    """
    named = (cfg.get('strategy') or {}).get('type')
    name = named if isinstance(named, str) else getattr(named, '__name__', '')
    name = name.rpartition('.')[2]
    if name not in _SHARDED:
        return
    if (cfg.get('optim_wrapper') or {}).get('balancer'):
        raise ValueError(
            f'strategy.type={name!r} splits gradients over ranks, but optim_wrapper.balancer needs '
            'those of each task whole; take one of the two out (loss weightings are no balancers)')
    if name == 'FSDPStrategy' and device == 'cpu':
        raise ValueError("strategy.type='FSDPStrategy' needs an accelerator; on CPUs take strategy "
                         'and runner_type out: tools/dist_train.sh trains with DDP over gloo')
