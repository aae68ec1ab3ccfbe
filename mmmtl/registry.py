"""Registries: children of MMSegmentation's, so that its components build under our names too.

``WEIGHTINGS`` and ``BALANCERS`` hold what only this package has. A component is found by its bare
name or as ``mmmtl.Name``; the ``locations`` are imported when a name is first looked up. What
checks a config before it is built is given by the package too: nothing of ours is imported here.

A child stands for every registry of mmengine, empty ones too: a config that inherits
``mmmtl::NAME`` is built in our scope, and mmengine warns for each registry that has no such child.
"""

from collections.abc import Callable
from typing import Any

from mmengine import registry as mmengine_registry
from mmengine.registry import Registry, build_from_cfg
from mmseg import registry as mmseg_registry


def _build_in_own_scope(cfg: dict, *args: Any, **kwargs: Any) -> Any:
    """Build what only this package has, whatever the default scope: there is no mmseg parent."""
    return build_from_cfg({'_scope_': 'mmmtl', **cfg}, *args, **kwargs)


Explain = Callable[[Any, list[str], TypeError], Exception | None]


class CompletingRegistry(Registry):
    """A registry whose package completes a config before it is built, and explains what fails.

    The package gives the functions when it is imported, as it gives its classes: the registry needs
    to import nothing of it.
    """

    _complete: Callable[[Any], dict] | None = None
    _explain: Explain | None = None

    def completes(self, function: Callable[[Any], dict]) -> Callable[[Any], dict]:
        """Decorate the function that takes a config as the user wrote it, and returns it whole."""
        self._complete = function
        return function

    def explains(self, function: Explain) -> Explain:
        """Decorate what says in the user's words why a class could not be called, if it can.

        It is given the class, the names of the options, and Python's error.
        """
        self._explain = function
        return function

    def build(self, cfg: Any, *args: Any, **kwargs: Any) -> Any:
        """Build a component.

        Raises:
            KeyError: the config has no type, or one that nobody knows.
            ValueError: the class does not take one of the options, or lacks one.
        """
        self.import_from_location()
        cfg = self._complete(cfg) if self._complete else cfg
        try:
            return super().build(cfg, *args, **kwargs)
        except TypeError as error:
            if self._explain is None:
                raise
            cls = self.get(cfg['type']) if isinstance(cfg['type'], str) else cfg['type']
            options = [key for key in cfg if key not in ('type', '_scope_')]
            better = self._explain(cls, options, error)
            if better is None:
                raise
            raise better from error


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


WEIGHTINGS = CompletingRegistry(
    'loss weighting',
    build_func=_build_in_own_scope,
    scope='mmmtl',
    locations=['mmmtl.weighting'])
BALANCERS = CompletingRegistry(
    'gradient balancer',
    build_func=_build_in_own_scope,
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
