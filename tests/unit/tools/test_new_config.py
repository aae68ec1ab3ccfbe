"""From folders to a config that trains, or to a sentence."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmmtl.apis.config import load_config
from mmmtl.registry import DATASETS
from tools import new_config as tool

PUBLISHED = 'mmseg::segnext/segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512.py'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ten PNG images with labels 0 and 1, depth for half of them."""
    for name in ('img', 'masks', 'depth'):
        (tmp_path / 'mine' / name).mkdir(parents=True)
    for k in range(10):
        labels = np.zeros((8, 9 + k), np.uint8)
        labels[2] = 1
        for name, values in dict(img=np.zeros((8, 9 + k, 3), np.uint8), masks=labels).items():
            cv2.imwrite(str(tmp_path / f'mine/{name}/{k}.png'), values)
        if k % 2:
            cv2.imwrite(str(tmp_path / f'mine/depth/{k}_z.png'),
                        np.full((8, 9 + k), 1500, np.uint16))
    return tmp_path / 'mine'


def run(monkeypatch: pytest.MonkeyPatch, root: Path, *arguments: str) -> None:
    monkeypatch.setattr('sys.argv', ['new_config.py', '--data-root', str(root), '--workers', '1',
                                     *arguments])
    tool.main()


def test_a_config_that_loads(root: Path, monkeypatch: pytest.MonkeyPatch,
                             capsys: pytest.CaptureFixture, repo_root: Path) -> None:
    out = root / 'mine.py'
    run(monkeypatch, root, PUBLISHED, '--out', str(out), '--classes', 'floor', 'box', '--size',
        '64', '96', '--max-iters', '50')
    assert 'depth: 5 of 10 frames' in capsys.readouterr().out
    assert len(out.read_text().splitlines()) <= 20
    cfg = load_config(str(out))
    train, val = (DATASETS.build(cfg[f'{stage}_dataloader'].dataset) for stage in ('train', 'val'))
    assert (len(train), len(val)) == (8, 2) and cfg.train_cfg.max_iters == 50
    assert train.img_suffix == '.png' and train.suffixes['depth_path'] == '_z.png'
    assert list(cfg.model.task_heads) == ['depth']
    assert not list(root.glob('*.draft.py'))


def test_a_look_alone(root: Path, monkeypatch: pytest.MonkeyPatch,
                      capsys: pytest.CaptureFixture) -> None:
    run(monkeypatch, root, '--check-only')
    printed = capsys.readouterr().out
    assert 'images: img, labels: masks, depth: depth' in printed
    assert 'depth: 1.5 to 1.5 m' in printed


@pytest.mark.parametrize(('arguments', 'message'), [
    (('--classes', 'floor'), r'--classes names 1, but the labels in masks are \[0, 1\]. Name 2'),
    (('--thing-classes', 'car'), r"--thing-classes \['car'\] are not among the classes"),
    (('--instances', 'masks'), 'holds instances: say of which'),
    (('--split', 'half'), 'a share such as 0.2, or files'),
    (('--split', '2.0'), 'between 0 and 1'),
    (('--size', '0', '9'), r'give \(height, width\)'),
    (('--depth', 'nowhere'), r'nowhere \(data_prefix\["depth_path"\]\) does not exist'),
    (('--labels', 'img'), r'every image would be its own label'),
])
def test_refused(root: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...],
                 message: str) -> None:
    out = root / 'mine.py'
    with pytest.raises(SystemExit, match=message):
        run(monkeypatch, root, PUBLISHED, '--out', str(out), *arguments)
    assert not out.exists() and not list(root.glob('*.py'))


def test_what_is_there_is_not_written_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = root / 'mine.py'
    out.write_text('mine')
    with pytest.raises(SystemExit, match=r'--out\) exists'):
        run(monkeypatch, root, PUBLISHED, '--out', str(out))
    assert out.read_text() == 'mine'
    run(monkeypatch, root, PUBLISHED, '--out', str(out), '--force')
    assert "classes=('class0', 'class1')" in out.read_text()


def test_labels_of_other_sizes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cv2.imwrite(str(root / 'masks/3.png'), np.zeros((5, 5), np.uint8))
    with pytest.raises(SystemExit, match=r'masks/3.png'):
        run(monkeypatch, root, '--check-only')
