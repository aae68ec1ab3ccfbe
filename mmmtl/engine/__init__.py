"""Training machinery: optimizer wrappers, constructors, hooks."""

from .atomic_checkpoint_hook import AtomicCheckpointHook
from .checkpoint_fit_hook import CheckpointFitHook, check_fit
from .label_watch_hook import LabelWatchHook
from .optim_wrapper_constructor import MultiTaskOptimWrapperConstructor
from .prediction_writer_hook import PredictionWriterHook

__all__ = [
    'AtomicCheckpointHook', 'CheckpointFitHook', 'LabelWatchHook',
    'MultiTaskOptimWrapperConstructor', 'PredictionWriterHook', 'check_fit']
