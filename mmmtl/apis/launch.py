"""The steps that ``tools/train.py`` and ``tools/test.py`` share."""

import argparse
import os

from mmengine.config import Config, DictAction
from mmengine.device import get_device
from mmengine.runner import Runner
from mmseg.registry import RUNNERS

from mmmtl.apis.added_hooks import add_hooks
from mmmtl.apis.checkpoint import check_checkpoint_file, find_checkpoint_to_resume
from mmmtl.apis.config import (
    enable_amp,
    load_config,
    set_work_dir,
    use_instead,
    use_multi_task_defaults,
    use_tta,
    use_visualization,
)
from mmmtl.apis.devices import prepare_device
from mmmtl.apis.metrics import check_evaluators
from mmmtl.apis.score_rules import use_score_rules
from mmmtl.apis.strategies import check_strategy
from mmmtl.apis.submission import use_submission


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add the config and the options that training and testing share, as mmseg has them."""
    parser.add_argument('config', help='a path, or mmmtl::FOLDER/NAME.py, mmseg::FOLDER/NAME.py')
    parser.add_argument(
        '--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE',
        help='settings to change, as in train_dataloader.batch_size=2 key="[(a,b),(c,d)]"')
    parser.add_argument(
        '--launcher', choices=['none', 'pytorch', 'slurm', 'mpi'], default='none',
        help='how processes are started; tools/dist_*.sh and tools/slurm_*.sh set it')
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)


def build_train_runner(args: argparse.Namespace) -> Runner:
    """Build the runner of ``tools/train.py``; call ``train()`` on it."""
    cfg = _load(args)
    if args.amp:
        enable_amp(cfg, get_device())
    check_strategy(cfg, get_device())
    use_multi_task_defaults(cfg)
    use_score_rules(cfg)
    cfg.resume = args.resume
    if args.resume:
        _choose_checkpoint_to_resume(cfg, 'load_from' in (args.cfg_options or {}))
    prepare_device(cfg, args.launcher)
    if not cfg.resume and cfg.get('load_from'):
        check_checkpoint_file(cfg.load_from, 'load_from')
    add_hooks(cfg, 'train')
    return _build(cfg)


def build_test_runner(args: argparse.Namespace) -> Runner:
    """Build the runner of ``tools/test.py``; call ``test()`` on it."""
    cfg = _load(args)
    check_checkpoint_file(args.checkpoint)
    cfg.load_from, cfg.resume = args.checkpoint, False
    if args.show or args.show_dir:
        use_visualization(cfg, args.show_dir, args.show, args.wait_time)
    use_instead(cfg, 'logger', 'LoggerHook', 'mmmtl.ScoreLoggerHook')
    add_hooks(cfg, 'test', out=None if args.format_only else args.out)
    if args.tta:
        use_tta(cfg)
    if args.format_only:
        use_submission(cfg, args.out)
    prepare_device(cfg, args.launcher)
    return _build(cfg)


def _load(args: argparse.Namespace) -> Config:
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    cfg = load_config(args.config, args.cfg_options)
    set_work_dir(cfg, args.config, args.work_dir)
    return cfg


def _choose_checkpoint_to_resume(cfg: Config, named: bool) -> None:
    """Set ``load_from`` to the run's newest checkpoint, unless the command line names one.

    The config's own ``load_from`` is where the run once began.
    """
    if named:
        check_checkpoint_file(cfg.load_from)
        return
    found = find_checkpoint_to_resume(cfg.work_dir)
    cfg.resume = found is not None
    if found:
        cfg.load_from = found
    else:
        print(f'--resume: no checkpoint in {cfg.work_dir}, training from the start', flush=True)


def _build(cfg: Config) -> Runner:
    runner = RUNNERS.build(cfg) if 'runner_type' in cfg else Runner.from_cfg(cfg)
    evaluators = {key: cfg.get(key) for key in ('val_evaluator', 'test_evaluator')}
    check_evaluators(runner.model, evaluators)
    return runner
