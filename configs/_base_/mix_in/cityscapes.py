# Cityscapes with all tasks to stand beside a published config. mmengine refuses two bases that
# share a key, and every published config has dataloaders: so all is under one key, which the
# config that inherits mixes in by `_base_.multi_task.into(_base_)`. Data sets and evaluators
# replace the published ones; sizes, augmentation, batch size, workers and samplers stay.
_base_ = '../datasets/cityscapes_multitask.py'
from mmmtl.utils.mix_in import mix_in  # noqa: E402 (mmengine wants `_base_` first)

multi_task = dict(
    into=mix_in,
    train_dataloader=dict(dataset=dict(_delete_=True, **_base_.train_dataloader.dataset)),
    val_dataloader=dict(dataset=dict(_delete_=True, **_base_.val_dataloader.dataset)),
    test_dataloader=dict(dataset=dict(_delete_=True, **_base_.test_dataloader.dataset)),
    val_evaluator=_base_.val_evaluator,
    test_evaluator=_base_.test_evaluator,
    tta_pipeline=_base_.tta_pipeline,
    tta_model=dict(type='mmmtl.MultiTaskTTAModel'),
    visualizer=dict(type='mmmtl.MultiTaskLocalVisualizer'),
    custom_imports=dict(imports=['mmmtl']))
_base_.clear()  # of the keys that published configs have too
