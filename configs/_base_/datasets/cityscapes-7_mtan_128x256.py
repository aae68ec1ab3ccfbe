# Cityscapes as in MTAN (Liu et al., CVPR 2019), from the official files: 7 classes and inverse
# depth at 128 x 256, scored there (pixels of the reduced image), batches of 8, the augmentation of
# the authors' repository (the paper had none: leave `augmentation` out).
dataset_type = 'mmmtl.CityscapesMultiTaskDataset'
data_root = 'data/cityscapes/'
pack = dict(type='mmmtl.PackMultiTaskInputs')
input_frame = [
    dict(type='LoadImageFromFile'),
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadDisparity'),
    dict(type='Resize', scale=(256, 128)),
    dict(type='mmmtl.RepairUnits'),
    dict(type='mmmtl.ScoreAtInputSize'),
]
augmentation = [  # RandomScaleCrop: a zoom by s, then a cut of the input's size; disparity * s
    dict(type='RandomChoiceResize', scales=[(256, 128), (307, 154), (384, 192)]),
    dict(type='mmmtl.RepairUnits'),
    dict(type='RandomCrop', crop_size=(128, 256)),
    dict(type='RandomFlip', prob=0.5),
]
train_pipeline = [*input_frame, *augmentation, pack]
test_pipeline = [*input_frame, pack]
train_dataloader = dict(
    batch_size=8,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='train', num_classes=7, cache=True,
        pipeline=train_pipeline))  # 0.3 MB a frame in every worker
val_dataloader = dict(
    batch_size=8,  # per-batch errors depend on it
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type, data_root=data_root, split='val', num_classes=7, cache=True,
        pipeline=test_pipeline))
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='mmmtl.SemanticIoUMetric', prefix='semantic', per_image=True),
    # min_depth: the authors' masks leave 0, and so the sky, out of the scores
    dict(type='mmmtl.DepthMetric', kind='inverse', prefix='depth', per_batch=True, min_depth=1e-6),
]
test_evaluator = val_evaluator
