"""What of a published config is replaced by one's own, what stays, what is refused."""

from pathlib import Path

import mmseg
import pytest
from mmengine.config import Config

from mmmtl.apis.config import load_config
from mmmtl.datasets import check_pipeline

ARGUMENTS = dict(data_root='mine', classes=('floor', 'box'))


def config(folder: Path, root: Path, host: str, below: str = '', **arguments: object) -> Config:
    """A user's config over a published one."""
    given = ', '.join(f'{name}={value!r}' for name, value in (ARGUMENTS | arguments).items())
    path = folder / 'mine.py'
    path.write_text(f"_base_ = ['mmseg::{host}.py', '{root}/configs/_base_/mix_in/own.py']\n"
                    f'_base_.multi_task.into(_base_, {given})\n{below}\n')
    return load_config(str(path))


ADE = 'segnext/segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512'
SLIDE = 'setr/setr_vit-l_mla_8xb1-80k_cityscapes-768x768'
CITYSCAPES = 'stdc/stdc1_4xb12-80k_cityscapes-512x1024'
RETINA = 'unet/unet-s5-d16_fcn_4xb4-40k_drive-64x64'


def names(pipeline: list) -> list[str]:
    return [step['type'].rpartition('.')[2] for step in pipeline]


def test_all_labels(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, ADE, thing_classes=('box', ), instances='inst', depth='z',
                 normals='n', size=(96, 160), depth_unit=1 / 256, img_suffix='.png', max_iters=1600)
    train, val, test = (cfg[f'{stage}_dataloader'].dataset for stage in ('train', 'val', 'test'))
    assert train.data_prefix == dict(img_path='images', seg_map_path='labels',
                                     instance_path='inst', depth_path='z', normal_path='n')
    assert train.part == (0.2, 1) and val.part == test.part == (0, 0.2)
    assert train.img_suffix == '.png' and train.metainfo.thing_classes == ('box', )
    assert names(train.pipeline) == [
        'LoadImageFromFile', 'LoadSemanticLabels', 'LoadInstanceIds', 'LoadDepth', 'LoadNormals',
        'RandomResize', 'RepairUnits', 'RandomCrop', 'RandomFlip', 'PhotoMetricDistortion',
        'GenerateInstanceVectors', 'PackMultiTaskInputs']
    check_pipeline(train.pipeline)
    assert train.pipeline[3].unit_16bit == 1 / 256 and train.pipeline[7].crop_size == (96, 160)
    assert cfg.test_pipeline == test.pipeline == val.pipeline
    assert test.pipeline[1] == dict(type='Resize', scale=(160, 96), keep_ratio=True)
    assert cfg.model.data_preprocessor.type == 'mmmtl.MultiTaskDataPreProcessor'
    assert cfg.model.data_preprocessor.size == cfg.crop_size == (96, 160)
    assert [metric.prefix for metric in cfg.val_evaluator] == [
        'semantic', 'instance', 'depth', 'normal']
    assert cfg.model.decode_head.num_classes == 2 and cfg.data_root == 'mine'
    assert cfg.train_cfg.max_iters == 1600 and cfg.train_cfg.val_interval == 160
    published = Config.fromfile(Path(_folder(), f'{ADE}.py'))
    for key in ('optim_wrapper', 'env_cfg', 'val_cfg'):
        assert {name: value for name, value in cfg[key].items() if name != '_scope_'} == (
            published[key])
    assert cfg.train_dataloader.batch_size == published.train_dataloader.batch_size
    assert cfg.pretty_text


def _folder() -> Path:
    return Path(mmseg.__file__).parent / '.mim' / 'configs'


def test_heads_of_all_kinds(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, CITYSCAPES)
    heads = [cfg.model.decode_head, *cfg.model.auxiliary_head]
    assert [head.num_classes for head in heads] == [2, 2, 2, 2]  # the last are boundaries
    assert {cfg[f'{s}_dataloader'].dataset.data_root for s in ('train', 'val', 'test')} == {'mine'}


def test_windows(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, SLIDE, size=(384, 576))
    assert cfg.model.test_cfg == dict(mode='slide', crop_size=(384, 576), stride=(256, 384))
    assert cfg.model.backbone.img_size == (384, 576)
    assert cfg.model.data_preprocessor.test_cfg == dict(size=(384, 576))


def test_published_sizes_stay(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, RETINA)
    published = Config.fromfile(Path(_folder(), f'{RETINA}.py'))
    crop, = (step for step in cfg.train_pipeline if step.type == 'RandomCrop')
    assert crop.crop_size == (64, 64)
    assert cfg.test_pipeline[1] == published.test_pipeline[1]
    assert cfg.train_dataloader.dataset.type == 'mmmtl.BaseMultiTaskDataset'  # not repeated


def test_what_is_assigned_below_wins(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, ADE, depth='z', below=(
        "train_dataloader = dict(batch_size=3, dataset=dict(data_prefix=dict(depth_path='other')))"
        '\nmodel = dict(decode_head=dict(num_classes=7))\ntrain_cfg = dict(max_iters=9)'))
    assert cfg.train_dataloader.batch_size == 3 and cfg.train_cfg.max_iters == 9
    assert cfg.train_dataloader.dataset.data_prefix == dict(
        img_path='images', seg_map_path='labels', depth_path='other')
    assert cfg.model.decode_head.num_classes == 7


def test_splits(tmp_path: Path, repo_root: Path) -> None:
    cfg = config(tmp_path, repo_root, ADE, split=dict(train='t.txt', val='v.txt'))
    assert cfg.train_dataloader.dataset.ann_file == 't.txt'
    cfg = config(tmp_path, repo_root, ADE, images='{split}/i', labels='{split}/l',
                 split=('a', 'b', 'c'))
    assert cfg.test_dataloader.dataset.data_prefix == dict(img_path='c/i', seg_map_path='c/l')


@pytest.mark.parametrize(('arguments', 'error', 'message'), [
    (dict(classes='floor'), TypeError, r"give names, such as classes=\('floor', 'box'\)"),
    (dict(classes=(1, 2)), TypeError, 'give names'),
    (dict(classes=()), ValueError, 'in the order of their labels'),
    (dict(classes=('a', 'b', 'a')), ValueError, r"\['a'\] are named twice"),
    (dict(thing_classes=('car', )), ValueError, r"thing_classes: \['car'\] are not among"),
    (dict(instances='inst'), ValueError, 'but no thing_classes'),
    (dict(depths='z'), TypeError, "no argument 'depths'; did you mean 'depth'"),
    (dict(ann_file='a.txt'), TypeError, "no argument 'ann_file'"),
    (dict(img_sufix='.png'), TypeError, "did you mean 'img_suffix'"),
    (dict(labels=None), ValueError, 'learns classes; name their folder'),
    (dict(depth_unit=1.), ValueError, 'no folder of depth'),
    (dict(size=256), ValueError, r'give \(height, width\)'),
    (dict(max_iters=0), ValueError, 'number of training iterations'),
    (dict(split=2.0), ValueError, 'between 0 and 1'),
])
def test_refused(tmp_path: Path, repo_root: Path, arguments: dict, error: type,
                 message: str) -> None:
    with pytest.raises(error, match=message):
        config(tmp_path, repo_root, ADE, **arguments)


def test_a_model_without_a_backbone_is_refused(tmp_path: Path, repo_root: Path) -> None:
    with pytest.raises(ValueError, match='is MultimodalEncoderDecoder, which has no backbone'):
        config(tmp_path, repo_root, 'san/san-vit-b16_coco-stuff164k-640x640')
