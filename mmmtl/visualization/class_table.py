"""Names and colours of the classes in a map: those that the labels, or the head, are of."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any

from .distinct_colours import Colour, distinct_colours

Meta = Mapping[str, Any]


@dataclass(frozen=True)
class ClassTable:
    """Classes by their index.

    Attributes:
        names: of the classes.
        colours: RGB of each.
        things: names of those that have instances; empty = unknown.
    """

    names: tuple[str, ...] = ()
    colours: tuple[Colour, ...] = ()
    things: tuple[str, ...] = ()

    def as_meta(self) -> Meta:
        """As the meta information of a data set."""
        return dict(classes=self.names, palette=self.colours, thing_classes=self.things)


def meta_of_field(meta: Meta | None, name: str) -> Meta:
    """What the meta information of a data set says of the classes in one field.

    Args:
        meta: with ``classes``, ``palette`` and ``thing_classes`` of ``gt_sem_seg``; those of a
            further map of classes, ``gt_<name>``, are in ``field_classes[name]``.
        name: of the field without ``gt_`` or ``pred_``.
    """
    meta = meta or {}
    return meta if name == 'sem_seg' else (meta.get('field_classes') or {}).get(name) or {}


def table_of(meta: Meta, count: int = 0) -> ClassTable:
    """Classes as a data set has them, and numbered ones up to ``count``.

    Args:
        meta: ``classes``, ``palette`` and ``thing_classes`` (names or numbers), of which any may be
            missing: a class without a name is called by its number, one without a colour gets one.
        count: of classes, at least.
    """
    names = tuple(str(name) for name in meta.get('classes') or ())
    palette = tuple(tuple(int(c) for c in colour) for colour in meta.get('palette') or ())
    names += tuple(str(i) for i in range(len(names), max(count, len(palette))))
    colours = palette + distinct_colours(len(names) - len(palette), palette)
    things = tuple(names[thing] if isinstance(thing, Integral) and thing < len(names) else thing
                   for thing in meta.get('thing_classes') or ())
    return ClassTable(names, colours, things)


def table_of_head(count: int, trained: Meta | None, shown: Meta | None) -> ClassTable:
    """Classes of a head: of the data set it was trained for, else of the one shown, else numbers.

    Args:
        count: of the classes that it predicts.
        trained: what the data set it was trained for says of them, if that is known. A head may
            have more outputs than that set has classes, not fewer.
        shown: what the data set of the pictures says of them; if it names any, as many as that.
    """
    trained, shown = trained or {}, shown or {}
    if 0 < len(trained.get('classes') or ()) <= count:
        return table_of({**trained, 'palette': (trained.get('palette') or ())[:count]}, count)
    fits = len(shown.get('classes') or shown.get('palette') or ()) in (0, count)
    return table_of(shown if fits else {}, count)


def same_classes(*tables: ClassTable) -> bool:
    """Whether tables agree in names and colours, as far as each goes."""
    shortest = min(len(table.names) for table in tables)
    return len({(table.names[:shortest], table.colours[:shortest]) for table in tables}) == 1
