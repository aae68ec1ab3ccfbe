"""Which options a class takes."""

import inspect


def options_of(cls: type) -> list[str]:
    """Options of a class, and of its bases as far as ``**kwargs`` goes on to them."""
    options: dict[str, None] = {}
    for one in cls.__mro__:
        if '__init__' not in vars(one):
            continue
        try:
            parameters = list(inspect.signature(one.__init__).parameters.values())[1:]
        except ValueError:  # of a class that is written in C
            break
        options.update((p.name, None) for p in parameters
                       if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            break
    return list(options)
