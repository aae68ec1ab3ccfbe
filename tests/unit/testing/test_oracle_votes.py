"""The truth as a prediction, and its noise."""

import numpy as np
import pytest

from mmmtl.testing.oracle_votes import (
    NOISE_KINDS,
    add_error,
    confuse_things,
    oracle_sample,
    vector_noise,
)

IDS = np.zeros((40, 60), np.int32)
IDS[5:15, 5:15], IDS[10:40, 30:60] = 3, 8


@pytest.mark.parametrize('kind', NOISE_KINDS)
def test_mean_length_is_one_on_instances(kind):
    noise = vector_noise(kind, IDS, 0)
    assert noise.shape == (2, 40, 60)
    assert np.hypot(*noise)[IDS > 0].mean() == pytest.approx(1)
    np.testing.assert_array_equal(noise, vector_noise(kind, IDS, 0))
    assert (noise != vector_noise(kind, IDS, 1)).any()
    assert np.isfinite(vector_noise(kind, 0 * IDS, 0)).all()


def test_smooth_noise_is_smooth_and_grows_with_the_object():
    white, smooth = (vector_noise(kind, IDS, 1)[0, 10:40, 30:60] for kind in ('white', 'smooth'))
    assert np.corrcoef(smooth[:, 1:].ravel(), smooth[:, :-1].ravel())[0, 1] > 0.9
    assert abs(np.corrcoef(white[:, 1:].ravel(), white[:, :-1].ravel())[0, 1]) < 0.2
    many = np.mean([np.hypot(*vector_noise('smooth', IDS, seed)) for seed in range(40)], axis=0)
    assert many[IDS == 8].mean() > 1.5 * many[IDS == 3].mean()


def test_unknown_kind():
    with pytest.raises(ValueError, match="one of.*not 'pink'"):
        vector_noise('pink', IDS, 0)


def test_sample():
    semantic = np.where(IDS > 0, 2, 0)
    semantic[0] = 255
    sample = oracle_sample(semantic, IDS, 3)
    probability = sample.seg_logits.data.softmax(0)
    assert probability.shape == (3, 40, 60)
    assert (probability.argmax(0)[1:].numpy() == semantic[1:]).all() and (probability[2][IDS == 8]
                                                                          > 0.999).all()
    assert (sample.pred_sem_seg.data[0].numpy() == semantic).all()
    truth = sample.gt_instance_vector.data.numpy()
    assert np.isfinite(truth[:, IDS > 0]).all() and np.isnan(truth[:, IDS == 0]).all()
    add_error(sample, np.ones((2, 40, 60)))
    np.testing.assert_array_equal(sample.pred_instance_vector.data.numpy(), truth + 1)


def test_confused_things():
    semantic = np.where(IDS > 0, 2, 0)
    found = confuse_things(semantic, [1, 2, 3], 0.2, 0)
    changed = found != semantic
    assert not changed[IDS == 0].any() and set(np.unique(found)) <= {0, 1, 2, 3}
    assert changed[IDS > 0].mean() == pytest.approx(0.2, abs=0.01)
    np.testing.assert_array_equal(confuse_things(semantic, [1, 2, 3], 0., 0), semantic)
    sample = oracle_sample(semantic, IDS, 4, found)
    assert (sample.pred_sem_seg.data[0].numpy() == found).all()
    assert (sample.gt_sem_seg.data[0].numpy() == semantic).all()
    assert (sample.seg_logits.data.argmax(0).numpy() == found).all()
