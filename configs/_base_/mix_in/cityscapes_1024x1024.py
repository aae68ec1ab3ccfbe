# As cityscapes.py, for published configs with crops of 1024 x 1024
_base_ = './cityscapes.py'
for transform in _base_.multi_task.train_dataloader.dataset.pipeline:
    if transform.type == 'RandomCrop':
        transform.crop_size = (1024, 1024)
del transform
