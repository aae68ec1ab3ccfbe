# MTAN on a wide network, ten data sets (Liu et al., section 4.3). First stage: 300 epochs.
_base_ = ['../_base_/datasets/visual_decathlon_72x72.py', '../_base_/default_runtime.py']
head = dict(type='mmmtl.ImageClassificationHead', in_channels=256)
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),  # normalised by data set
    backbone=dict(type='mmmtl.MTANWideResNet', depth=28, widen_factor=4),
    decode_head=dict(field='imagenet12', num_classes=1000, **head),
    task_heads=dict(
        aircraft=dict(num_classes=100, **head),
        cifar100=dict(num_classes=100, **head),
        daimlerpedcls=dict(num_classes=2, **head),
        dtd=dict(num_classes=47, **head),
        gtsrb=dict(num_classes=43, **head),
        omniglot=dict(num_classes=1623, **head),
        svhn=dict(num_classes=10, **head),
        ucf101=dict(num_classes=101, **head),
        vgg_flowers=dict(num_classes=102, **head)),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-5))
param_scheduler = dict(type='StepLR', step_size=50, gamma=0.5)
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=300, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=100),
    checkpoint=dict(type='CheckpointHook', interval=5, max_keep_ckpts=1))
log_processor = dict(by_epoch=True)
