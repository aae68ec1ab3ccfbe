"""What the command-line tools are made of."""

from .checkpoint import check_checkpoint_file, find_checkpoint_to_resume
from .config import find_config, load_config
from .devices import leave_group, prepare_device
from .launch import add_common_options, build_test_runner, build_train_runner

__all__ = [
    'add_common_options', 'build_test_runner', 'build_train_runner', 'check_checkpoint_file',
    'find_checkpoint_to_resume', 'find_config', 'leave_group', 'load_config', 'prepare_device'
]
