"""The mix-in beside published configs: sizes stay, and what is assigned is merged."""

import pytest
from mmengine.config import Config

from mmmtl.apis import load_config
from mmmtl.datasets import check_pipeline
from mmmtl.registry import DATASETS
from mmmtl.testing.mix_in import published_configs

TEXT = """_base_ = ['mmseg::HOST.py', 'ROOT/configs/_base_/mix_in/cityscapes.py']
_base_.multi_task.into(_base_)
train_dataloader = dict(batch_size=4, dataset=dict(data_root='/data/cityscapes'))
"""
HOSTS = {
    'deeplabv3/deeplabv3_r50-d8_4xb2-40k_cityscapes-769x769': (769, 769),
    'segformer/segformer_mit-b0_8xb1-160k_cityscapes-1024x1024': (1024, 1024),
    'deeplabv3/deeplabv3_r101-d8_4xb2-80k_cityscapes-512x1024': (512, 1024),
    'cgnet/cgnet_fcn_4xb4-60k_cityscapes-680x680': (680, 680),
    'pidnet/pidnet-s_2xb6-120k_1024x1024-cityscapes': (1024, 1024),
    'mask2former/mask2former_r50_8xb2-90k_cityscapes-512x1024': (512, 1024),
}


def write(folder, root, host, text=TEXT):
    path = folder / 'user.py'
    path.write_text(text.replace('HOST', host).replace('ROOT', str(root)))
    return path


@pytest.mark.parametrize('host', HOSTS)
def test_sizes_stay_and_assignments_are_merged(host, tmp_path, repo_root):
    cfg = Config.fromfile(write(tmp_path, repo_root, host))
    published = Config.fromfile(published_configs()[host])
    loader = cfg.train_dataloader
    assert loader.batch_size == 4 and loader.num_workers == published.train_dataloader.num_workers
    assert loader.dataset.data_root == '/data/cityscapes' and loader.dataset.split == 'train'
    for stage in ('train', 'val', 'test'):
        dataset = cfg[f'{stage}_dataloader'].dataset
        assert DATASETS.get(dataset.type).__name__ == 'CityscapesMultiTaskDataset'
        check_pipeline(dataset.pipeline)
        theirs = published[f'{stage}_dataloader'].dataset.pipeline
        found, wanted = ([dict(step) for step in steps if not any(
            word in step['type'] for word in ('Load', 'Pack', 'mmmtl'))]
            for steps in (dataset.pipeline, theirs))
        assert found == wanted
    crop, = (step.crop_size for step in loader.dataset.pipeline if step.type == 'RandomCrop')
    assert tuple(crop) == HOSTS[host]
    assert [metric.prefix for metric in cfg.val_evaluator] == ['semantic', 'instance', 'depth']
    assert cfg.pretty_text  # a runner dumps it


def test_the_forgotten_line(tmp_path, repo_root):
    text = TEXT.replace('_base_.multi_task.into(_base_)\n', '')
    path = write(tmp_path, repo_root, next(iter(HOSTS)), text)
    with pytest.raises(ValueError, match=r'no line _base_.multi_task.into\(_base_\)'):
        load_config(str(path))


def test_the_former_line(tmp_path, repo_root):
    text = TEXT.replace('_base_.multi_task.into(_base_)',
                        "globals().update(_base_.pop('multi_task'))").partition('train_data')[0]
    cfg = load_config(str(write(tmp_path, repo_root, next(iter(HOSTS)), text)))
    assert cfg.train_dataloader.dataset.split == 'train' and 'into' not in cfg
