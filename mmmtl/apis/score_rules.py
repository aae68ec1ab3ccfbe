"""Say to mmengine's hooks and schedulers which scores are better when lower."""

import logging
from collections.abc import Iterator

from mmengine.config import Config, ConfigDict
from mmengine.logging import print_log

from mmmtl.evaluation.directions import is_higher_better

_RULES = {True: 'greater', False: 'less'}


def use_score_rules(cfg: Config) -> None:
    """Write the ``rule`` of each ``save_best`` and ``monitor`` that has none, as metrics state it.

    mmengine guesses it from parts of the key (``depth_map/rmse``: 'map' is taken for a score that
    is better when higher), and schedulers take 'less' for whatever they monitor. A rule that is
    given stays, and is warned of where it keeps the worst. Scores that no metric states are left to
    mmengine.
    """
    for entry, option in _watchers(cfg):
        named = entry[option]
        keys = [named] if isinstance(named, str) else list(named)
        rules = [_rule(key) for key in keys]
        given = entry.get('rule')
        if given is None and all(rules):
            entry['rule'] = rules[0] if isinstance(named, str) else rules
        if given is None:
            continue
        said = [given] * len(keys) if isinstance(given, str) else list(given)
        for key, rule, own in zip(keys, rules, said * len(keys), strict=False):
            if rule is not None and own != rule:
                print_log(f'{option}={key!r} has rule={own!r}, but {key} is better when '
                          f'{"higher" if rule == "greater" else "lower"}: the worst would be taken '
                          f'for the best. Write rule={rule!r}, or leave it out',
                          logger='current', level=logging.WARNING)


def _rule(key: str) -> str | None:
    try:
        return _RULES[is_higher_better(key)]
    except KeyError:
        return None


def _watchers(cfg: Config) -> Iterator[tuple[ConfigDict, str]]:
    """Configs of hooks and schedulers that watch a score, and the option that names it."""
    schedulers = cfg.get('param_scheduler') or []
    if isinstance(schedulers, dict):
        schedulers = [schedulers]
    entries = [*(cfg.get('default_hooks') or {}).values(), *(cfg.get('custom_hooks') or []),
               *(one for one in schedulers if isinstance(one, dict))]
    for entry in entries:
        for option in ('save_best', 'monitor'):
            if isinstance(entry, dict) and entry.get(option) and entry[option] != 'auto':
                yield entry, option
