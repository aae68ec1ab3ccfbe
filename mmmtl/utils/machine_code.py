"""Machine code of numba that is kept between processes, and never older than its sources.

Numba notices a change of the file that holds a cached function, but not a change of the functions
that it calls in other files. So the code of a package lives in a folder named after the contents
of all its files: an edit or a checkout anywhere in it compiles everything again.

Only the standard library and numba are needed: the renderer of the demo uses this file without
installing or importing the rest of the package.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numba

_PREFIX = 'numba-'
_KEPT_SECONDS = 7 * 86400  # another process may still run the code of another state


def fingerprint(sources: Sequence[Path]) -> str:
    """A short hash of all Python files in some folders (or of single files)."""
    digest = hashlib.sha256()
    for source in sources:
        root = source if source.is_dir() else source.parent
        for path in sorted(source.rglob('*.py')) if source.is_dir() else [source]:
            digest.update(path.relative_to(root).as_posix().encode() + b'\0')
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class MachineCode:
    """Compiles the functions of one package.

    Args:
        sources: folders and files with all functions that are compiled, and that those call. The
            first is where the code is kept, in ``__pycache__``; if nothing can be written there,
            as after an installation by another user, in ``~/.cache/NAME``; if not there either,
            it is not kept. ``NUMBA_CACHE_DIR`` comes before both.
        name: of the folder in ``~/.cache``.
        options: of ``numba.njit``.
    """

    def __init__(self, sources: Sequence[Path], name: str, **options: Any) -> None:
        self.sources = sources
        self.name = name
        self.options = options
        self.folder = self._find_folder()

    def __call__(self, function: Callable) -> Callable:
        """Compile on first call, and keep the result where there is a place to keep it."""
        if self.folder is None:
            return numba.njit(function, **self.options)
        users, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(self.folder)
        try:
            return numba.njit(function, cache=True, **self.options)
        except RuntimeError:  # a function that is in no file
            return numba.njit(function, **self.options)
        finally:
            numba.config.CACHE_DIR = users

    def _find_folder(self) -> Path | None:
        own = self.sources[0] / '__pycache__'
        roots = [own, Path.home() / '.cache' / self.name]
        if numba.config.CACHE_DIR:
            roots.insert(0, Path(numba.config.CACHE_DIR))
        version = fingerprint(self.sources)
        for root in roots:
            folder = root / f'{_PREFIX}{self.name}-{version}'
            try:
                folder.mkdir(parents=True, exist_ok=True)
                os.utime(folder)  # in use now
            except OSError:
                continue
            if os.access(folder, os.W_OK):
                if root != Path(numba.config.CACHE_DIR or ''):
                    _discard_old(folder)
                return folder
        return None


def _discard_old(folder: Path) -> None:
    """Remove code of other states that nobody has used for a week."""
    for other in folder.parent.glob(f'{folder.name.rpartition("-")[0]}-*'):
        try:
            old = other != folder and time.time() - other.stat().st_mtime > _KEPT_SECONDS
        except OSError:  # another process was faster
            continue
        if old:
            shutil.rmtree(other, ignore_errors=True)
