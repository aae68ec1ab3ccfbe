# `make demo`: three tasks on rendered street scenes, 500 steps of 4 frames, learned weights.
_base_ = [
    '../_base_/models/lite0_fpn.py', '../_base_/datasets/street_scenes_128x256.py',
    '../_base_/default_runtime.py', '../_base_/schedules/adamw_short.py'
]
# tools/analysis_tools/class_weights.py CONFIG --power 0.5: rare classes are also the thin ones.
class_weight = [
    0.584, 2.301, 0.687, 17.276, 3.271, 13.101, 5.095, 1.224, 6.559, 1.676, 4.145, 5.991, 0.953,
    2.284, 8.345
]
model = dict(
    decode_head=dict(
        num_classes=15,
        loss_decode=dict(type='mmmtl.PixelCrossEntropyLoss', class_weight=class_weight)),
    task_heads=dict(
        instance=dict(type='mmmtl.InstanceVectorHead'),
        depth=dict(type='mmmtl.InverseDepthHead')),
    loss_weighting=dict(type='mmmtl.UncertaintyWeighting'),
    # tools/analysis_tools/tune_clustering.py, on frames of another seed: README.md
    instance_clustering=dict(
        type='mmmtl.OPTICSClustering', eps=2.0, min_samples=40, min_area=30, noise_bound=3.0,
        reference_size=(128, 256)))
