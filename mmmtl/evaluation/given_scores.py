"""Which scores built metrics will give, before they have seen a sample."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric

from mmmtl.utils.did_you_mean import did_you_mean

from .directions import of_one_epoch
from .functional.score_names import fits, spelt_out


def flat(metrics: Iterable[BaseMetric]) -> Iterator[BaseMetric]:
    """The metrics, and those that metrics such as ``DeltaM`` hold."""
    for metric in metrics:
        yield metric
        yield from flat(getattr(getattr(metric, 'evaluator', None), 'metrics', ()))


def may_give(metric: BaseMetric, key: str) -> bool:
    """Whether a metric gives a score, as far as it can be known.

    A metric knows if its class itself states ``score_directions``; an instance may narrow them by
    its options. Of any other one, a subclass of ours too, only the prefix is known.

    Args:
        metric: built; with ``dataset_meta``, names of classes are compared too.
        key: ``<prefix>/<score>``, ``last10/`` before it or not.
    """
    name = _without_prefix(metric, key)
    if not _states(metric):
        own = type(metric).evaluate is not BaseMetric.evaluate  # which may give any key
        return own or name is not None
    return name is not None and any(
        fits(stated, name, _words(metric)) for stated in metric.score_directions)


def check_given(what: str, key: str, metrics: Sequence[BaseMetric]) -> None:
    """Refuse a score that none of the metrics gives.

    Args:
        what: where the key stands, for the message: ``'save_best'``.
        key: see :func:`may_give`.
        metrics: of the evaluator.

    Raises:
        KeyError: with the closest score, and all that there are.
    """
    metrics = list(flat(metrics))
    if not metrics or any(may_give(metric, key) for metric in metrics):
        return
    stating = [metric for metric in metrics if _states(metric)]
    known = [name for metric in stating for name in _spelt_out(metric)]
    other = [type(metric).__name__ for metric in stating if _may_with_other_options(metric, key)]
    hint = f'{other[0]} gives it with other options; ' if other else _meant(key, known)
    single = [one for one in known if one.count('/') <= 1]
    more = ', and those of each class' if len(single) < len(known) else ''
    raise KeyError(f'{what} names {key!r}, but no metric of val_evaluator gives it; {hint}'
                   f'the scores are {single}{more}')


def _spelt_out(metric: BaseMetric) -> Iterator[str]:
    """All scores of a metric that states them, with its prefix."""
    start = f'{metric.prefix}/' if metric.prefix else ''
    for stated in metric.score_directions:
        for name in spelt_out(stated, _words(metric)):
            yield start + name


def _may_with_other_options(metric: BaseMetric, key: str) -> bool:
    name = _without_prefix(metric, key) or ''
    return any(fits(stated, name, _words(metric)) for stated in type(metric).score_directions)


def _meant(key: str, known: Sequence[str]) -> str:
    bare = [one for one in known if one.rpartition('/')[2] == key]  # as mmseg calls it
    return f'did you mean {bare[0]!r}? ' if bare else did_you_mean(
        of_one_epoch(key), known)


def _states(metric: BaseMetric) -> bool:
    return isinstance(vars(type(metric)).get('score_directions'), Mapping)


def _without_prefix(metric: BaseMetric, key: str) -> str | None:
    """The name of the score if the key begins with the metric's prefix."""
    key, start = of_one_epoch(key), f'{metric.prefix}/' if metric.prefix else ''
    return key.removeprefix(start) if key.startswith(start) else None


def _words(metric: BaseMetric) -> dict[str, Sequence[Any]]:
    """Names by placeholder of a pattern, where the data set has said them."""
    meta = metric.dataset_meta or {}
    found = {'class': meta.get('classes'), 'thing': meta.get('thing_classes'),
             'domain': meta.get('domains')}
    return {place: list(names) for place, names in found.items() if names}
