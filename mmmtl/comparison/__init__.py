"""Methods of balancing side by side: which runs, their numbers, tables and pictures."""

from .check_report import check_report
from .execute import Trainer, execute
from .methods import Method, apply_method, find_method, known_methods
from .plan import Run, Variant, make_variants, read_runs, write_plan
from .single_task import single_task_config
from .summary import Row, Spread, Summary, summarise
from .table import csv_table, markdown_table
from .tasks import tasks_of

__all__ = [
    'Method', 'Row', 'Run', 'Spread', 'Summary', 'Trainer', 'Variant', 'apply_method',
    'check_report', 'csv_table', 'execute', 'find_method', 'known_methods', 'make_variants',
    'markdown_table', 'read_runs', 'single_task_config', 'summarise', 'tasks_of', 'write_plan'
]
