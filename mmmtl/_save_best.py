"""Tell mmengine's hooks which of our scores are better when lower.

``CheckpointHook(save_best=...)`` and ``EarlyStoppingHook(monitor=...)`` guess the direction from
parts of the key. mmengine knows only 'loss' as lower-is-better, and leaves the two class
attributes for "downstream repositories" to extend. The entries begin with a slash, so that they
match the name of a score and not a part of another word ('epe' in 'repeatability').
``tools/train.py`` does not leave it to guesses: :mod:`mmmtl.apis.score_rules`.
"""

from collections.abc import Iterator, Sequence

from mmengine.hooks import CheckpointHook, EarlyStoppingHook


class TaughtKeys(Sequence):
    """mmengine's keys and those of the registered metrics, which are imported when first looked at.

    Args:
        own: mmengine's.
        direction: 'higher' or 'lower'.
    """

    def __init__(self, own: Sequence[str], direction: str) -> None:
        self.own, self.direction = tuple(own), direction

    def keys(self) -> list[str]:
        """All of them."""
        from mmmtl.evaluation.directions import keys_for_mmengine
        return list(dict.fromkeys([*self.own, *keys_for_mmengine(self.direction)]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __getitem__(self, index):
        return self.keys()[index]


def teach_save_best() -> None:
    """Make ``save_best='depth/rmse'`` work without ``rule='less'``. Calling it again is harmless.

    Keys with a direction that mmengine already guesses are guessed as before.
    """
    for hook in (CheckpointHook, EarlyStoppingHook):
        if not isinstance(hook._default_less_keys, TaughtKeys):
            hook._default_less_keys = TaughtKeys(hook._default_less_keys, 'lower')
            hook._default_greater_keys = TaughtKeys(hook._default_greater_keys, 'higher')


def misleading_part(prefix: str) -> str | None:
    """The part of a task's name that mmengine takes for a higher-is-better score, if any.

    mmengine looks for 'acc', 'top', 'map', … anywhere in the key, before it looks for
    lower-is-better parts: ``save_best='depth_map/rmse'`` would keep the worst checkpoint.
    """
    keys = CheckpointHook._default_greater_keys
    for key in getattr(keys, 'own', keys):
        if key.lower() in prefix.lower():
            return key
    return None
