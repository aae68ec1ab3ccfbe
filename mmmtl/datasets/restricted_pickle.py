"""Reading of pickles that hold numbers, without running what else a pickle may hold."""

import pickle
from pathlib import Path
from typing import Any

_ALLOWED = {
    ('numpy', 'ndarray'), ('numpy', 'dtype'),
    ('numpy.core.multiarray', '_reconstruct'), ('numpy.core.multiarray', 'scalar'),
    ('numpy._core.multiarray', '_reconstruct'), ('numpy._core.multiarray', 'scalar'),
    ('numpy.core.numeric', '_frombuffer'), ('numpy._core.numeric', '_frombuffer'),
    ('collections', 'OrderedDict'), ('_codecs', 'encode'),
}


class _Unpickler(pickle.Unpickler):

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f'it holds a {module}.{name}, and numbers, lists, dicts '
                                         'and numpy arrays only are read')
        return super().find_class(module, name)


def load_numbers(path: str | Path) -> Any:
    """Load a pickle of numbers, also one that Python 2 wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it holds something else, or is no pickle.
    """
    with open(path, 'rb') as file:
        try:
            return _Unpickler(file, encoding='latin1').load()
        except (pickle.UnpicklingError, EOFError) as error:
            raise ValueError(f'{path} is not a pickle of numbers: {error}') from error
