"""tools/compare_weightings.py with trainings that are faked, and one that is real."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from mmmtl.apis.config import load_config, use_balancing_wrapper
from mmmtl.comparison.plan import RESULTS
from mmmtl.testing.toy_config import write_toy_config
from tools import compare_weightings
from tools.analysis_tools import plot_balancing

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope='module')
def toy_config(tmp_path_factory):
    return write_toy_config(tmp_path_factory.mktemp('compare'), ROOT / 'configs')


@pytest.fixture
def faked(monkeypatch):
    """Trainings that leave results at once; the list of those that were run."""
    trained = []

    class Trainer:
        def __init__(self, script, threads=None, say=print, jobs=1):
            assert script.is_file()
            self.jobs = jobs

        def __call__(self, run):
            trained.append(run.title)
            task = run.variant.task
            scores = {f'{name}/mae': 1.0 for name in ('instance', 'depth') if task in (None, name)}
            run.folder.mkdir(parents=True)
            (run.folder / 'iter_8.pth').touch()
            (run.folder / RESULTS).write_text(json.dumps(dict(
                scores=scores, seconds_per_step=1.0, peak_bytes=9, weights={}, jobs=self.jobs)))
            return 0

    monkeypatch.setattr(compare_weightings, 'Trainer', Trainer)
    return trained


def test_plan_table_and_picture(toy_config, faked, tmp_path, capsys):
    words = [str(toy_config), '--work-dir', str(tmp_path), '--seeds', '0', '1', '--methods',
             'equal', '--grid', 'depth=0.2,0.8', '--discard-checkpoints']
    assert compare_weightings.main(words) == 0
    assert len(faked) == 2 * (3 + 1 + 2)
    assert {'table.md', 'table.csv', 'baseline.json', 'grid.png'} <= {
        path.name for path in tmp_path.iterdir()}
    assert not list(tmp_path.rglob('*.pth'))
    table = (tmp_path / 'table.md').read_text()
    assert '| equal | 2 | 1.000 ± 0.000 | 1.000 ± 0.000 | +0.00' in table
    assert table in capsys.readouterr().out
    assert json.loads((tmp_path / 'baseline.json').read_text()) == {
        'instance/mae': 1.0, 'depth/mae': 1.0}
    compare_weightings.main([*words, '--methods', 'equal', 'dwa'])
    assert faked[12:] == ['dwa, seed 0', 'dwa, seed 1'], 'the others are not repeated'
    compare_weightings.main(['--work-dir', str(tmp_path), '--only-table', '--metrics', 'depth/mae'])
    assert 'instance/mae' not in (tmp_path / 'table.md').read_text() and len(faked) == 14


def test_dry_run_and_failures(toy_config, faked, tmp_path, capsys, monkeypatch):
    words = [str(toy_config), '--work-dir', str(tmp_path), '--methods', 'equal', '--no-single']
    assert compare_weightings.main([*words, '--dry-run']) == 0
    assert 'equal, seed 0: to train' in capsys.readouterr().out and not faked
    monkeypatch.setattr(compare_weightings.Trainer, '__call__', lambda self, run: 1)
    assert compare_weightings.main(words) == 1
    said = capsys.readouterr().out
    assert 'FAILED' in said and 'No run has finished' in said


@pytest.mark.parametrize('words, message', [
    (['--work-dir', 'x'], 'give a CONFIG, or --only-table'),
    (['c.py', '--work-dir', 'x', '--grid', 'depth'], "'depth' is not NAME=VALUE"),
    (['c.py', '--work-dir', 'x', '--jobs', '0'], '--jobs must be at least 1'),
    (['c.py', '--work-dir', 'x', '--grid', 'kendall', 'depth=1'], "'kendall' is not NAME=VALUE"),
    (['c.py', '--work-dir', 'x', '--grid', 'kendall', '--grid', 'depth=1'], 'or weights of your'),
])
def test_wrong_words(words, message, capsys):
    with pytest.raises(SystemExit):
        compare_weightings.parse_args(words)
    assert message in capsys.readouterr().err


def test_wrong_weights(toy_config, tmp_path):
    with pytest.raises(ValueError, match="--grid depth: 'half' is not a number"):
        compare_weightings.main([str(toy_config), '--work-dir', str(tmp_path), '--grid',
                                 'depth=half'])
    for wrong in ('nan', 'inf', '-0.1'):
        with pytest.raises(ValueError, match='must be finite and must not be negative'):
            compare_weightings.main([str(toy_config), '--work-dir', str(tmp_path), '--grid',
                                     f'depth={wrong}'])


@pytest.mark.parametrize('words, error, match', [
    (['--baseline', 'nothere.json'], FileNotFoundError, 'nothere.json does not exist'),
    (['--metrics', 'depth/nothere'], KeyError, 'depth/nothere: whether higher'),
    (['--metrics', 'depht/mae'], KeyError, "--metrics names 'depht/mae'"),
    (['--grid-lines', 'nosuch'], KeyError, r"--grid-lines names \['nosuch'\]"),
    (['--directions', 'depth/mae=up'], ValueError, "must be 'higher' or 'lower', got 'up'"),
    (['--cfg-options', 'optim_wrapper.balancer.type=Sum', 'optim_wrapper.shared=backbone',
      '--methods', 'gradnorm'], ValueError, "method 'gradnorm'.*as `shared`")])
def test_wrong_names_are_found_before_anything_is_written(toy_config, tmp_path, words, error,
                                                          match):
    folder = tmp_path / 'work'
    with pytest.raises(error, match=match):
        compare_weightings.main([str(toy_config), '--work-dir', str(folder), '--dry-run', *words])
    assert not folder.exists()


def test_a_balancer_of_the_config_is_not_that_of_equal_weights(toy_config, tmp_path):
    """The one line of the documentation, with no wrapper named."""
    mine = tmp_path / 'mine.py'
    mine.write_text(f"_base_ = '{toy_config}'\noptim_wrapper = dict(_delete_=True, balancer=dict("
                    "type='Sum'), optimizer=dict(type='SGD', lr=0.01))\n")
    assert compare_weightings.main([str(mine), '--work-dir', str(tmp_path / 'work'), '--methods',
                                    'Equal', 'uncertainty', 'unchanged', '--dry-run']) == 0
    for path in (tmp_path / 'work').glob('*/config.py'):
        cfg = load_config(str(path))
        use_balancing_wrapper(cfg)  # as tools/train.py does
        assert ('balancer' in cfg.optim_wrapper) == (path.parent.name == 'unchanged'), path
    assert (tmp_path / 'work' / 'equal').is_dir()


def test_times_of_runs_side_by_side_are_left_out(toy_config, faked, tmp_path):
    words = [str(toy_config), '--work-dir', str(tmp_path), '--no-single', '--methods', 'equal']
    compare_weightings.main([*words, '--jobs', '4'])  # one run: none is beside it
    assert '| 1.00× | 1.00× |' in (tmp_path / 'table.md').read_text()
    compare_weightings.main([*words, 'dwa', 'uncertainty', '--jobs', '4'])
    table = (tmp_path / 'table.md').read_text()
    assert table.count('| 1.00× | 1.00× |') == 1 and '2 of 3 runs ran beside others' in table
    assert '| dwa | 1 | 1.000 | 1.000 | – | – | – | 1.00× | – |' in table


def test_kendall_s_weights(toy_config, faked, tmp_path):
    assert compare_weightings.main([str(toy_config), '--work-dir', str(tmp_path), '--no-single',
                                    '--methods', '--grid', 'kendall']) == 0
    table = (tmp_path / 'table.md').read_text()
    assert '| fixed: semantic 0.89, instance 0.01, depth 0.1 | 1 |' in table
    assert 'No time and no memory: they are relative to equal weights' in table
    assert (tmp_path / 'grid.png').is_file()


def test_only_table_of_what_an_older_version_left(tmp_path, capsys):
    """No options of variants, no jobs in results; with scores of NaN and Infinity."""
    for name, values in (('equal', (math.nan, 1.0)), ('dwa', (1.0, math.inf))):
        for seed, value in enumerate(values):
            folder = tmp_path / name / f'seed_{seed}'
            folder.mkdir(parents=True)
            (folder.parent / 'variant.json').write_text(json.dumps(dict(
                name=name, kind='method', task=None, weights={})))
            (folder / RESULTS).write_text(json.dumps(dict(
                scores={'depth/mae': value, 'depth/rmse': 2.0}, seconds_per_step=1.0,
                peak_bytes=9, weights={})))
    baseline = tmp_path / 'mine.json'
    baseline.write_text('{"depth/mae": 1.0, "depth/rmse": 1.0}')
    assert compare_weightings.main(['--work-dir', str(tmp_path), '--only-table', '--baseline',
                                    str(baseline)]) == 0
    table = capsys.readouterr().out
    for name in ('equal', 'dwa'):
        assert f'| {name} | 2 | NaN | 2.000 ± 0.000 | NaN | NaN | 1.00× | 1.00× |' in table


@pytest.mark.slow
def test_real_trainings(toy_config, tmp_path):
    """One of a weighting, one of a gradient method, as processes; then their pictures."""
    pytest.importorskip('torchjd')
    done = subprocess.run(
        [sys.executable, str(ROOT / 'tools' / 'compare_weightings.py'), str(toy_config),
         '--work-dir', str(tmp_path), '--methods', 'uncertainty', 'pcgrad', '--no-single',
         '--jobs', '2'], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    for method in ('uncertainty', 'pcgrad'):
        result = json.loads((tmp_path / method / 'seed_0' / RESULTS).read_text())
        assert {'semantic/mIoU', 'instance/mae', 'depth/mae'} <= set(result['scores'])
        assert result['steps'] == 8 and result['timed_steps'] == 3 and result['peak_bytes'] > 0
        assert set(result['weights']) == {'semantic', 'instance', 'depth'}
        assert result['jobs'] == 2
    assert '| pcgrad | 1 |' in (tmp_path / 'table.md').read_text()
    plot_balancing.main([*(str(tmp_path / m / 'seed_0') for m in ('uncertainty', 'pcgrad')),
                         '--out', str(tmp_path / 'b.png')])
    assert (tmp_path / 'b.png').stat().st_size > 10000
