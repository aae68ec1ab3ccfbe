"""From the command line's words to a config that a runner can be built from."""

import copy
import difflib
from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict
from mmengine.config.utils import MODULE2PACKAGE
from mmengine.optim import AmpOptimWrapper, OptimWrapper
from mmengine.utils import get_installed_path, is_installed
from mmseg.visualization import SegLocalVisualizer

from mmmtl.balancing.optim_wrapper import BalancingMixin
from mmmtl.engine.bfloat16_optim_wrapper import BFloat16OptimWrapper
from mmmtl.registry import OPTIM_WRAPPERS
from mmmtl.utils.one_pipeline import join_pipelines, pipeline_of

from .misspelt import check_keys, check_options
from .tta_scales import scale_from_test


def load_config(name: str, options: dict[str, Any] | None = None) -> Config:
    """Load a config and merge ``--cfg-options`` into it.

    Args:
        name: A path, or ``mmmtl::kendall/x.py``, ``mmseg::deeplabv3/x.py`` for a config that an
            installed package carries.
        options: Dotted keys and their values.

    Raises:
        FileNotFoundError: There is no such file; the message has names that are close.
        ValueError: It inherits from ``_base_/mix_in`` and does not use it; or a key, in the file
            or the options, is almost a known one (:mod:`mmmtl.apis.misspelt`).
    """
    cfg = Config.fromfile(str(find_config(name)))
    if callable(getattr(cfg.get('multi_task'), 'into', None)):
        raise ValueError(f'config {name} inherits from _base_/mix_in, but has no line '
                         '_base_.multi_task.into(_base_) after `_base_ = [...]`, which brings in '
                         'its data sets and evaluators')
    before = copy.deepcopy(cfg)
    if options:
        check_options(cfg, options)
        cfg.merge_from_dict(options)
    check_keys(cfg)
    join_pipelines(cfg, before)
    return cfg


def find_config(name: str) -> Path:
    """Find the file of a config; see :func:`load_config`."""
    if '::' not in name:
        path = Path(name)
        if path.is_file():
            return path
        raise FileNotFoundError(f'config {name} does not exist (from {Path.cwd()})'
                                + _suggest(path.name, path.parent)
                                + '; packaged configs go by mmmtl::FOLDER/NAME.py')
    scope, _, relative = name.partition('::')
    package = MODULE2PACKAGE.get(scope)
    if package is None or not is_installed(package):
        raise FileNotFoundError(f'config {name}: no package {scope} with configs is installed')
    folder = Path(get_installed_path(package), '.mim', 'configs')
    path = folder / relative
    path = path if path.suffix else path.with_suffix('.py')
    if not path.is_file():
        hint = '' if folder.is_dir() else f'; {folder} is missing: reinstall {scope}'
        raise FileNotFoundError(
            f'config {name} does not exist in {folder}'
            + (_suggest(path.name, path.parent) or _suggest(path.parent.name, folder)) + hint)
    return path


def _suggest(name: str, folder: Path) -> str:
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    close = difflib.get_close_matches(name, names, n=3)
    return f"; did you mean {' or '.join(close)}" if close else ''


def section(parent: Config | ConfigDict, key: str) -> ConfigDict:
    """Return the dict at ``key``, put there empty if it was not (``setdefault`` gives a copy)."""
    if key not in parent:
        parent[key] = {}
    return parent[key]


def set_work_dir(cfg: Config, name: str, work_dir: str | None = None) -> None:
    """Choose the folder of logs and checkpoints: the option, else the config's, else its name."""
    if work_dir is not None:
        cfg.work_dir = work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs', Path(name.rpartition('::')[2]).stem))


#: the mixed-precision form of an optimizer wrapper: on accelerators, on CPUs
_AMP_FORMS = {
    'OptimWrapper': ('AmpOptimWrapper', 'mmmtl.BFloat16OptimWrapper'),
    'mmmtl.MultiTaskOptimWrapper':
        ('mmmtl.AmpMultiTaskOptimWrapper', 'mmmtl.BFloat16MultiTaskOptimWrapper'),
}


def enable_amp(cfg: Config, device: str) -> None:
    """Turn on mixed precision: mmengine's on accelerators, bfloat16 without a scaler on CPUs.

    Raises:
        ValueError: there is none with this optimizer wrapper, or on CPUs for its ``dtype``.
    """
    use_balancing_wrapper(cfg)
    options = cfg.optim_wrapper
    wrapper = options.get('type', 'OptimWrapper')
    form = next((forms for plain, forms in _AMP_FORMS.items() if wrapper in (plain, *forms)), None)
    if form is None:
        raise ValueError(
            f'--amp needs optim_wrapper.type to be one of {list(_AMP_FORMS)}; the config has '
            f'{wrapper!r}')
    on_accelerator, on_cpu = form
    if device == 'cpu':
        dtype = options.pop('dtype', 'bfloat16')
        if dtype not in (None, 'bfloat16'):
            raise ValueError(f"--amp: on CPUs mixed precision is in 'bfloat16', but the config has "
                             f'optim_wrapper.dtype={dtype!r}; drop it')
        options.pop('loss_scale', None)
        options.type = on_cpu
    elif wrapper not in form:
        options.type = on_accelerator
        options.setdefault('loss_scale', 'dynamic')


