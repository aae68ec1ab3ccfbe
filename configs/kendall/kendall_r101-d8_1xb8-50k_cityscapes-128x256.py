# The paper's ablation on small Cityscapes frames (Table 1): learned weights.
_base_ = [
    '../_base_/models/kendall_r101-d8.py', '../_base_/datasets/cityscapes_multitask_128x256.py',
    '../_base_/default_runtime.py', '../_base_/schedules/kendall_sgd.py'
]
train_dataloader = dict(batch_size=8)
param_scheduler = [dict(type='PolyLR', power=0.9, by_epoch=False, begin=0, end=50000)]
train_cfg = dict(type='IterBasedTrainLoop', max_iters=50000, val_interval=5000)
