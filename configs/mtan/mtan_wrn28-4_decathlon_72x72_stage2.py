# Second stage of the authors' schedule: 100 epochs more without ImageNet, at a tenth of the rate.
# load_from: the last checkpoint of the first stage. ImageNet is then scored with that one.
_base_ = './mtan_wrn28-4_decathlon_72x72.py'
train_dataloader = dict(dataset=dict(domains=[
    'aircraft', 'cifar100', 'daimlerpedcls', 'dtd', 'gtsrb', 'omniglot', 'svhn', 'ucf101',
    'vgg-flowers']))
model = dict(unlabelled_tasks=['imagenet12'])
optim_wrapper = dict(optimizer=dict(lr=0.01))
train_cfg = dict(max_epochs=100)
load_from = 'work_dirs/mtan_wrn28-4_decathlon_72x72/epoch_300.pth'
