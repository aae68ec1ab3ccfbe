# Nekrasov et al. (ICRA 2019): MobileNetV2, light-weight RefineNet, a depthwise head for each task;
# semantics by cross-entropy, depth by berHu, weights 0.5 and 0.5.
init_cfg = dict(type='Normal', layer='Conv2d', std=0.01)  # of all that is not pretrained
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(
        type='mmmtl.MultiTaskDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True),
    backbone=dict(type='mmmtl.ExpandedMobileNetV2', out_indices=(1, 2, 3, 4, 5, 6)),
    neck=dict(
        type='mmmtl.LightWeightRefineNet',
        in_channels=[24, 32, 64, 96, 160, 320],
        maps_per_level=(1, 1, 2, 2),
        init_cfg=init_cfg),
    decode_head=dict(
        type='mmmtl.DepthwiseHead',
        in_channels=256,
        num_classes=40,
        loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
        init_cfg=init_cfg),
    task_heads=dict(
        depth=dict(type='mmmtl.DepthHead', loss_decode=dict(type='mmmtl.BerHuLoss'))),
    loss_weighting=dict(type='mmmtl.FixedWeighting', weights=dict(semantic=0.5, depth=0.5)),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
