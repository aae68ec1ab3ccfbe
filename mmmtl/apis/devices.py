"""What a run on CPUs needs set otherwise than on GPUs."""

import os
from datetime import timedelta
from typing import Any

import torch.distributed as dist
from mmengine.config import Config
from mmengine.device import get_device

from mmmtl.apis.config import section
from mmmtl.utils.threads import use_free_cores


def prepare_device(cfg: Config, launcher: str) -> None:
    """Prepare threads and, with a launcher, the processes' backend, where there is no accelerator.

    mmengine starts process groups and wraps models for GPUs only. On CPUs the group is started
    here, with gloo, which the runner then finds; the wrapper gets no device, and SyncBN, which
    torch has not on CPUs, becomes BN.

    Raises:
        ValueError: ``launcher`` cannot run on CPUs.
    """
    cfg.launcher = launcher
    if launcher == 'slurm' and 'SLURM_JOB_ID' in os.environ:
        os.environ.setdefault('MASTER_PORT', str(slurm_port(os.environ['SLURM_JOB_ID'])))
    if get_device() != 'cpu':
        return
    if launcher == 'none':
        use_free_cores()
        return
    if launcher != 'pytorch':
        raise ValueError(f'--launcher {launcher}: without GPUs only `pytorch` works '
                         '(tools/dist_train.sh, tools/dist_test.sh)')
    use_free_cores(int(os.environ.get('LOCAL_WORLD_SIZE', '1')))
    dist_cfg = section(section(cfg, 'env_cfg'), 'dist_cfg')
    dist_cfg['backend'] = 'gloo'
    if not dist.is_initialized():
        dist.init_process_group('gloo', timeout=timedelta(seconds=dist_cfg.get('timeout', 1800)))
    wrapper = cfg.get('model_wrapper_cfg') or dict(
        type='MMDistributedDataParallel', broadcast_buffers=False,
        find_unused_parameters=cfg.get('find_unused_parameters', False))
    cfg.model_wrapper_cfg = dict(wrapper, device_ids=None)
    cfg.sync_bn = None
    replace_sync_bn(cfg.model)


def leave_group() -> None:
    """End the process group, if there is one, when all processes have done their work.

    A process that ends while its threads still hold the group may abort, and a launcher then takes
    a finished training for a failed one.
    """
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


def slurm_port(job_id: str) -> int:
    """Return the port at which the processes of a Slurm job meet: alike in all of them.

    mmengine takes 29500 for every job, so that two on a node clash. Jobs whose ids differ by less
    than 20000 get different ports, all from 10000 to 29999: below those that Linux hands out.

    Args:
        job_id: ``SLURM_JOB_ID``, a whole number.

    Raises:
        ValueError: it is none.
    """
    if not (job_id.isascii() and job_id.isdigit()):
        raise ValueError(f'SLURM_JOB_ID={job_id!r} is not a whole number, so no port can be made '
                         'of it; set MASTER_PORT')
    return 10000 + int(job_id) % 20000


def replace_sync_bn(node: Any) -> None:
    """Turn every ``type='SyncBN'`` in a tree of dicts and lists into ``'BN'``, in place."""
    if isinstance(node, dict):
        if node.get('type') in ('SyncBN', 'MMSyncBN', 'SyncBatchNorm'):
            node['type'] = 'BN'
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for child in node:
            replace_sync_bn(child)
