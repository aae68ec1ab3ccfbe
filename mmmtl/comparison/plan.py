"""Which runs a comparison has, and their files on the disk."""

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pprint import pformat
from typing import Any

from mmengine.config import Config

from mmmtl.apis.config import section

from .check_method import check_method
from .grid import KENDALL, fixed_method, grid_weights, kendall_weights
from .methods import apply_method, find_method
from .single_task import single_task_config
from .tasks import kinds_of, tasks_of

SINGLE, METHOD, GRID = 'single', 'method', 'grid'
RESULTS = 'results.json'


@dataclass(frozen=True)
class Variant:
    """One row of the comparison: a config that is trained once a seed.

    Attributes:
        name: of its folder and row.
        kind: ``'single'``, ``'method'`` or ``'grid'``.
        task: of a single-task baseline.
        weights: of a point of the grid.
        options: ``level`` and ``shared`` of a gradient method, where they are not the default.
    """

    name: str
    kind: str = METHOD
    task: str | None = None
    weights: Mapping[str, float] = field(default_factory=dict, hash=False)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Run:
    """One training: a variant with a seed, in ``folder``, of the config file ``config``."""

    variant: Variant
    seed: int
    folder: Path
    config: Path

    @property
    def finished(self) -> bool:
        """Whether its results are there."""
        return (self.folder / RESULTS).is_file()

    @property
    def title(self) -> str:
        """What messages call it."""
        return f'{self.variant.name}, seed {self.seed}'


def make_variants(cfg: Config, methods: Sequence[str], *, singles: bool = True,
                  grid: Mapping[str, Sequence[float]] | str | None = None,
                  files: Mapping[str, Path] | None = None) -> dict[Variant, Config]:
    """The configs of a comparison: each task alone, each method, each point of the grid.

    Args:
        cfg: of several tasks.
        methods: names, for :func:`find_method`.
        singles: whether each task is trained alone.
        grid: fixed weights by task (:func:`grid_weights`), or ``'kendall'``.
        files: config files of methods, by name.

    Raises:
        ValueError: the config has one task only, or no validation; or two rows have one name.
        KeyError, ValueError: an unknown method, or one that cannot be built as it is.
    """
    tasks = tasks_of(cfg.model)
    if len(tasks) < 2:
        raise ValueError(f'the config has one task only, {tasks[0]!r}: nothing to balance')
    missing = [key for key in ('val_dataloader', 'val_evaluator', 'val_cfg') if not cfg.get(key)]
    if missing:
        raise ValueError(f'the config has no {" and no ".join(missing)}: its runs have no scores')
    found = {}
    for task in tasks if singles else ():
        found[Variant(f'single-{task}', SINGLE, task)] = single_task_config(cfg, task)
    for name in dict.fromkeys(methods):
        method = find_method(name, len(tasks), files)
        changed = apply_method(cfg, method)
        check_method(changed, method.name)
        found[Variant(method.name.replace(':', '-'), options=_options(changed))] = changed
    points = kendall_weights(kinds_of(cfg.model)) if grid == KENDALL else (
        grid_weights(grid, tasks) if grid else ())
    for weights in points:
        method = fixed_method(weights)
        found[Variant(method.name, GRID, weights=weights)] = apply_method(cfg, method)
    _check_names(found)
    return {variant: _recorded(config) for variant, config in found.items()}


def write_plan(variants: Mapping[Variant, Config], seeds: Sequence[int],
               work_dir: Path) -> list[Run]:
    """Write ``<work_dir>/<variant>/config.py`` for each, and list the runs, seed by seed.

    Raises:
        ValueError: runs of another config are there under the same name.
    """
    for variant, config in variants.items():
        folder = work_dir / variant.name
        path = folder / 'config.py'
        begun = [*folder.glob(f'seed_*/{RESULTS}'), *folder.glob('seed_*/*.pth')]
        if path.is_file() and begun:
            _check_equal(Config.fromfile(str(path)), config, folder)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(_text(config))
        (folder / 'variant.json').write_text(json.dumps(asdict(variant)) + '\n')
    return [Run(variant, seed, work_dir / variant.name / f'seed_{seed}',
                work_dir / variant.name / 'config.py')
            for seed in seeds for variant in variants]


