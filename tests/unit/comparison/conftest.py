"""A config of a small network, and results as a training would leave them."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from mmengine.config import Config

from mmmtl.comparison.plan import RESULTS, Run, Variant
from mmmtl.testing.toy_config import write_toy_config


@pytest.fixture(scope='session')
def toy_config(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """A config of three tasks on four toy frames; read only."""
    return write_toy_config(tmp_path_factory.mktemp('comparison'), repo_root / 'configs')


@pytest.fixture
def cfg(toy_config: Path) -> Config:
    """It, loaded."""
    return Config.fromfile(str(toy_config))


@pytest.fixture
def leave_results(tmp_path: Path):
    """``leave_results(variant, seed, scores, seconds=1.0, peak=100)``: a finished run.

    ``jobs=None`` leaves what a version without this field left.
    """

    def leave(variant: Variant, seed: int, scores: dict, seconds: float | None = 1.0,
              peak: int = 100, weights: dict | None = None, jobs: int | None = 1) -> Run:
        folder = tmp_path / variant.name / f'seed_{seed}'
        folder.mkdir(parents=True)
        (folder.parent / 'variant.json').write_text(json.dumps(asdict(variant)))
        result = dict(scores=scores, seconds_per_step=seconds, peak_bytes=peak,
                      weights=weights or {})
        (folder / RESULTS).write_text(json.dumps(
            result if jobs is None else dict(result, jobs=jobs)))
        return Run(variant, seed, folder, folder.parent / 'config.py')

    return leave