def use_balancing_wrapper(cfg: Config) -> None:
    """Take the optimizer wrapper that balances, where the config gives a ``balancer``.

    Raises:
        ValueError: the config names a wrapper that has no form with a balancer.
    """
    options = cfg.get('optim_wrapper') or {}
    if 'balancer' not in options:
        return
    named = options.get('type', 'OptimWrapper')
    cls = OPTIM_WRAPPERS.get(named) if isinstance(named, str) else named
    if cls is None or isinstance(cls, type) and issubclass(cls, BalancingMixin):
        return  # an unknown name is the registry's to report
    forms = {OptimWrapper: 'mmmtl.MultiTaskOptimWrapper',
             AmpOptimWrapper: 'mmmtl.AmpMultiTaskOptimWrapper',
             BFloat16OptimWrapper: 'mmmtl.BFloat16MultiTaskOptimWrapper'}
    if cls not in forms:
        raise ValueError(
            f'optim_wrapper has a balancer, which {named!r} does not know; its type must be one of '
            f'{list(forms.values())} (tools/train.py takes them for '
            f'{[plain.__name__ for plain in forms]}), or take optim_wrapper.balancer out')
    options['type'] = forms[cls]


def use_multi_task_defaults(cfg: Config) -> None:
    """Set what mmengine would not: constructor of parameter groups, checkpoint hook.

    A constructor that the config names works inside ours; a checkpoint hook of its own stays.
    Where there is a balancer, see :func:`use_balancing_wrapper`.
    """
    use_balancing_wrapper(cfg)
    if is_multi_task(cfg.model) and 'optim_wrapper' in cfg:
        ours, named = 'mmmtl.MultiTaskOptimWrapperConstructor', cfg.optim_wrapper.get('constructor')
        if named not in (ours, ours.partition('.')[2]):
            cfg.optim_wrapper.constructor = ours
            if named:
                section(cfg.optim_wrapper, 'paramwise_cfg')['constructor'] = named
    use_instead(cfg, 'checkpoint', 'CheckpointHook', 'mmmtl.AtomicCheckpointHook')


def use_instead(cfg: Config, name: str, host: str, ours: str) -> None:
    """Take a hook of ours instead of a default one of mmengine; another, or none, stays.

    Args:
        cfg: changed in place.
        name: of the default hook, as in ``default_hooks``.
        host: type of mmengine's.
        ours: type of ours, which takes the same arguments.
    """
    hooks = section(cfg, 'default_hooks')
    hook = hooks.get(name, dict(type=host))
    if hook and hook.get('type') == host:
        hooks[name] = dict(hook, type=ours)


def use_visualization(cfg: Config, show_dir: str | None, show: bool, wait_time: float) -> None:
    """Draw every test frame, into ``show_dir`` or a window.

    mmseg's visualizer, which draws one task and stops at frames that are scored at the input's
    size, gives way to ours where the model is our segmentor.

    Raises:
        ValueError: The config has no visualizer.
    """
    if not cfg.get('visualizer'):
        raise ValueError('--show and --show-dir need a `visualizer` in the config, such as '
                         "visualizer=dict(type='mmmtl.MultiTaskLocalVisualizer', "
                         "vis_backends=[dict(type='LocalVisBackend')])")
    if is_multi_task(cfg.get('model') or {}) and cfg.visualizer.get('type') in (
            'SegLocalVisualizer', 'mmseg.SegLocalVisualizer', SegLocalVisualizer):
        cfg.visualizer['type'] = 'mmmtl.MultiTaskLocalVisualizer'
    hooks = section(cfg, 'default_hooks')
    hook = dict(dict(type='SegVisualizationHook', interval=1), **hooks.get('visualization', {}))
    hook['draw'] = True
    if show:
        hook.update(show=True, wait_time=wait_time)
    hooks['visualization'] = hook
    if show_dir:
        cfg.visualizer['save_dir'] = show_dir
        if not cfg.visualizer.get('vis_backends'):
            cfg.visualizer['vis_backends'] = [dict(type='LocalVisBackend')]


def is_multi_task(model: ConfigDict) -> bool:
    """Whether a model's config is of our segmentor."""
    return str(model.get('type', '')).rpartition('.')[2] == 'MultiTaskSegmentor'


def use_tta(cfg: Config) -> None:
    """Wrap the model for augmentation at test time, by a wrapper that merges all its tasks.

    Scales are shares of the test pipeline's size (:func:`scale_from_test`).

    Raises:
        ValueError: The config says nothing of it.
    """
    missing = [key for key in ('tta_model', 'tta_pipeline') if not cfg.get(key)]
    if missing:
        raise ValueError(f"--tta: the config has no {' and no '.join(missing)}")
    merges_one = cfg.tta_model.get('type') in ('SegTTAModel', 'mmseg.SegTTAModel')
    if merges_one and is_multi_task(cfg.model):
        cfg.tta_model.type = 'mmmtl.MultiTaskTTAModel'
    if is_multi_task(cfg.model):  # the host's models are tested as the host does
        cfg.tta_pipeline = scale_from_test(
            cfg.tta_pipeline, pipeline_of(cfg.test_dataloader.dataset))
    cfg.test_dataloader.dataset.pipeline = cfg.tta_pipeline
    cfg.tta_model.module = cfg.model
    cfg.model = cfg.tta_model
