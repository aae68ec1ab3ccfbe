"""Processes that are forked behave as those that Python starts."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mmmtl
from mmmtl.testing.processes import run_script

SCRIPT = '''
import builtins, json, os, sys
import numpy, torch
import beside, mmmtl
print('seen before:', hasattr(builtins, 'mark'), file=sys.stderr)
builtins.mark = True
print(json.dumps([__name__, sys.argv, os.getcwd(), os.environ.get('MARK'), beside.value,
                  mmmtl.__file__, torch.get_num_threads()]))
print(numpy.random.random(), torch.rand(1).item())
sys.exit(3)
'''


@pytest.fixture
def script(tmp_path):
    (tmp_path / 'scripts').mkdir()
    (tmp_path / 'scripts/beside.py').write_text('value = 7')
    path = tmp_path / 'scripts/script.py'
    path.write_text(SCRIPT)
    return path


def test_as_a_process_that_python_starts(script, tmp_path):
    environment = {**os.environ, 'MARK': 'here', 'OMP_NUM_THREADS': '1'}
    environment['PYTHONPATH'] = str(Path(mmmtl.__file__).parents[1])
    typed = subprocess.run([sys.executable, str(script), 'a', '--b'], cwd=tmp_path,
                           env=environment, capture_output=True, text=True)
    code, printed = run_script(script, ['a', '--b'], tmp_path, environment)
    assert code == typed.returncode == 3
    found, wanted = (next(json.loads(line) for line in text.splitlines() if line.startswith('["'))
                     for text in (printed, typed.stdout))
    assert found == wanted and len(wanted) == 7
    _, again = run_script(script, [], tmp_path, environment)
    assert 'seen before: False' in printed and 'seen before: False' in again
    draws = [text.splitlines()[-1].split() for text in (printed, again)]
    assert len(draws[0]) == 2 and not set(draws[0]) & set(draws[1]), 'each draws its own numbers'


def test_errors_signals_and_hangs(tmp_path):
    path = tmp_path / 'script.py'
    path.write_text("raise ValueError('no such thing')")
    code, printed = run_script(path, [], tmp_path)
    assert code == 1 and 'ValueError: no such thing' in printed
    path.write_text('import time\nprint("so far", flush=True)\ntime.sleep(100)')
    with pytest.raises(TimeoutError, match='did not end within 1 s; it printed:\nso far'):
        run_script(path, [], tmp_path, timeout=1)


@pytest.mark.skipif(not hasattr(signal, 'SIGKILL'), reason='no SIGKILL here')
def test_a_signal_that_ends_it(tmp_path):
    path = tmp_path / 'script.py'
    path.write_text('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)')
    assert run_script(path, [], tmp_path)[0] == -signal.SIGKILL
