"""The official script runs on the files that are written."""

from pathlib import Path

import numpy as np

from mmmtl.testing.official_instances import OfficialFrame, official_scores, write_frames


def frame(**changes) -> OfficialFrame:
    ids = np.full((40, 40), 7, np.uint16)
    ids[:20, :20] = 26000
    return OfficialFrame(ids, [ids == 26000], [26], [0.1 + 0.2])._replace(**changes)


def test_files(tmp_path):
    [text], [truth] = write_frames(tmp_path, [frame()])
    assert Path(text).read_text() == 'pred_000000_0.png 26 0.30000000000000004\n'
    assert truth.endswith('_gtFine_instanceIds.png')


def test_scores(tmp_path):
    precisions, averages = official_scores(tmp_path, [frame()])
    assert precisions.shape == (1, 8, 10) and averages['allAp'] == 1
    assert 'allAp50m' not in averages


def test_distances(tmp_path):
    precisions, averages = official_scores(tmp_path, [frame(distances={26000: (20., 1.)})])
    assert precisions.shape == (3, 8, 10)
    assert averages['classes']['car']['ap'] == 1 and np.isnan(averages['allAp50m'])  # 400 pixels
