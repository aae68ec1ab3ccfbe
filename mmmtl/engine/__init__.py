"""Training machinery: optimizer wrappers, constructors, hooks."""

from .atomic_checkpoint_hook import AtomicCheckpointHook
from .batch_shape_hook import BatchShapeHook
from .bfloat16_optim_wrapper import BFloat16MultiTaskOptimWrapper, BFloat16OptimWrapper
from .checkpoint_check_hook import CheckpointCheckHook, check_fit
from .finite_loss_hook import FiniteLossHook
from .head_classes_hook import HeadClassesHook
from .instance_clustering_hook import InstanceClusteringHook
from .label_sample_hook import LabelSampleHook
from .label_watch_hook import LabelWatchHook
from .last_batch_hook import LastBatchHook
from .last_epochs_mean_hook import LastEpochsMeanHook
from .loss_weighting_hook import LossWeightingHook
from .numbered_classes_hook import NumberedClassesHook
from .optim_wrapper_constructor import MultiTaskOptimWrapperConstructor
from .prediction_writer_hook import PredictionWriterHook
from .pretrained_check_hook import PretrainedCheckHook
from .pretrained_reach_hook import PretrainedReachHook
from .run_record_hook import RunRecordHook
from .score_check_hook import ScoreCheckHook
from .score_logger_hook import ScoreLoggerHook
from .training_check_hook import TrainingCheckHook

__all__ = [
    'AtomicCheckpointHook', 'BFloat16MultiTaskOptimWrapper', 'BFloat16OptimWrapper',
    'BatchShapeHook', 'CheckpointCheckHook', 'FiniteLossHook', 'HeadClassesHook',
    'InstanceClusteringHook', 'LabelSampleHook', 'LabelWatchHook', 'LastBatchHook',
    'LastEpochsMeanHook', 'LossWeightingHook', 'MultiTaskOptimWrapperConstructor',
    'NumberedClassesHook', 'PredictionWriterHook', 'PretrainedCheckHook', 'PretrainedReachHook',
    'RunRecordHook', 'ScoreCheckHook', 'ScoreLoggerHook', 'TrainingCheckHook', 'check_fit'
]
