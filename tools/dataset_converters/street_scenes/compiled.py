"""How the functions of this package are compiled, and where the machine code is kept.

Numba notices a change of the file that holds a cached function, but not a change of the functions
it calls in other files. As this package is many small files, its cache lives in a folder named
after the contents of all of them: an edit anywhere compiles everything again.
"""

import hashlib
import os
import shutil
from pathlib import Path

import numba

PACKAGE = Path(__file__).resolve().parent
OPTIONS = {'fastmath': True, 'error_model': 'numpy'}


def fingerprint() -> str:
    """Return a short hash of all source files of the package."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob('*.py')):
        digest.update(str(path.relative_to(PACKAGE)).encode() + b'\0' + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> str | None:
    """Return the first writable folder for machine code, or None."""
    roots = [PACKAGE / '__pycache__', Path.home() / '.cache' / 'street_scenes']
    if numba.config.CACHE_DIR:
        roots.insert(0, Path(numba.config.CACHE_DIR))
    for root in roots:
        folder = root / f'numba-{CODE_VERSION}'
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            discard_siblings(folder)
            return str(folder)
    return None


def discard_siblings(folder: Path) -> None:
    """Remove what earlier versions of this package left in its own `__pycache__`."""
    if folder.parent == PACKAGE / '__pycache__':
        for sibling in folder.parent.glob('numba-*'):
            if sibling != folder:
                shutil.rmtree(sibling, ignore_errors=True)


CODE_VERSION = fingerprint()
CACHE_FOLDER = cache_folder()


def compiled(function):
    """Compile a function for numba's nopython mode; cached where a folder can be written."""
    if CACHE_FOLDER is None:
        return numba.njit(**OPTIONS)(function)
    users_folder, numba.config.CACHE_DIR = numba.config.CACHE_DIR, CACHE_FOLDER
    try:
        return numba.njit(cache=True, **OPTIONS)(function)
    finally:
        numba.config.CACHE_DIR = users_folder
