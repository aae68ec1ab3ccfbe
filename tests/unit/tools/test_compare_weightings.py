"""tools/compare_weightings.py with trainings that are faked, and one that is real."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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

        def __call__(self, run):
            trained.append(run.title)
            task = run.variant.task
            scores = {f'{name}/mae': 1.0 for name in ('instance', 'depth') if task in (None, name)}
            run.folder.mkdir(parents=True)
            (run.folder / 'iter_8.pth').touch()
            (run.folder / RESULTS).write_text(json.dumps(dict(
                scores=scores, seconds_per_step=1.0, peak_bytes=9, weights={})))
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
])
def test_wrong_words(words, message, capsys):
    with pytest.raises(SystemExit):
        compare_weightings.parse_args(words)
    assert message in capsys.readouterr().err


def test_wrong_weights(toy_config, tmp_path):
    with pytest.raises(ValueError, match="--grid depth: 'half' is not a number"):
        compare_weightings.main([str(toy_config), '--work-dir', str(tmp_path), '--grid',
                                 'depth=half'])


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
    assert '| pcgrad | 1 |' in (tmp_path / 'table.md').read_text()
    plot_balancing.main([*(str(tmp_path / m / 'seed_0') for m in ('uncertainty', 'pcgrad')),
                         '--out', str(tmp_path / 'b.png')])
    assert (tmp_path / 'b.png').stat().st_size > 10000
