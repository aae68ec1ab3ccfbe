"""mmmtl: multi-task heads, balanced losses and instance votes for MMSegmentation."""

from ._compat import check_stack, prepare_stack

check_stack()
prepare_stack()

# The registries exist from here on, so that configs find every `mmmtl.Name`.
from . import registry  # noqa: E402  (needs the stack that was just checked)
from .version import __version__  # noqa: E402

__all__ = ['__version__', 'registry']
