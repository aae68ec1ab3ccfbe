"""Import what a package holds, so that a new module of it need be named nowhere."""

import sys
from importlib import import_module
from pkgutil import iter_modules


def import_modules(package: str) -> None:
    """Import every module of a package, which registers what these hold.

    Args:
        package: its name, of a package that is being imported (``__name__`` in ``__init__.py``).
    """
    for module in iter_modules(sys.modules[package].__path__):
        import_module(f'{package}.{module.name}')
