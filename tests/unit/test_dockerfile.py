"""The Dockerfile cannot be built here; what it copies must at least be there and be enough."""

import shlex
from pathlib import Path

import setuptools

ROOT = Path(__file__).resolve().parents[2]


def copied():
    lines = (ROOT / 'Dockerfile').read_text().splitlines()
    return [word for line in lines if line.startswith('COPY ') for word in shlex.split(line)[1:-1]]


def test_everything_copied_exists():
    assert copied()
    assert [name for name in copied() if not (ROOT / name).exists()] == []


def test_what_setup_reads_is_copied(monkeypatch):
    monkeypatch.setattr(setuptools, 'setup', lambda **options: None)
    scope = {'__file__': str(ROOT / 'setup.py'), '__name__': 'setup'}
    exec((ROOT / 'setup.py').read_text(), scope)
    needed = {*scope['MIM_CONTENTS'], 'mmmtl', 'README.md', 'setup.py', 'pyproject.toml',
              'requirements'}
    assert needed <= set(copied())
    assert {'onedl', 'openmmlab', 'balancing', 'loggers'} <= set(scope['EXTRAS'])
