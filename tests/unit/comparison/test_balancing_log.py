"""The log of a run as series."""

import json
import math

import pytest

from mmmtl.comparison.balancing_log import effective_weights, read_log, short_names, smooth


def write(folder, lines):
    folder = folder / 'vis_data'
    folder.mkdir(parents=True)
    (folder / 'scalars.json').write_text('\n'.join(
        line if isinstance(line, str) else json.dumps(line) for line in lines))
    return folder / 'scalars.json'


def test_keys_of_the_contract(tmp_path):
    file = write(tmp_path / '1', [
        {'step': 1, 'raw/a': 2.0, 'raw/a.part': 1.0, 'raw/b': 3.0, 'weight/a': 0.5, 'loss': 4,
         'log_var/a': 0.1, 'grad_norm/a': 7, 'grad_cos/a-b': -0.5, 'balance/a': 1.5},
        {'step': 1, 'a/mIoU': 40.0},
        {'step': 2, 'raw/a': math.nan, 'raw/b': 2.0}, '{"step": 3, "ra'])
    for place in (tmp_path, tmp_path / '1', file):
        log = read_log(place)
        assert log.tasks == ['a', 'b']
        assert log.series['raw']['a'].values == [2.0]
        assert log.series['raw']['b'].steps == [1, 2]
        assert log.series['grad_cos']['a-b'].values == [-0.5]
        assert log.series['log_var']['a'].values == [0.1]


def test_a_resumed_run_is_one(tmp_path):
    write(tmp_path / '20260101_1', [{'step': s, 'raw/a': 1.0} for s in (1, 2, 3, 4)])
    write(tmp_path / '20260101_2', [{'step': s, 'raw/a': 2.0} for s in (3, 4, 5)])
    series = read_log(tmp_path).series['raw']['a']
    assert series.steps == [1, 2, 3, 4, 5] and series.values == [1, 1, 2, 2, 2]


def test_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match='has no log: no vis_data/scalars.json'):
        read_log(tmp_path)
    write(tmp_path / 'plain', [{'step': 1, 'loss': 1.0}])
    with pytest.raises(ValueError, match=r'no loss of a task \(raw/<task>\)'):
        read_log(tmp_path)


def test_weights_of_loss_and_gradient(tmp_path):
    log = read_log(write(tmp_path, [
        {'step': 1, 'raw/a': 1.0, 'raw/b': 1.0, 'weight/a': 0.5, 'weight/b': 1, 'balance/a': 3}]))
    found = effective_weights(log)
    assert found['a'].values == [1.5] and 'b' not in found
    del log.series['balance']
    assert effective_weights(log)['b'].values == [1]


def test_smooth_keeps_ends_and_lines():
    line = [2.0 * i for i in range(60)]
    assert smooth(line) == pytest.approx(line)
    assert smooth([1.0, 5.0]) == [1.0, 5.0]


def test_names(tmp_path):
    assert short_names(['x/a/seed_0', 'x/b/seed_0']) == ['a/seed_0', 'b/seed_0']
    assert short_names(['x/a', 'x/b']) == ['a', 'b']
    assert short_names(['x/a', 'x/a'])[0].endswith('x/a')
