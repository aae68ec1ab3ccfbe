"""Registries: children of MMSegmentation's, so that its components build under our names too.

``WEIGHTINGS`` and ``BALANCERS`` hold what only this package has. A component is found by its bare
name or as ``mmmtl.Name``; the ``locations`` are imported when a name is first looked up.

A child stands for every registry of mmengine, empty ones too: a config that inherits
``mmmtl::NAME`` is built in our scope, and mmengine warns for each registry that has no such child.
"""

from typing import Any

from mmengine import registry as mmengine_registry
from mmengine.registry import Registry, build_from_cfg
from mmseg import registry as mmseg_registry


def _build_in_own_scope(cfg: dict, *args: Any, **kwargs: Any) -> Any:
    """Build what only this package has, whatever the default scope: there is no mmseg parent."""
    return build_from_cfg({'_scope_': 'mmmtl', **cfg}, *args, **kwargs)


DATASETS = Registry(
    'dataset', parent=mmseg_registry.DATASETS, scope='mmmtl', locations=['mmmtl.datasets'])
DATA_SAMPLERS = Registry(
    'data sampler',
    parent=mmseg_registry.DATA_SAMPLERS,
    scope='mmmtl',
    locations=['mmmtl.datasets'])
TRANSFORMS = Registry(
    'transform',
    parent=mmseg_registry.TRANSFORMS,
    scope='mmmtl',
    locations=['mmmtl.datasets.transforms'])
MODELS = Registry(
    'model', parent=mmseg_registry.MODELS, scope='mmmtl', locations=['mmmtl.models'])


def _build_weighting(cfg: dict, *args: Any, **kwargs: Any) -> Any:
    """Build a loss weighting.

    Raises:
        KeyError: if the config has no type, or one that is not registered.
        ValueError: if the class does not take one of the options.
    """
    from mmmtl.weighting.find import check_weighting
    check_weighting(cfg)
    return _build_in_own_scope(cfg, *args, **kwargs)


WEIGHTINGS = Registry(
    'loss weighting',
    build_func=_build_weighting,
    scope='mmmtl',
    locations=['mmmtl.weighting'])


def _build_balancer(cfg: dict, *args: Any, **kwargs: Any) -> Any:
    """Build a balancer; a name that is not registered is that of a method of TorchJD.

    Raises:
        KeyError: if the config has no type, or one that nobody knows.
        ValueError: if the method does not take one of the arguments, or lacks one.
    """
    from mmmtl.balancing.find import check_arguments
    if not isinstance(cfg, dict) or 'type' not in cfg:
        raise KeyError(f"balancer must be a dict with a type, such as dict(type='PCGrad'); got "
                       f'{cfg!r}')
    BALANCERS.import_from_location()
    name = cfg['type']
    if isinstance(name, str):
        name = name.removeprefix('mmmtl.')
        if name not in BALANCERS.module_dict:
            cfg = {**cfg, 'method': name.removesuffix('Weighting')}
            name = 'TorchJDBalancer'
        else:
            arguments = {key: value for key, value in cfg.items() if key not in ('type', '_scope_')}
            check_arguments(name, BALANCERS.module_dict[name], arguments)
        cfg = {**cfg, 'type': name}
    return _build_in_own_scope(cfg, *args, **kwargs)


BALANCERS = Registry(
    'gradient balancer',
    build_func=_build_balancer,
    scope='mmmtl',
    locations=['mmmtl.balancing'])
METRICS = Registry(
    'metric', parent=mmseg_registry.METRICS, scope='mmmtl', locations=['mmmtl.evaluation'])
VISUALIZERS = Registry(
    'visualizer',
    parent=mmseg_registry.VISUALIZERS,
    scope='mmmtl',
    locations=['mmmtl.visualization'])
HOOKS = Registry(
    'hook',
    parent=mmseg_registry.HOOKS,
    scope='mmmtl',
    locations=['mmmtl.engine', 'mmseg.engine'])  # a parent's locations are not imported by a child
OPTIM_WRAPPERS = Registry(
    'optim_wrapper',
    parent=mmseg_registry.OPTIM_WRAPPERS,
    scope='mmmtl',
    locations=['mmmtl.balancing', 'mmmtl.engine'])
OPTIM_WRAPPER_CONSTRUCTORS = Registry(
    'optimizer wrapper constructor',
    parent=mmseg_registry.OPTIM_WRAPPER_CONSTRUCTORS,
    scope='mmmtl',
    locations=['mmmtl.engine'])


def _empty_child(parent: Registry, location: str = 'mmseg.engine') -> Registry:
    """A child that holds nothing of ours, and imports its parent's ``location`` at first use."""
    return Registry(parent.name, parent=parent, scope='mmmtl', locations=[location])


RUNNERS = _empty_child(mmseg_registry.RUNNERS)
RUNNER_CONSTRUCTORS = _empty_child(mmseg_registry.RUNNER_CONSTRUCTORS)
LOOPS = _empty_child(mmseg_registry.LOOPS)
MODEL_WRAPPERS = _empty_child(mmseg_registry.MODEL_WRAPPERS, 'mmseg.models')
WEIGHT_INITIALIZERS = _empty_child(mmseg_registry.WEIGHT_INITIALIZERS, 'mmseg.models')
OPTIMIZERS = _empty_child(mmseg_registry.OPTIMIZERS)
PARAM_SCHEDULERS = _empty_child(mmseg_registry.PARAM_SCHEDULERS)
EVALUATOR = _empty_child(mmseg_registry.EVALUATOR, 'mmseg.evaluation')
TASK_UTILS = _empty_child(mmseg_registry.TASK_UTILS, 'mmseg.models')
VISBACKENDS = _empty_child(mmseg_registry.VISBACKENDS, 'mmseg.visualization')
LOG_PROCESSORS = _empty_child(mmseg_registry.LOG_PROCESSORS)
INFERENCERS = _empty_child(mmseg_registry.INFERENCERS)
STRATEGIES = _empty_child(mmengine_registry.STRATEGIES)  # mmseg has no children of these two
FUNCTIONS = _empty_child(mmengine_registry.FUNCTIONS)
