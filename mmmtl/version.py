"""The package's version, read by ``setup.py`` and at run time."""

__version__ = '0.1.0'
