"""How the functions of this package are compiled; where the code is kept: ``MachineCode``.

The renderer runs without importing ``mmmtl``, which would import torch and MMSegmentation in each
of its processes: the one file that it shares with it is loaded by its path.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent


def load_shared(name: str) -> ModuleType:
    """Load a file of ``mmmtl/utils``, which lies beside ``tools`` or, installed, above them.

    Raises:
        FileNotFoundError: it lies in neither place.
    """
    tools = PACKAGE.parents[1]
    places = [tools.parent / 'mmmtl' / 'utils' / name, tools.parents[1] / 'utils' / name]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise FileNotFoundError(f'{name} is in none of {[str(path.parent) for path in places]}; '
                                'run the renderer from a checkout or an installation of mmmtl')
    spec = importlib.util.spec_from_file_location(f'street_scenes_{found.stem}', found)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: compiles a function for numba's nopython mode
compiled = load_shared('machine_code.py').MachineCode(
    [PACKAGE], 'street_scenes', fastmath=True, error_model='numpy')
