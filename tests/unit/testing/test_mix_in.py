import mmseg
import pytest
from mmengine.config import ConfigDict

from mmmtl.testing.mix_in import (
    architecture_key,
    load_model_cfg,
    multi_task_cfg,
    published_configs,
)


def test_finds_the_published_configs() -> None:
    assert 'fcn/fcn_r50-d8_4xb2-40k_cityscapes-512x1024' in published_configs()


def test_finding_none_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(mmseg, '__file__', str(tmp_path / 'mmseg' / '__init__.py'))
    with pytest.raises(FileNotFoundError, match='no configs in .*reinstall'):
        published_configs()


def test_nothing_is_downloaded_and_three_tasks_are_added() -> None:
    path = published_configs()['fcn/fcn_r50-d8_4xb2-40k_cityscapes-512x1024']
    model, sizes = load_model_cfg(path)
    text = str(multi_task_cfg(model).to_dict())
    assert 'SyncBN' not in text and 'open-mmlab://' not in text and 'Pretrained' not in text
    assert sizes == [(64, 64), (256, 256), (448, 448), (512, 1024)]
    assert multi_task_cfg(model).type == 'mmmtl.MultiTaskSegmentor'
    assert model.type == 'EncoderDecoder'  # the host's own is left as it was


def test_configs_share_a_key_if_only_classes_and_schedule_differ() -> None:
    def key(**head) -> str:
        return architecture_key(ConfigDict(type='X', decode_head=dict(type='FCNHead', **head)))

    assert key(num_classes=19) == key(num_classes=150)
    assert key(num_classes=19, channels=64) != key(num_classes=19, channels=128)
