"""Tell mmengine's hooks which of our scores are better when lower.

``CheckpointHook(save_best=...)`` and ``EarlyStoppingHook(monitor=...)`` guess the direction from
parts of the key. mmengine knows only 'loss' as lower-is-better, and leaves the two class
attributes for "downstream repositories" to extend. The entries begin with a slash, so that they
match the name of a score and not a part of another word ('epe' in 'repeatability').
"""

from mmengine.hooks import CheckpointHook, EarlyStoppingHook

LOWER_IS_BETTER = (
    '/mae', '/rmse', '/epe', '/abs_rel', '/log10', '/mean', '/median',
    'multi_task/delta_m_metrics')  # whole: it contains '/delta_m', and whole keys go first
HIGHER_IS_BETTER = (
    '/delta1', '/delta2', '/delta3', '/AP', '/PQ', '/SQ', '/RQ', '/IoU', '/iIoU', '/within_',
    '/delta_m', '/accuracy', '/score')


def teach_save_best() -> None:
    """Make ``save_best='depth/rmse'`` work without ``rule='less'``. Calling it again is harmless.

    Keys with a direction that mmengine already guesses are guessed as before.
    """
    for hook in (CheckpointHook, EarlyStoppingHook):
        less, greater = set(hook._default_less_keys), set(hook._default_greater_keys)
        hook._default_less_keys = [
            *hook._default_less_keys, *(key for key in LOWER_IS_BETTER if key not in less)]
        hook._default_greater_keys = [
            *hook._default_greater_keys, *(key for key in HIGHER_IS_BETTER if key not in greater)]


def misleading_part(prefix: str) -> str | None:
    """The part of a task's name that mmengine takes for a higher-is-better score, if any.

    mmengine looks for 'acc', 'top', 'map', … anywhere in the key, before it looks for
    lower-is-better parts: ``save_best='depth_map/rmse'`` would keep the worst checkpoint.
    """
    for key in CheckpointHook._default_greater_keys:
        if key.lower() in prefix.lower():
            return key
    return None
