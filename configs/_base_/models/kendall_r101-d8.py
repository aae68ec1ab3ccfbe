# Kendall et al. (CVPR 2018): DeepLabV3 encoder of stride 8, ASPP shared by three decoders.
norm_cfg = dict(type='SyncBN', requires_grad=True)
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(
        type='mmmtl.MultiTaskDataPreProcessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True),
    pretrained='open-mmlab://resnet101_v1c',
    backbone=dict(
        type='ResNetV1c',
        depth=101,
        num_stages=4,
        out_indices=(3, ),
        dilations=(1, 1, 2, 4),
        strides=(1, 2, 1, 1),
        norm_cfg=norm_cfg,
        norm_eval=False,
        style='pytorch',
        contract_dilation=True),
    neck=dict(
        type='mmmtl.ASPPNeck',
        in_channels=2048,
        channels=256,
        dilations=(1, 12, 24, 36),
        norm_cfg=norm_cfg),
    decode_head=dict(
        type='FCNHead',
        in_channels=256,
        in_index=0,
        channels=256,
        num_convs=1,
        concat_input=False,
        dropout_ratio=0,
        norm_cfg=norm_cfg,
        num_classes=19,
        loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True)),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
