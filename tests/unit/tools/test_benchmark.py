"""The benchmark of models: rows, ratios, refusals."""

import json
from pathlib import Path

import pytest

from tools.analysis_tools import benchmark as tool

ROOT = Path(__file__).resolve().parents[3]
CONFIGS = [str(ROOT / f'configs/nyuv2/lite0-fpn_nyuv2-13{kind}_1xb8-5e_144x192.py')
           for kind in ('', '_semantic')]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr('sys.argv', ['benchmark.py', *arguments])
    tool.main()


def test_two_configs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                     capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / 'numbers.json'
    run(monkeypatch, *CONFIGS, '--shape', '64', '96', '--shape', '33', '47', '--rounds', '2',
        '--warm-up', '1', '--device', 'cpu', '--channels-last', '--amp', '--out', str(out))
    rows = json.loads(out.read_text())['rows']
    parts = {(row['config'], row['height'], row['part']) for row in rows}
    heads = {CONFIGS[0]: ('head semantic', 'head depth'), CONFIGS[1]: ('head semantic', )}
    assert parts == {(config, height, part) for config in CONFIGS for height in (64, 33)
                     for part in ('whole frame', 'encoder', *heads[config])}
    whole = [row for row in rows if row['part'] == 'whole frame']
    assert [row['ratio'] for row in whole if row['config'] == CONFIGS[0]] == [1, 1]
    both, alone = (next(row for row in whole if row['config'] == config) for config in CONFIGS)
    assert both['multiply_adds'] > alone['multiply_adds'] > 0
    assert both['parameters'] > alone['parameters'] and both['peak_bytes'] is None
    printed = capsys.readouterr().out
    assert f'| 64 x 96 | whole frame | {both["median_ms"]:.2f} |' in printed


def test_a_model_without_tasks_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / 'host.py'
    path.write_text("_base_ = 'mmseg::fcn/fcn_r18-d8_4xb2-80k_cityscapes-512x1024.py'\n")
    with pytest.raises(SystemExit, match='model.type is EncoderDecoder; only'):
        run(monkeypatch, str(path), '--device', 'cpu')