def read_runs(work_dir: Path) -> list[Run]:
    """All runs that a work directory has folders of, in the order single, method, grid.

    Raises:
        FileNotFoundError: there are none.
    """
    variants = [Variant(**json.loads(path.read_text()))
                for path in sorted(work_dir.glob('*/variant.json'),
                                   key=lambda path: path.stat().st_mtime_ns)]
    if not variants:
        raise FileNotFoundError(f'{work_dir} has no runs of tools/compare_weightings.py '
                                '(no */variant.json)')
    variants.sort(key=lambda variant: (SINGLE, METHOD, GRID).index(variant.kind))
    return [Run(variant, int(folder.name.removeprefix('seed_')), folder,
                folder.parent / 'config.py')
            for variant in variants
            for folder in sorted((work_dir / variant.name).glob('seed_*'),
                                 key=lambda path: int(path.name.removeprefix('seed_')))]


def _options(cfg: Config) -> dict[str, Any]:
    wrapper = cfg.optim_wrapper
    options = dict(level=wrapper.get('level', 'parameters'), shared=wrapper.get('shared'))
    usual = dict(level='parameters', shared=None)
    return {key: value for key, value in options.items() if value != usual[key]}


def _check_names(variants: Iterable[Variant]) -> None:
    """Two folders must not be one, also where the file system knows no case."""
    seen: dict[str, Variant] = {}
    for variant in variants:
        if '/' in variant.name or seen.setdefault(variant.name.lower(), variant) != variant:
            raise ValueError(f'two runs would have the folder {variant.name!r}, or it has a "/"; '
                             'give the method of --method-config another name')


def _recorded(cfg: Config) -> Config:
    """With the hook that leaves ``results.json``, and without a best checkpoint."""
    cfg.custom_hooks = [*(cfg.get('custom_hooks') or []), dict(type='mmmtl.RunRecordHook')]
    cfg.custom_imports = _with_import(cfg.get('custom_imports'))
    checkpoint = section(section(cfg, 'default_hooks'), 'checkpoint')
    checkpoint.setdefault('type', 'CheckpointHook')
    checkpoint.pop('save_best', None)  # the last step is compared, and a key may be of a lost task
    cfg.work_dir = None
    return cfg


def _with_import(custom_imports: Mapping | None) -> dict:
    custom_imports = copy.deepcopy(dict(custom_imports or {}))
    names = custom_imports.get('imports') or []
    names = [names] if isinstance(names, str) else list(names)
    return {**custom_imports, 'imports': names if 'mmmtl' in names else [*names, 'mmmtl']}


def _check_equal(old: Config, new: Config, folder: Path) -> None:
    old, new = _flat(old._cfg_dict.to_dict()), _flat(new._cfg_dict.to_dict())
    changed = [f'{key}: {old.get(key, "nothing")} there, {new.get(key, "nothing")} now'
               for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    if changed:
        raise ValueError(f'{folder} has runs of another config ({len(changed)} settings differ; '
                         f'{"; ".join(changed[:3])}). Take another --work-dir, or remove {folder}')


def _text(config: Config) -> str:
    """The config as a file; mmengine's ``dump`` sorts keys, and so the tasks."""
    return '\n'.join(f'{key} = {pformat(value, sort_dicts=False, width=100)}'
                     for key, value in config._cfg_dict.to_dict().items()) + '\n'


def _flat(node: object, prefix: str = '') -> dict[str, str]:
    if isinstance(node, Mapping):
        return {name: value for key, child in node.items()
                for name, value in _flat(child, f'{prefix}.{key}' if prefix else str(key)).items()}
    return {prefix: repr(node)}
