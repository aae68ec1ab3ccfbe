"""What may stand in the parts of a config that no class describes, and whose class is where."""

import inspect
from collections.abc import Mapping

from mmengine.registry import (
    LOG_PROCESSORS,
    LOOPS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    VISBACKENDS,
    WEIGHT_INITIALIZERS,
    Registry,
)
from mmengine.runner import Runner

from mmmtl import registry as ours

#: keys that a runner reads, and those that tools, mmengine and mmseg read beside it
TOP_LEVEL = frozenset({*inspect.signature(Runner.__init__).parameters} - {'self', 'cfg'} | {
    'runner_type', 'custom_imports', 'tta_model', 'tta_pipeline', 'train_pipeline',
    'val_pipeline', 'test_pipeline'})

#: the registry of what stands at a key and below, until another key says otherwise
REGISTRIES: Mapping[str, Registry] = {
    'model': ours.MODELS, 'data_preprocessor': ours.MODELS, 'tta_model': ours.MODELS,
    'loss_weighting': ours.WEIGHTINGS, 'balancer': ours.BALANCERS,
    'init_cfg': WEIGHT_INITIALIZERS,
    'dataset': ours.DATASETS, 'datasets': ours.DATASETS, 'pipeline': ours.TRANSFORMS,
    'transforms': ours.TRANSFORMS, 'plain_pipeline': ours.TRANSFORMS,
    'tta_pipeline': ours.TRANSFORMS, 'sampler': ours.DATA_SAMPLERS,
    'batch_sampler': ours.DATA_SAMPLERS,
    'optim_wrapper': ours.OPTIM_WRAPPERS, 'optimizer': OPTIMIZERS,
    'param_scheduler': PARAM_SCHEDULERS,
    'val_evaluator': ours.METRICS, 'test_evaluator': ours.METRICS,
    'default_hooks': ours.HOOKS, 'custom_hooks': ours.HOOKS,
    'visualizer': ours.VISUALIZERS, 'vis_backends': VISBACKENDS,
    'train_cfg': LOOPS, 'val_cfg': LOOPS, 'test_cfg': LOOPS, 'log_processor': LOG_PROCESSORS,
}

#: defaults of ``type``, where mmengine has one
DEFAULT_TYPES = {
    'optim_wrapper': 'OptimWrapper', 'visualizer': 'Visualizer', 'log_processor': 'LogProcessor',
}

_LOADER = (
    'dataset', 'sampler', 'batch_sampler', 'collate_fn', 'batch_size', 'num_workers', 'shuffle',
    'pin_memory', 'drop_last', 'timeout', 'worker_init_fn', 'prefetch_factor', 'generator',
    'multiprocessing_context', 'persistent_workers', 'pin_memory_device', 'num_batch_per_epoch')
_MULTIPLIERS = ('lr_mult', 'decay_mult')
_WRAPPER = ('optimizer', 'constructor', 'paramwise_cfg', 'clip_grad', 'accumulative_counts',
            'dtype', 'loss_scale', 'balancer', 'level', 'shared', 'non_finite', 'log_interval')

#: keys of dicts without a class, by where they stand (``*`` is any one name), and what a class
#: does not say itself because something else takes it out first
FREE: Mapping[str, tuple[str, ...]] = {
    'train_dataloader': _LOADER, 'val_dataloader': _LOADER, 'test_dataloader': _LOADER,
    'train_cfg': ('by_epoch', 'max_epochs', 'max_iters', 'val_begin', 'val_interval',
                  'dynamic_intervals'),
    'optim_wrapper': _WRAPPER,
    'optim_wrapper.clip_grad': ('max_norm', 'norm_type', 'error_if_nonfinite', 'clip_value'),
    'optim_wrapper.paramwise_cfg': (
        'custom_keys', 'bias_lr_mult', 'bias_decay_mult', 'norm_decay_mult', 'flat_decay_mult',
        'dwconv_decay_mult', 'dcn_offset_lr_mult', 'bypass_duplicate', 'force_default_settings',
        'num_layers', 'decay_rate', 'decay_type', 'weighting_lr', 'constructor', *_MULTIPLIERS),
    'optim_wrapper.paramwise_cfg.custom_keys.*': _MULTIPLIERS,
    'default_hooks': ('runtime_info', 'timer', 'sampler_seed', 'logger', 'param_scheduler',
                      'checkpoint', 'visualization'),
    'env_cfg': ('cudnn_benchmark', 'mp_cfg', 'dist_cfg', 'resource_limit'),
    'env_cfg.mp_cfg': ('mp_start_method', 'opencv_num_threads'),
    'randomness': ('seed', 'diff_rank_seed', 'deterministic'),
    'auto_scale_lr': ('enable', 'base_batch_size'),
    'custom_imports': ('imports', 'allow_failed_imports'),
    'model.test_cfg': ('mode', 'crop_size', 'stride', 'scale_factor', 'subdivision_steps'),
    'model.train_cfg': ('sampler',),
}

#: of a data set, wherever it stands
METAINFO = ('classes', 'palette', 'thing_classes', 'field_classes', 'label_map',
            'reduce_zero_label')

#: constructors of optimizer wrappers whose ``paramwise_cfg`` is known
CONSTRUCTORS = frozenset({
    'DefaultOptimWrapperConstructor', 'MultiTaskOptimWrapperConstructor',
    'LearningRateDecayOptimizerConstructor', 'LayerDecayOptimizerConstructor'})

_LOADERS = 'train_dataloader'
#: keys that stand below another one, and nothing reads at the top level: where they belong
ELSEWHERE: Mapping[str, str] = {
    'balancer': 'optim_wrapper.balancer', 'optimizer': 'optim_wrapper.optimizer',
    'clip_grad': 'optim_wrapper.clip_grad', 'paramwise_cfg': 'optim_wrapper.paramwise_cfg',
    'accumulative_counts': 'optim_wrapper.accumulative_counts',
    **{name: f'model.{name}' for name in (
        'loss_weighting', 'task_heads', 'backbone', 'decode_head', 'auxiliary_head', 'neck',
        'instance_clustering', 'unlabelled_tasks', 'normalise')},
    **{name: f'{_LOADERS}.{name}' for name in (
        'batch_size', 'num_workers', 'sampler', 'dataset', 'drop_last')},
    **{name: f'train_cfg.{name}' for name in ('max_iters', 'max_epochs', 'val_interval')},
    **{name: f'optim_wrapper.optimizer.{name}' for name in ('lr', 'weight_decay', 'momentum')},
    'epochs': 'train_cfg.max_epochs', 'iters': 'train_cfg.max_iters',
    'seed': 'randomness.seed', 'deterministic': 'randomness.deterministic',
    'save_best': 'default_hooks.checkpoint.save_best',
    'train_pipeline': f'{_LOADERS}.dataset.pipeline',
    'val_pipeline': 'val_dataloader.dataset.pipeline',
}
