_base_ = [
    'mmseg::segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024.py',
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
