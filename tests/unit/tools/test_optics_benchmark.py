"""The benchmark of clustering runs, and says where results differ."""

from pathlib import Path

import pytest

pytest.importorskip('numba')
from tools.benchmarks import optics


def test_tables_and_plot(tmp_path: Path, capsys: pytest.CaptureFixture,
                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optics, 'seconds', lambda call, least=0: 0.002 * (call() is not None or 1))
    peers = {'dear': lambda votes: [bytes(10)], 'DBSCAN': lambda votes: [1]}
    monkeypatch.setattr(optics, 'peers', lambda: (peers, ['absent one']))
    monkeypatch.setattr(optics, 'BUDGET', 0.004)
    times = optics.beside_sklearn([200]) | optics.alone([100, 300])
    optics.plot(times, tmp_path / 'a' / 'plot.png')
    printed = capsys.readouterr().out
    assert printed.count('| yes |') == 1 and 'NO' not in printed
    assert 'absent one: not installed' in printed
    assert 'dear, 300 votes: more than 0 s expected from what 100 took' in printed
    assert set(times) == {'scikit-learn OPTICS', *optics.ours(), *peers}
    assert (tmp_path / 'a' / 'plot.png').stat().st_size > 10_000
