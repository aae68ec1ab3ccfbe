# Nekrasov et al. (ICRA 2019), semantics of 40 classes and metric depth on one encoder.
_base_ = [
    '../_base_/models/lw-refinenet_mbv2.py', '../_base_/datasets/nyuv2-40_512x512.py',
    '../_base_/default_runtime.py', '../_base_/schedules/nekrasov_sgd.py'
]
model = dict(data_preprocessor=dict(size=_base_.crop_size))
log_processor = dict(by_epoch=True)
