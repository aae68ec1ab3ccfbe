# Cityscapes at 128 x 256, as in Kendall's ablation: errors are pixels of the reduced image.
# Rendered street scenes: the same with another data_root.
_base_ = ['./cityscapes_multitask.py']
input_frame = [
    dict(type='LoadImageFromFile'),
    dict(type='mmmtl.LoadSemanticLabels'),
    dict(type='mmmtl.LoadInstanceIds'),
    dict(type='mmmtl.LoadDisparity'),
    dict(type='Resize', scale=(256, 128)),
    dict(type='mmmtl.RepairUnits'),
    dict(type='mmmtl.ScoreAtInputSize'),
]
train_pipeline = [
    *input_frame,
    dict(type='RandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
    dict(type='mmmtl.GenerateInstanceVectors'),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
test_pipeline = [
    *input_frame,
    dict(type='mmmtl.GenerateInstanceVectors'),
    dict(type='mmmtl.PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=4,
    dataset=dict(cache=True, pipeline=train_pipeline))  # 0.4 MB a frame in every worker
val_dataloader = dict(batch_size=4, dataset=dict(cache=True, pipeline=test_pipeline))
test_dataloader = val_dataloader
tta_pipeline = None  # truth and prediction are compared at the size of the input here
