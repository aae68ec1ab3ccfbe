# Liu et al. (MTAN, CVPR 2019): Adam at 1e-4, halved half-way; the means over the last ten epochs
# are the result. 200 epochs of NYUv2 in batches of 2 are the paper's 80k steps (for Cityscapes in
# batches of 8 these are 215). A run of another length needs max_epochs and the milestone changed
# together, and log_processor = dict(by_epoch=True) stands in the config that inherits.
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='Adam', lr=1e-4),
    constructor='mmmtl.MultiTaskOptimWrapperConstructor')
param_scheduler = [dict(type='MultiStepLR', milestones=[100], gamma=0.5, by_epoch=True)]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=200, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50, log_metric_by_epoch=True),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(type='CheckpointHook', by_epoch=True, interval=1, max_keep_ckpts=1),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    visualization=dict(type='SegVisualizationHook'))
custom_hooks = [dict(type='mmmtl.LastEpochsMeanHook', number=10)]
