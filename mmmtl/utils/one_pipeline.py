"""One pipeline for tests and predictions.

``tools/test.py`` reads that of ``test_dataloader``, mmseg's ``inference_model`` the variable
``test_pipeline`` beside it; who changes one of them means both.
"""

import copy
from collections.abc import Mapping
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log

_VARIABLE = 'test_pipeline'


def pipeline_of(dataset: Any) -> list | None:
    """All transforms that a frame goes through, those of wrapped data sets first.

    Args:
        dataset: its config, perhaps of a wrapper such as ``RepeatDataset``, ``ConcatDataset``.

    Returns:
        Configs of transforms; ``None`` if there is no pipeline, or joined sets have several.
    """
    if not isinstance(dataset, Mapping):
        return None
    joined = [pipeline_of(one) for one in dataset.get('datasets') or ()]
    inner = pipeline_of(dataset.get('dataset')) if 'dataset' in dataset else (
        joined[0] if joined and all(one == joined[0] for one in joined) else None)
    own = dataset.get('pipeline')
    return inner if own is None else [*(inner or ()), *own]


def join_pipelines(cfg: Config, before: Config | None = None) -> None:
    """Make ``test_pipeline`` and the pipeline of ``test_dataloader`` the same.

    The data loader's counts, as in ``tools/test.py``, unless only the variable was changed.

    Args:
        cfg: changed in place; without ``test_dataloader`` it stays.
        before: the config before options were merged into it.

    Raises:
        ValueError: both were changed and differ, or a wrapped pipeline cannot follow.
    """
    loader = cfg.get('test_dataloader') or {}
    tested, named = pipeline_of(loader.get('dataset')), cfg.get(_VARIABLE)
    if tested is None or named == tested:
        return
    was = pipeline_of((before.get('test_dataloader') or {}).get('dataset')) if before else None
    if before is None or named is None or named == before.get(_VARIABLE):
        cfg[_VARIABLE] = copy.deepcopy(tested)
        return
    if tested != was:
        raise ValueError(f'{_VARIABLE} and the pipeline of test_dataloader.dataset were changed, '
                         'and differ; change test_dataloader.dataset.pipeline alone')
    for stage in ('val', 'test'):
        dataset = (cfg.get(f'{stage}_dataloader') or {}).get('dataset')
        if not _replace(dataset, was, named) and stage == 'test':
            raise ValueError(f'{_VARIABLE} was changed, but test_dataloader.dataset has its '
                             'transforms in several places; change those')


def with_one_pipeline(cfg: Any) -> Any:
    """A copy of a config whose ``test_pipeline`` is that of the test, for predictions.

    What options changed is found by reading its file again.
    """
    if not isinstance(cfg, Config):
        return cfg
    cfg = copy.deepcopy(cfg)
    named = cfg.get(_VARIABLE)
    if named == pipeline_of((cfg.get('test_dataloader') or {}).get('dataset')):
        return cfg
    before = None
    if cfg.filename:
        try:
            before = Config.fromfile(cfg.filename, import_custom_modules=False)
        except (OSError, ValueError):  # moved or changed since
            before = None
    join_pipelines(cfg, before)
    if named is not None and named != cfg.get(_VARIABLE):
        print_log('predictions go through the pipeline of test_dataloader.dataset, as in '
                  f'tools/test.py; the {_VARIABLE} of the config is another', 'current', 30)
    return cfg


def _replace(dataset: Any, old: list, new: list) -> bool:
    """Replace a pipeline wherever it stands in a data set and those that it wraps."""
    if not isinstance(dataset, Mapping):
        return False
    found = dataset.get('pipeline') == old
    if found:
        dataset['pipeline'] = copy.deepcopy(new)
    children = [dataset.get('dataset'), *(dataset.get('datasets') or ())]
    below = [_replace(child, old, new) for child in children]  # all of them
    return found or any(below)
