_base_ = [
    'mmseg::pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes.py',
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
