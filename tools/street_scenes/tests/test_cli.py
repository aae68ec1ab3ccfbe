"""The command: options, several processes, going on, errors, progress."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip('numba')
from street_scenes import compiled, production
from street_scenes.cli import main
from street_scenes.progress import Progress

TOOL = Path(__file__).resolve().parents[1]
SMALL = ['--train', '3', '--val', '2', '--width', '64', '--height', '32', '--seed', '5']


def files(root):
    """Return the contents of all files of frames."""
    return {path.relative_to(root): path.read_bytes() for path in root.rglob('*_*_*')
            if path.is_file()}


def fail(arguments, capsys, status=2):
    """Run the command, which must fail; return what it says."""
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    assert end.value.code == status
    return capsys.readouterr().err


def test_two_processes_from_elsewhere_write_the_same_bytes(tmp_path):
    assert main(['--out', str(tmp_path / 'one'), '--workers', '1', *SMALL]) == 0
    result = subprocess.run(
        [sys.executable, str(TOOL), '--out', 'two', '--workers', '2', *SMALL],
        cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    assert '5/5 frames' in result.stderr
    assert 'frames/s a core' in result.stderr
    one, two = files(tmp_path / 'one'), files(tmp_path / 'two')
    assert len(one) == 25
    assert one == two


def test_a_second_run_renders_only_what_is_missing(tmp_path, capsys):
    command = ['--out', str(tmp_path), '--workers', '1', *SMALL]
    main(command)
    before = files(tmp_path)
    missing = next(tmp_path.rglob('*_000001_*_disparity.png'))
    missing.unlink()
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob('*_000000_*')}
    capsys.readouterr()
    main(command)
    shown = capsys.readouterr().err
    assert '4 of 5 frames are there already' in shown
    assert 'Rendering 1 frames' in shown
    assert files(tmp_path) == before
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.rglob('*_000000_*')}
    main(command)
    assert 'Compiling' not in capsys.readouterr().err


def test_other_settings_need_overwrite(tmp_path, capsys):
    main(['--out', str(tmp_path), '--workers', '1', *SMALL])
    other = ['--out', tmp_path, '--train', 1, '--val', 0, '--width', 32, '--height', 16]
    shown = fail(other, capsys, status=1)
    assert 'width 64, not 32' in shown
    assert '--overwrite' in shown
    assert len(files(tmp_path)) == 25
    main([str(argument) for argument in [*other, '--overwrite']])
    assert len(files(tmp_path)) == 5


@pytest.mark.parametrize(('option', 'value', 'message'), [
    ('--width', 0, 'a size in pixels must be from 1'),
    ('--height', -4, 'a size in pixels must be from 1'),
    ('--width', 'wide', "'wide' is not a whole number"),
    ('--train', -1, 'a number of frames must be from 0'),
    ('--seed', 1 << 32, 'a seed must be from 0'),
    ('--workers', 0, 'a number of processes must be from 1'),
])
def test_bad_values_are_explained(tmp_path, capsys, option, value, message):
    shown = fail(['--out', tmp_path, option, value], capsys)
    assert message in shown
    assert option in shown
    assert not list(tmp_path.iterdir())


def test_out_is_required_and_must_be_a_folder(tmp_path, capsys):
    assert '--out' in fail([], capsys)
    (tmp_path / 'file').write_text('')
    assert 'not a folder' in fail(['--out', tmp_path / 'file'], capsys)
    assert 'nothing to render' in fail(['--out', tmp_path, '--train', 0, '--val', 0], capsys)


@pytest.mark.parametrize('missing', ['numba', 'mmmtl'])
def test_a_missing_package_says_what_to_install(tmp_path, missing):
    program = (f'import sys; sys.modules[{missing!r}] = None; '
               f'sys.path.insert(0, {str(TOOL)!r}); '
               'from street_scenes.cli import main; main(["--out", "frames"])')
    result = subprocess.run([sys.executable, '-c', program], cwd=tmp_path, capture_output=True,
                            text=True, timeout=60)
    assert result.returncode == 1
    assert missing in result.stderr.splitlines()[0].partition(': ')[2]
    assert 'pip install numba' in result.stderr
    assert 'Traceback' not in result.stderr


def test_free_cores_leave_the_busy_ones_alone(monkeypatch):
    monkeypatch.setattr(production.os, 'sched_getaffinity', lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(production.os, 'getloadavg', lambda: (3.2, 0, 0), raising=False)
    assert production.free_cores() == 5
    monkeypatch.setattr(production.os, 'getloadavg', lambda: (30.0, 0, 0), raising=False)
    assert production.free_cores() == 1


def test_the_cache_is_named_after_all_sources():
    assert compiled.compiled.sources == [compiled.PACKAGE] == [TOOL / 'street_scenes']
    with pytest.raises(ModuleNotFoundError, match='has no nothing.py: another version of mmmtl'):
        compiled.load_shared('nothing.py')


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(('stream', 'lines'), [(io.StringIO(), 2), (Terminal(), 0)])
def test_progress(stream, lines):
    now = 0.0
    progress = Progress(10, stream, lambda: now)
    for _ in range(10):
        now += 1.0
        progress.advance()
    shown = stream.getvalue()
    assert shown.count('\n') == lines  # a log gets a line every five seconds
    assert '5/10 frames, 1.0 frames/s, 0:05 left' in shown
    assert shown.rstrip().endswith('10/10 frames, 1.0 frames/s, 0:00 left')
    assert shown.count('\r') == (0 if lines else 10)
