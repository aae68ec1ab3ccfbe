"""numba's ``njit`` as kernels use it. Only modules of kernels import this: it imports numba."""

from pathlib import Path

from .machine_code import MachineCode

_HERE = Path(__file__).resolve()
_PACKAGE = _HERE.parents[1]

#: compiles a kernel on its first call; all files that have kernels, or functions that they call
jit = MachineCode([_PACKAGE / 'clustering',
                   _PACKAGE / 'evaluation' / 'functional' / 'overlap_kernel.py',
                   _PACKAGE / 'evaluation' / 'functional' / 'pixel_kernels.py',
                   _PACKAGE / 'evaluation' / 'functional' / 'segment_kernel.py',
                   _PACKAGE / 'datasets' / 'transforms' / 'plane_kernel.py',
                   _PACKAGE / 'datasets' / 'transforms' / 'map_kernels.py',
                   _PACKAGE / 'datasets' / 'transforms' / 'png_kernel.py',
                   _PACKAGE / 'datasets' / 'transforms' / 'resize_kernel.py', _HERE],
                  'mmmtl', nogil=True, error_model='numpy')
