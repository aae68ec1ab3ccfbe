"""The Slurm scripts, with a stand-in for srun that prints what it is given."""

import os
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[3] / 'tools'


@pytest.mark.parametrize(('gpus', 'per_node', 'expected'), [
    (None, None, 4), ('1', None, 1), ('2', '8', 2), ('8', None, 4), ('16', '8', 8)])
@pytest.mark.parametrize(('script', 'files'), [
    ('slurm_train.sh', ['c.py']), ('slurm_test.sh', ['c.py', 'w.pth'])])
def test_no_more_gpus_a_node_than_processes(tmp_path, script, files, gpus, per_node, expected):
    srun = tmp_path / 'srun'
    srun.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    srun.chmod(0o755)
    environment = {key: value for key, value in os.environ.items()
                   if key not in ('GPUS', 'GPUS_PER_NODE')}
    given = {'GPUS': gpus, 'GPUS_PER_NODE': per_node}
    environment.update({key: value for key, value in given.items() if value})
    environment['PATH'] = f"{tmp_path}:{environment['PATH']}"
    words = subprocess.run(
        ['bash', str(TOOLS / script), 'gpu', 'name', *files, '--resume'], env=environment,
        capture_output=True, text=True, check=True).stdout.splitlines()
    assert f'--gres=gpu:{expected}' in words
    assert f'--ntasks-per-node={expected}' in words
    assert f"--ntasks={gpus or 4}" in words
    assert words[-1] == '--resume'
