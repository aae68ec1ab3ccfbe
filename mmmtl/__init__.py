"""mmmtl: multi-task heads, balanced losses and instance votes for MMSegmentation."""

from ._compat import check_stack, prepare_stack

check_stack()
prepare_stack()

# What follows needs the stack that was just checked. The registries exist from here on, so that
# configs find every `mmmtl.Name`.
from . import registry  # noqa: E402
from ._save_best import teach_save_best  # noqa: E402
from .version import __version__  # noqa: E402

teach_save_best()

__all__ = ['__version__', 'registry']
