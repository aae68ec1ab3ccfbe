"""Machine code is kept, and never older than its sources."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

numba = pytest.importorskip('numba')
from mmmtl.utils import machine_code  # noqa: E402
from mmmtl.utils.machine_code import MachineCode, fingerprint  # noqa: E402

MAIN = """
import builtins, importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location('machine_code', sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
builtins.jit = module.MachineCode([Path(__file__).parent], 'toy')
from caller import times
print(times(10), sum(times.stats.cache_hits.values()))
"""


def run(folder: Path) -> list[str]:
    return subprocess.run(
        [sys.executable, 'main.py', machine_code.__file__], cwd=folder, check=True,
        capture_output=True, text=True, env={**os.environ, 'NUMBA_CACHE_DIR': ''}).stdout.split()


def test_an_edit_of_a_callee_in_another_file(tmp_path):
    """numba alone answers 20 to the last call."""
    (tmp_path / 'main.py').write_text(MAIN)
    (tmp_path / 'caller.py').write_text(
        'from callee import factor\n\n\n@jit\ndef times(x):\n    return x * factor()\n')
    callee = '@jit\ndef factor():\n    return '
    (tmp_path / 'callee.py').write_text(callee + '2\n')
    assert run(tmp_path) == ['20', '0']
    assert run(tmp_path) == ['20', '1']  # compiled once
    (tmp_path / 'callee.py').write_text(callee + '3\n')
    assert run(tmp_path) == ['30', '0']


def test_named_after_all_sources(tmp_path):
    (tmp_path / 'inner').mkdir()
    file = tmp_path / 'inner' / 'a.py'
    file.write_text('a = 1')
    first = fingerprint([tmp_path])
    assert first == fingerprint([tmp_path]) != fingerprint([tmp_path, file])
    file.write_text('a = 2')
    assert first != fingerprint([tmp_path])
    file.rename(tmp_path / 'inner' / 'b.py')
    assert first != fingerprint([tmp_path])


def test_without_a_writable_folder_nothing_is_kept(tmp_path, monkeypatch):
    blocker = tmp_path / 'file'
    blocker.write_text('')
    monkeypatch.setattr(machine_code.Path, 'home', lambda: blocker)
    monkeypatch.setattr(numba.config, 'CACHE_DIR', '')
    code = MachineCode([blocker], 'toy')
    assert code.folder is None and code(lambda x: x + 1)(2) == 3


def test_where_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, 'CACHE_DIR', '')
    package = tmp_path / 'package'
    package.mkdir()
    assert MachineCode([package], 'toy').folder.parent == package / '__pycache__'
    monkeypatch.setattr(numba.config, 'CACHE_DIR', str(tmp_path / 'users'))
    assert MachineCode([package], 'toy').folder.parent == tmp_path / 'users'
    assert str(tmp_path / 'users') == numba.config.CACHE_DIR


def test_code_of_other_states_goes_after_a_week(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, 'CACHE_DIR', '')
    file = tmp_path / 'a.py'
    folders = []
    for text in ('a = 1', 'a = 2', 'a = 3'):
        file.write_text(text)
        folders.append(MachineCode([tmp_path], 'toy').folder)
    assert all(folder.is_dir() for folder in folders)  # another checkout may run
    os.utime(folders[0], (0, time.time() - 8 * 86400))
    MachineCode([tmp_path], 'toy')
    assert [folder.is_dir() for folder in folders] == [False, True, True]
