"""The page about one's own data runs word for word, on several families."""

import re
import shlex
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from mmmtl.apis.config import load_config
from mmmtl.own_data.maps import LABEL_KINDS
from mmmtl.own_data.splits import stages_of
from mmmtl.registry import METRICS, MODELS
from mmmtl.testing.processes import run_script

PUBLISHED = 'segnext/segnext_mscan-t_1xb16-adamw-160k_ade20k-512x512'
#: family → what it takes to start without a download
OTHERS = {
    'stdc/stdc1_4xb12-80k_cityscapes-512x1024': [],
    'unet/unet-s5-d16_fcn_4xb4-40k_drive-64x64': [],  # windows, and no weights
    'segformer/segformer_mit-b0_8xb2-160k_ade20k-512x512': ['model.backbone.init_cfg=None'],
    'deeplabv3plus/deeplabv3plus_r18-d8_4xb2-80k_cityscapes-512x1024': ['model.pretrained=None'],
    'knet/knet-s3_r50-d8_fcn_8xb2-adamw-80k_ade20k-512x512': ['model.pretrained=None'],
}


@pytest.fixture(scope='module')
def page() -> str:
    """The page's text."""
    return (Path(__file__).parents[2] / 'docs' / 'own_data.md').read_text(encoding='utf-8')


def blocks(page: str) -> dict[str, str]:
    """Blocks of Python that name their file in the first line."""
    found = re.findall(r'```python\n# (\w+\.py)\n(.*?)```', page, re.DOTALL)
    assert [name for name, _ in found] == ['make_boxes.py', 'mine.py', 'my_heads.py']
    return dict(found)


def commands(page: str) -> list[list[str]]:
    """The commands of the ten minutes."""
    block = re.search(r'```shell\n(python make_boxes.*?)```', page, re.DOTALL)[1]
    return [shlex.split(line) for line in block.strip().splitlines()]


def run(root: Path, folder: Path, command: list[str]) -> str:
    """One command of the page, in a folder; what it printed."""
    assert command[0] == 'python'
    script = root / command[1] if command[1].startswith('tools/') else folder / command[1]
    code, printed = run_script(script, command[2:], folder, timeout=500)
    assert code == 0, printed[-3000:]
    return printed


def ten_minutes(page: str, root: Path, folder: Path, steps: int, published: str = PUBLISHED,
                options: list[str] | None = None) -> str:
    """All that the page says, for some steps; what the test printed."""
    for name, text in blocks(page).items():
        assert name != 'mine.py' or PUBLISHED in text and 'max_iters=300' in text
        text = text.replace(PUBLISHED, published).replace('max_iters=300', f'max_iters={steps}')
        (folder / name).write_text(text)
    make, train, test = commands(page)
    run(root, folder, make)
    run(root, folder, [*train, '--cfg-options', 'train_dataloader.num_workers=0',
                       'train_dataloader.persistent_workers=False', *(options or [])])
    return run(root, folder, [one.replace('iter_300', f'iter_{steps}') for one in test])


def check_results(folder: Path, printed: str) -> None:
    for score in ('semantic/mIoU', 'instance/epe', 'depth/rmse'):
        value = re.search(rf'{score}: ([-\d.]+)', printed)
        assert value and np.isfinite(float(value[1])), score
    pictures = list((folder / 'work/mine/pictures/vis_data/vis_image').glob('*.png'))
    assert len(pictures) == 6  # a fifth of 30
    assert len(list((folder / 'work/mine/out').glob('*.npz'))) == 6


def test_the_data_are_what_the_page_says(page: str, repo_root: Path, tmp_path: Path) -> None:
    (tmp_path / 'make_boxes.py').write_text(blocks(page)['make_boxes.py'])
    run(repo_root, tmp_path, commands(page)[0])
    counts = {name: len(list((tmp_path / 'data/mine' / name).iterdir()))
              for name in ('images', 'labels', 'depth', 'inst')}
    assert counts == dict(images=30, labels=30, depth=20, inst=15)
    sizes = {cv2.imread(str(path)).shape for path in (tmp_path / 'data/mine/images').iterdir()}
    assert len(sizes) > 20
    depth = cv2.imread(str(tmp_path / 'data/mine/depth/01.png'), cv2.IMREAD_UNCHANGED)
    assert depth.dtype == np.uint16 and depth.min() > 1900 and depth.max() <= 8000


def test_ten_minutes(page: str, repo_root: Path, tmp_path: Path) -> None:
    printed = ten_minutes(page, repo_root, tmp_path, 4, options=['model.backbone.init_cfg=None'])
    check_results(tmp_path, printed)


@pytest.mark.slow
@pytest.mark.parametrize('published', OTHERS)
def test_other_families(page: str, repo_root: Path, tmp_path: Path, published: str) -> None:
    check_results(tmp_path, ten_minutes(
        page, repo_root, tmp_path, 4, published, OTHERS[published]))


def test_the_config_has_at_most_twelve_lines(page: str) -> None:
    assert len(blocks(page)['mine.py'].strip().splitlines()) <= 12


def test_splits(page: str) -> None:
    """Each line is an argument that is taken."""
    block = re.search(r'```python\n(split=0\.2.*?)```', page, re.DOTALL)[1]
    for line in block.strip().splitlines():
        given = eval(f'dict({line.partition("#")[0]})')
        folders = dict(img_path=given.get('images', 'i'), seg_map_path=given.get('labels', 'l'))
        assert set(stages_of(given['split'], folders)) == {'train', 'val', 'test'}


def test_the_table_of_heads_is_complete(page: str) -> None:
    """Each kind of labels has a row with its head and metric, and all names are registered."""
    table = page[page.index('## Heads'):page.index('## A head of your own')]
    rows = [line for line in table.splitlines() if line.startswith('| ')][2:]
    for kind in LABEL_KINDS:
        row, = (row for row in rows if f'| `{kind.option}` |' in row)
        metric = kind.metric['type'].removeprefix('mmmtl.')
        assert metric in row
        assert kind.head is None or f'`{kind.head["type"]}`' in row
        said = re.findall(rf'`{kind.task}/(\w+)`', row)
        directions = METRICS.build(dict(kind.metric)).score_directions
        assert said and set(said) <= set(directions), row
    for name in re.findall(r'`mmmtl\.(\w+Head)`', table):
        assert MODELS.get(f'mmmtl.{name}') is not None


def test_the_head_of_ones_own(page: str, tmp_path: Path, monkeypatch: Any, repo_root: Path) -> None:
    (tmp_path / 'my_heads.py').write_text(blocks(page)['my_heads.py'])
    monkeypatch.syspath_prepend(tmp_path)
    text = blocks(page)['mine.py'].replace("'mmmtl.DepthHead'", "'mmmtl.NearnessHead'").replace(
        'mmmtl::', f'{repo_root}/configs/')
    (tmp_path / 'mine.py').write_text(
        text + "custom_imports = dict(imports=['mmmtl', 'my_heads'])\n")
    try:
        cfg = load_config(str(tmp_path / 'mine.py'))
        cfg.model.backbone.init_cfg = None
        head = MODELS.build(cfg.model).task_heads['depth']
        metres = torch.tensor([0.5, 2., 40., torch.nan]).view(1, 1, 2, 2)
        assert torch.allclose(head.decode(head.encode(metres)), metres, equal_nan=True)
        assert type(head).__name__ == 'NearnessHead'
    finally:
        MODELS.module_dict.pop('NearnessHead', None)
