"""A whole config that trains in seconds: three tasks, toy frames, a tiny network."""

from pathlib import Path

from .toy_cityscapes import make_toy_cityscapes

CONFIG = """
_base_ = 'CONFIGS/_base_/datasets/cityscapes_multitask_128x256.py'
default_scope = 'mmseg'
custom_imports = dict(imports=['mmmtl'])
norm_cfg = dict(type='BN', requires_grad=True)
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor', mean=[127.] * 3,
                           std=[128.] * 3, bgr_to_rgb=True),
    backbone=dict(type='ResNetV1c', depth=18, base_channels=4, norm_cfg=norm_cfg),
    decode_head=dict(type='FCNHead', in_channels=32, in_index=3, channels=4, num_convs=1,
                     num_classes=19, norm_cfg=norm_cfg),
    auxiliary_head=dict(type='FCNHead', in_channels=16, in_index=2, channels=4, num_convs=1,
                        num_classes=19, norm_cfg=norm_cfg),
    task_heads=dict(instance=dict(type='mmmtl.InstanceVectorHead'),
                    depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting', init=0.5),
    train_cfg=dict(), test_cfg=dict(mode='whole'))
data = dict(data_root='DATA')
train_dataloader = dict(batch_size=2, num_workers=0, persistent_workers=False, dataset=data)
val_dataloader = dict(batch_size=2, num_workers=0, persistent_workers=False, dataset=data)
test_dataloader = val_dataloader
train_cfg = dict(type='IterBasedTrainLoop', max_iters=8, val_interval=100)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.01),
                     clip_grad=dict(max_norm=10.))
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1),
    checkpoint=dict(type='CheckpointHook', by_epoch=False, interval=4, max_keep_ckpts=1,
                    save_best='depth/mae'))
visualizer = dict(type='SegLocalVisualizer', vis_backends=[dict(type='LocalVisBackend')])
log_processor = dict(by_epoch=False)
"""


def write_toy_config(folder: Path, configs: Path) -> Path:
    """Write ``toy.py``, which trains eight steps, and its frames.

    Args:
        folder: to write into.
        configs: the folder ``configs`` of this repository.

    Returns:
        The config file.
    """
    make_toy_cityscapes(folder / 'data', frames=2, size=(64, 128))
    path = folder / 'toy.py'
    path.write_text(CONFIG.replace('CONFIGS', str(configs)).replace('DATA', str(folder / 'data')))
    return path
