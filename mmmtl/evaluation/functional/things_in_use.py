"""Which of the classes in use are things."""

from collections.abc import Collection, Sequence


def things_in_use(classes: Sequence[str], things: Collection[str]) -> dict[int, str]:
    """Index and name of the thing classes, ascending.

    Args:
        classes: names of the classes in use.
        things: names of the thing classes; those not among the classes are skipped.

    Raises:
        ValueError: ``things`` is one text, of which each part would be a name.
    """
    if isinstance(things, str):
        raise ValueError(f'thing_classes is the text {things!r}, not a list of names; write '
                         f'thing_classes=[{things!r}]')
    return {index: name for index, name in enumerate(classes) if name in things}
