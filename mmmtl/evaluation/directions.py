"""Whether more or less of a score is better: read from what the registered metrics state.

Each metric has a class attribute ``score_directions``, ``{name: 'higher' or 'lower'}``
(:mod:`~mmmtl.evaluation.functional.score_names`), as torchmetrics' have ``higher_is_better``. All
that asks for a direction asks here: Δm, ``save_best`` and early stopping, tables and figures.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mmmtl.registry import METRICS
from mmmtl.utils.did_you_mean import did_you_mean

from .functional.score_names import DIRECTIONS, beginnings, readings

#: of mmseg's metrics, which do not state them; ``IoU.<class>`` etc.: of versions before 1.0
_OF_MMSEG: Mapping[str, Mapping[str, str]] = {
    'IoUMetric': dict.fromkeys(
        ('aAcc', 'mIoU', 'mAcc', 'mDice', 'mFscore', 'mPrecision', 'mRecall',
         'IoU.<class>', 'Acc.<class>', 'Dice.<class>', 'Fscore.<class>', 'Precision.<class>',
         'Recall.<class>'), 'higher'),
    'CityscapesMetric': dict.fromkeys(
        ('averageScoreCategories', 'averageScoreInstCategories'), 'higher'),
    'DepthMetric': {
        **dict.fromkeys(('d1', 'd2', 'd3'), 'higher'),
        **dict.fromkeys(('abs_rel', 'sq_rel', 'rmse', 'rmse_log', 'log10', 'silog'), 'lower')},
}
_MEAN_OF_EPOCHS = re.compile(r'^last\d+/')


def of_one_epoch(key: str) -> str:
    """The score that a key is of, without the ``last10/`` of :class:`LastEpochsMeanHook`."""
    return _MEAN_OF_EPOCHS.sub('', key)


def stated_scores() -> dict[str, dict[str, str]]:
    """What all registered metrics state, plugins' and mmseg's too: direction by name, by class.

    Raises:
        ValueError: a metric states another word than 'higher' or 'lower'.
    """
    METRICS.import_from_location()
    found = {f'mmseg.{name}': dict(scores) for name, scores in _OF_MMSEG.items()}
    for cls in _registered():
        scores = vars(cls).get('score_directions')
        if isinstance(scores, Mapping):
            wrong = {name: word for name, word in scores.items() if word not in DIRECTIONS}
            if wrong:
                raise ValueError(f'{cls.__name__}.score_directions: directions must be among '
                                 f'{DIRECTIONS}, got {wrong}')
            found[f'{cls.__module__}.{cls.__name__}'] = dict(scores)
    return found


def is_higher_better(key: str, directions: Mapping[str, str] | None = None) -> bool:
    """Whether more is better for a score, from ``directions`` or from what the metrics state.

    Args:
        key: ``<prefix>/<score>``, with any prefix, and ``last10/`` before it or not.
        directions: ``'higher'`` or ``'lower'`` by key, or by the last parts of it.

    Raises:
        KeyError: no metric states it, or metrics state both.
        ValueError: the direction is another word.
    """
    parts = key.split('/')
    for known in ('/'.join(parts[i:]) for i in range(len(parts))):
        if directions and known in directions:
            check_directions({known: directions[known]})
            return directions[known] == 'higher'
    stated = _by_name()
    found = readings(of_one_epoch(key), stated)
    said = {word for one in found for word in stated[one.pattern]}
    if found and '<' not in found[0].pattern:
        said = set(stated[found[0].pattern])  # stated letter by letter
    if len(said) == 1:
        return said == {'higher'}
    remedy = f"say so by directions={{{key!r}: 'higher'}} or 'lower'"
    if said:
        raise KeyError(f'{key}: metrics state both directions for '
                       f'{sorted({one.pattern for one in found})}; {remedy}')
    raise KeyError(f'{key}: whether higher or lower is better is not known; '
                   f'{did_you_mean(parts[-1], list(stated))}A metric states it in its '
                   f'`score_directions`; {remedy}')


def check_directions(directions: Mapping[str, str]) -> None:
    """Refuse a direction that is neither ``'higher'`` nor ``'lower'``."""
    for key, direction in directions.items():
        if direction not in DIRECTIONS:
            raise ValueError(f"direction of {key!r} must be 'higher' or 'lower', got "
                             f'{direction!r}')


def task_of(key: str) -> str:
    """The prefix of ``<prefix>/<score>`` or ``last10/<prefix>/<score>``; empty without one."""
    key = of_one_epoch(key)
    found = readings(key, _by_name())
    if found:
        return found[0].prefix
    return key.partition('/')[0] if '/' in key else ''


def score_of(key: str) -> str:
    """The name of the score in ``<prefix>/<score>``: ``'mae'``, ``'AP50/car'``."""
    key = of_one_epoch(key)
    return key.removeprefix(f'{task_of(key)}/')


def is_of_one_part(key: str) -> bool:
    """Whether a score is of one class, domain or task: the last word of its pattern is a name."""
    found = readings(of_one_epoch(key), _by_name())
    return bool(found) and re.search(r'/<\w+>$', found[0].pattern) is not None


def keys_for_mmengine(direction: str) -> list[str]:
    """What mmengine's hooks may look for in a key to know a direction, each with its slash.

    They look for these anywhere in a key, in any case of letters, for 'higher' first. A 'lower'
    name that begins like a 'higher' one is given with its default prefix, since whole keys go
    before parts.
    """
    stated = _by_name()
    names = {word: beginnings(name for name, words in stated.items() if words == {word})
             for word in DIRECTIONS}
    keys = [f'/{name}' for name in names[direction]]
    if direction == 'lower':
        keys += [f'{cls.default_prefix}/{name}' for cls in _registered()
                 for name, word in (vars(cls).get('score_directions') or {}).items()
                 if word == 'lower' and any(name.lower().startswith(more.lower())
                                            for more in names['higher'])]
    return keys


def _by_name() -> dict[str, set[str]]:
    """Names of scores, and what is said of each."""
    said: dict[str, set[str]] = {}
    for scores in stated_scores().values():
        for name, word in scores.items():
            said.setdefault(name, set()).add(word)
    return said


def _registered() -> Iterator[Any]:
    registry = METRICS
    while registry is not None:
        yield from dict.fromkeys(
            cls for cls in registry.module_dict.values() if isinstance(cls, type))
        registry = registry.parent
