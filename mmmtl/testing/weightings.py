"""Every loss weighting by name, for properties that all must have."""

from importlib.util import find_spec

from mmmtl.registry import WEIGHTINGS
from mmmtl.weighting import known_scalarizers

#: three tasks, and the arguments that a scalarizer cannot do without
TASKS = dict(semantic='classification', depth='regression', instance='regression')
_ARGUMENTS = dict(
    COSMOS=dict(lambda_=0.5, weights=1.0),
    Constant=dict(weights=dict(semantic=1.0, depth=0.5, instance=2.0)),
    PBI=dict(theta=0.1, weights=dict(semantic=1.0, depth=2.0, instance=3.0)),
    STCH=dict(mu=0.5))


def all_weightings() -> dict[str, dict]:
    """Configs by name: everything registered, and each scalarizer of TorchJD if it is there."""
    WEIGHTINGS.import_from_location()
    configs = {name: dict(type=name) for name in sorted(WEIGHTINGS.module_dict)}
    adapter = configs.pop('ScalarizerWeighting')
    for name in known_scalarizers() if find_spec('torchjd') else ():
        configs[f'Scalarizer-{name}'] = dict(
            adapter, scalarizer=dict(type=name, **_ARGUMENTS.get(name, {})))
    configs['DynamicWeightAverage-interval'] = dict(type='DynamicWeightAverage', interval=2)
    configs['UncertaintyWeighting-mixed'] = dict(
        type='UncertaintyWeighting',
        likelihood=dict(semantic='softmax', depth='laplace', instance='fixed'))
    return {name: dict(cfg, tasks=TASKS) for name, cfg in configs.items()}
