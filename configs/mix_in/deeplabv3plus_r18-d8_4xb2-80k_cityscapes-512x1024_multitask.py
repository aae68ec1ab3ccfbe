_base_ = [
    'mmseg::deeplabv3plus/deeplabv3plus_r18-d8_4xb2-80k_cityscapes-512x1024.py',
    '../_base_/mix_in/cityscapes.py'
]
_base_.multi_task.into(_base_)  # data sets, evaluators, visualizer: see README.md
model = dict(
    type='mmmtl.MultiTaskSegmentor',
    data_preprocessor=dict(type='mmmtl.MultiTaskDataPreProcessor'),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'))
