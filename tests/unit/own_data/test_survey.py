"""Numbers of one's own folders, by numpy and by hand."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from mmmtl.datasets import BaseMultiTaskDataset
from mmmtl.own_data.survey import Frame, look_at, look_at_all, summarise


@pytest.fixture
def dataset(tmp_path: Path) -> BaseMultiTaskDataset:
    """Three frames of 6 x 4 and 8 x 4; the second has no depth, the third labels alone."""
    for name in ('img', 'seg', 'ids', 'z'):
        (tmp_path / name).mkdir()
    for k, width in enumerate((6, 8, 6)):
        labels = np.zeros((4, width), np.uint8)
        labels[0, :k + 1], labels[3] = 2, 255
        ids, depth = np.zeros((4, width), np.uint8), np.full((4, width), 1000 * (k + 1), np.uint16)
        ids[0, :k + 1], depth[0, 0] = range(1, k + 2), 0
        depth[1, 1] = 9000
        cv2.imwrite(str(tmp_path / f'img/{k}.png'), np.zeros((4, width, 3), np.uint8))
        cv2.imwrite(str(tmp_path / f'seg/{k}.png'), labels)
        if k < 2:
            cv2.imwrite(str(tmp_path / f'ids/{k}.png'), ids)
        if k < 1:
            cv2.imwrite(str(tmp_path / f'z/{k}.png'), depth)
    return BaseMultiTaskDataset(
        data_root=str(tmp_path), img_suffix='.png', data_prefix=dict(
            img_path='img', seg_map_path='seg', instance_path='ids', depth_path='z'))


def test_a_frame(dataset: BaseMultiTaskDataset) -> None:
    found = look_at(dataset.get_data_info(0))
    assert found.size == (6, 4) and found.labelled == ('labels', 'instances', 'depth')
    assert {k: int(n) for k, n in enumerate(found.classes) if n} == {0: 17, 2: 1, 255: 6}
    assert found.instances == 1 and found.depth[0] == 1 and found.depth[2] == 9
    assert look_at(dataset.get_data_info(0), depth_unit=1.).depth[2] == 9000
    assert look_at(dataset.get_data_info(2))[3:] == (None, None)


@pytest.mark.parametrize('workers', [1, 2])
def test_all_frames(dataset: BaseMultiTaskDataset, workers: int) -> None:
    steps: list[int] = []
    frames = look_at_all(dataset, None, workers, lambda: steps.append(1))
    assert [frame.instances for frame in frames] == [1, 2, None] and len(steps) == 3
    found = summarise(frames, {0: 'floor', 2: 'box'}, 'z')
    assert found.classes == [0, 2] and found.doubts == []
    assert found.lines[0] == (
        '3 images, 6 x 4 to 8 x 4 (width x height), most often 6 x 4 (2)')
    assert 'depth: 1 of 3 frames' in found.lines and 'labels: 3 of 3 frames' in found.lines
    assert f'classes: floor {100 * 54 / 80:.1f} %, box {100 * 6 / 80:.1f} %, 255 25.0 %' in (
        found.lines)
    assert 'instances: 1 to 2 a frame, middle 1.5' in found.lines


def test_strange_depth_is_asked_about() -> None:
    frame = Frame(None, ('depth', ), None, (0.001, 0.003, 0.004), None)
    found = summarise([frame], {}, 'folder/z')
    assert found.lines[0] == '1 images, of sizes that their headers do not say'
    assert len(found.doubts) == 1 and 'folder/z' in found.doubts[0] and '0.003' in found.doubts[0]
