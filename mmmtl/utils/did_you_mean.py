"""A misspelt name, answered with the closest one that is known."""

import difflib
from collections.abc import Iterable, Mapping


def did_you_mean(name: str, known: Mapping[str, str] | Iterable[str], cutoff: float = 0.7,
                 most: int = 1) -> str:
    """The closest known names as a question, or nothing.

    Args:
        name: what the user wrote.
        known: names; or spellings to compare with, and what to write for each.
        cutoff: how alike they must be, 0 to 1.
        most: names in the question, the closest first.

    Returns:
        ``"did you mean 'NAME'? "`` or ``''``, for the middle of a message.
    """
    shown = known if isinstance(known, Mapping) else {one: one for one in known}
    close = difflib.get_close_matches(name, list(shown), n=most, cutoff=cutoff)
    return f'did you mean {" or ".join(repr(shown[one]) for one in close)}? ' if close else ''
