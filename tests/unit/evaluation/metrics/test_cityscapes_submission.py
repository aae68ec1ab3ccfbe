"""The writer in the place of a metric."""

import json

import pytest
import torch

from mmmtl.evaluation import CityscapesSubmissionWriter

META = dict(classes=('road', 'car'), thing_classes=('car', ), label_ids=dict(road=7, car=26))
MAP = torch.tensor([[[0, 1001], [-1, 1001]]])


def run(folder, count, size=None, **options):
    writer = CityscapesSubmissionWriter(str(folder), **options)
    writer.dataset_meta = META
    for number in range(count):
        writer.process({}, [dict(img_path=f'x/ulm_{number}_leftImg8bit.png',
                                 pred_sem_seg=dict(data=(MAP > 1000).long()),
                                 pred_panoptic_map=dict(data=MAP))])
    return writer.evaluate(count if size is None else size)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file())


def test_files_and_no_scores(tmp_path, caplog_messages):
    assert run(tmp_path / 'out', 2, panoptic_name='cityscapes_panoptic_test') == {}
    assert files(tmp_path / 'out') == [
        'cityscapes_panoptic_test.json', 'cityscapes_panoptic_test/ulm_0_panoptic.png',
        'cityscapes_panoptic_test/ulm_1_panoptic.png', 'semantic/ulm_0.png', 'semantic/ulm_1.png']
    found = json.loads((tmp_path / 'out/cityscapes_panoptic_test.json').read_text())
    assert [entry['image_id'] for entry in found['annotations']] == ['ulm_0', 'ulm_1']
    assert 'semantic of 2 frames, panoptic of 2 frames' in caplog_messages()


def test_a_frame_that_fills_up_is_dropped(tmp_path):
    run(tmp_path, 3, size=2)
    assert [name for name in files(tmp_path) if 'ulm_2' in name] == []
    assert len(json.loads((tmp_path / 'panoptic.json').read_text())['annotations']) == 2


def test_an_old_submission_is_kept(tmp_path):
    run(tmp_path, 1)
    with pytest.raises(FileExistsError, match='has a submission already.*--out'):
        run(tmp_path, 1)


def test_label_ids_are_asked_for_before_the_first_frame(tmp_path):
    writer = CityscapesSubmissionWriter(str(tmp_path))
    with pytest.raises(ValueError, match='no label_ids'):
        writer.dataset_meta = dict(classes=('road', ))
    with pytest.raises(ValueError, match='one id for several classes'):
        writer.dataset_meta = dict(META, label_ids=dict(road=7, car=7))
