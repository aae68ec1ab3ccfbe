"""numba's ``njit`` as the kernels use it. Only modules of kernels import this: it imports numba."""

from pathlib import Path

from mmmtl.utils.machine_code import MachineCode

_HERE = Path(__file__).resolve().parent

#: compiles a kernel on its first call; all files that have kernels, or functions that they call
jit = MachineCode([_HERE, _HERE.parent / 'datasets' / 'transforms' / 'plane_kernel.py'],
                  'mmmtl', nogil=True, error_model='numpy')
