"""Names, encodings and completeness of the files of a frame."""

import json

import numpy as np
import pytest
from PIL import Image

pytest.importorskip('numba')
from street_scenes.production import Job, plan_jobs, run_job
from street_scenes.record import (
    ForeignRecordError,
    Settings,
    check_record,
    write_record,
)
from street_scenes.render import render
from street_scenes.seeds import frame_seed
from street_scenes.writing import discard_frames, frame_paths, is_complete

SETTINGS = Settings(seed=3, width=64, height=32)
NAMES = {
    'leftImg8bit/val/streetville/streetville_000007_000019_leftImg8bit.png',
    'gtFine/val/streetville/streetville_000007_000019_gtFine_labelIds.png',
    'gtFine/val/streetville/streetville_000007_000019_gtFine_instanceIds.png',
    'disparity/val/streetville/streetville_000007_000019_disparity.png',
    'camera/val/streetville/streetville_000007_000019_camera.json',
}


@pytest.fixture
def written(tmp_path):
    run_job(Job(tmp_path, 'val', 7, SETTINGS))
    return tmp_path


def test_names_are_those_of_cityscapes(written):
    found = {path.relative_to(written).as_posix() for path in written.rglob('*') if path.is_file()}
    assert found == NAMES  # and no temporary file is left


def test_files_hold_what_was_rendered(written):
    frame = render(frame_seed(3, 'val', 7), 64, 32)
    paths = frame_paths(written, 'val', 7)
    for path, array, mode in ((paths.image, frame.image, 'RGB'),
                              (paths.label_ids, frame.label_ids, 'L'),
                              (paths.instance_ids, frame.instance_ids, 'I;16'),
                              (paths.disparity, frame.disparity, 'I;16')):
        with Image.open(path) as image:
            assert image.mode == mode
            np.testing.assert_array_equal(np.array(image), array)
    calibration = json.loads(paths.calibration.read_text())
    assert calibration == frame.calibration
    assert calibration['extrinsic']['baseline'] == 0.209313
    assert calibration['intrinsic']['fx'] == pytest.approx(2262.52 * 64 / 2048)


@pytest.mark.parametrize('kind', range(5))
def test_a_frame_without_one_file_is_incomplete(written, kind):
    paths = frame_paths(written, 'val', 7)
    assert is_complete(paths)
    paths[kind].unlink()
    assert not is_complete(paths)


@pytest.mark.parametrize('kind', range(5))
@pytest.mark.parametrize('keep', [0, 40])
def test_a_frame_with_a_cut_file_is_incomplete(written, kind, keep):
    paths = frame_paths(written, 'val', 7)
    paths[kind].write_bytes(paths[kind].read_bytes()[:keep])
    assert not is_complete(paths)


def test_only_missing_frames_are_planned(written):
    jobs = plan_jobs(written, SETTINGS, {'train': 2, 'val': 9})
    expected = [('train', 0), ('train', 1)] + [('val', index) for index in (*range(7), 8)]
    assert [(job.split, job.index) for job in jobs] == expected


def test_discarding_spares_the_files_of_others(written):
    foreign = written / 'leftImg8bit/val/bonn/bonn_000000_000019_leftImg8bit.png'
    notes = written / 'camera/val/streetville/notes.txt'
    foreign.parent.mkdir()
    for path in (foreign, notes):
        path.write_bytes(b'mine')
    assert discard_frames(written) == 5
    left = {path for path in written.rglob('*') if path.is_file()}
    assert left == {foreign, notes}


@pytest.mark.parametrize('change', [{'seed': 4}, {'width': 128}, {'height': 33}])
def test_settings_are_not_mixed(tmp_path, change):
    check_record(tmp_path, SETTINGS)  # an empty folder may become anything
    write_record(tmp_path, SETTINGS, {'train': 2, 'val': 1}, 'command')
    check_record(tmp_path, SETTINGS)
    with pytest.raises(ForeignRecordError, match=next(iter(change))):
        check_record(tmp_path, SETTINGS._replace(**change))


def test_the_record_counts_earlier_frames(tmp_path):
    write_record(tmp_path, SETTINGS, {'train': 5, 'val': 1}, 'first')
    write_record(tmp_path, SETTINGS, {'train': 2, 'val': 3}, 'second')
    record = json.loads((tmp_path / 'street_scenes.json').read_text())
    assert record['frames'] == {'train': 5, 'val': 3}
    assert record['command'] == 'second'
    assert (record['seed'], record['width'], record['height']) == (3, 64, 32)


@pytest.mark.parametrize('content', ['no json', '[1]'])
def test_a_broken_record_is_explained(tmp_path, content):
    (tmp_path / 'street_scenes.json').write_text(content)
    with pytest.raises(ForeignRecordError, match='--overwrite'):
        check_record(tmp_path, SETTINGS)
