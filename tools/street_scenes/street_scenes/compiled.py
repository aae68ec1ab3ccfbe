"""How the functions of this package are compiled; where the code is kept: ``MachineCode``.

The renderer does not import ``mmmtl``, which would import torch and MMSegmentation in each of its
processes: the one file that it takes from there is found beside the package and loaded by its path.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent


def load_shared(name: str) -> ModuleType:
    """Load a file of ``mmmtl/utils`` without importing ``mmmtl``.

    Raises:
        ModuleNotFoundError: ``mmmtl`` is not installed, or has no such file.
    """
    mmmtl = importlib.util.find_spec('mmmtl')  # does not run it
    if mmmtl is None or not mmmtl.origin:
        raise ModuleNotFoundError("No module named 'mmmtl'")
    found = Path(mmmtl.origin).parent / 'utils' / name
    if not found.is_file():
        raise ModuleNotFoundError(f'{found.parent} has no {name}: another version of mmmtl')
    spec = importlib.util.spec_from_file_location(f'street_scenes_{found.stem}', found)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: compiles a function for numba's nopython mode
compiled = load_shared('machine_code.py').MachineCode(
    [PACKAGE], 'street_scenes', fastmath=True, error_model='numpy')
