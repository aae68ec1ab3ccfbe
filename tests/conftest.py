"""Shared by all tests: one thread, and real data where it is at hand."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from hypothesis import settings
from mmengine.registry import init_default_scope

ROOT = Path(__file__).resolve().parent.parent

torch.set_num_threads(1)  # several test processes share the cores
os.environ.setdefault('OMP_NUM_THREADS', '1')  # of the processes that tests start

# The same examples in every run, so that a change is judged by what it changes. New ones are
# looked for with `pytest --hypothesis-profile=explore`.
settings.register_profile('same', derandomize=True, deadline=None)
settings.register_profile('explore', deadline=None)
settings.load_profile('same')


@pytest.fixture(autouse=True)
def _host_scope() -> None:
    """Names resolve as in a run of an mmseg config, whichever test came before."""
    init_default_scope('mmseg')


@pytest.fixture(autouse=True)
def _no_sleep_between_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """mmengine's loop by steps sleeps for two seconds at the end of its data, for its workers."""
    monkeypatch.setattr('mmengine.runner.loops.time', SimpleNamespace(sleep=lambda _: None))


@pytest.fixture(scope='session')
def repo_root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope='session')
def shared_data() -> Callable[[str], Path]:
    """``shared_data('cityscapes')``: a folder of real data; the test is skipped without it.

    It lies in ``MMMTL_SHARED/data``, or ``../shared/data`` beside the checkout.
    """
    folder = Path(os.environ.get('MMMTL_SHARED', ROOT.parent / 'shared')) / 'data'

    def find(name: str) -> Path:
        if not (folder / name).is_dir():
            pytest.skip(f'no real data in {folder / name} (set MMMTL_SHARED)')
        return folder / name

    return find
