"""Results that refuse other frames' results."""

import copy
import pickle

import pytest

from mmmtl.datasets.unmixable import UnmixableFrame, guard


@pytest.mark.parametrize('results', [dict(gt_depth_map=1), dict(image_labels=dict(task=1))])
def test_guarded(results):
    guarded = guard(results)
    for frame in (guarded, copy.deepcopy(guarded), pickle.loads(pickle.dumps(guarded))):
        frame['img'] = 2
        assert frame == dict(results, img=2)
        with pytest.raises(ValueError, match='mixes several frames'):
            frame['mix_results'] = []


@pytest.mark.parametrize('results', [
    None, dict(img=1, gt_seg_map=2), dict(inputs=1, data_samples=2)])
def test_left_alone(results):
    assert guard(results) is results
    assert not isinstance(results, UnmixableFrame)
