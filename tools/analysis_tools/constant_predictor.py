"""What a predictor that looks at no image scores, by the config's own metrics.

The most frequent class, the zero vector, the mean (inverse) depth and the mean normal are taken
from the training frames, at their original size, and scored on the validation frames. No model is
built. A frame may lack any label. Metrics of what has no constant are left out: instances, panoptic
maps, answers for whole images, and tasks that no training frame is labelled for.

    python tools/analysis_tools/constant_predictor.py CONFIG --out constant.json
"""

import argparse
import copy
import json
from pathlib import Path
from typing import Any

from mmengine.config import DictAction
from mmengine.evaluator import Evaluator
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmengine.utils import ProgressBar

from mmmtl.apis import load_config
from mmmtl.datasets.numbered_classes import numbered_classes
from mmmtl.evaluation.functional import ConstantPredictor
from mmmtl.evaluation.metrics import CityscapesInstanceMetric, PanopticQualityMetric
from mmmtl.registry import DATASETS

OBJECTS = (CityscapesInstanceMetric, PanopticQualityMetric)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a path, or mmmtl::FOLDER/NAME.py')
    parser.add_argument('--out', type=Path, help='json file for constants and scores')
    parser.add_argument('--split', choices=('val', 'test'), default='val', help='what is scored')
    parser.add_argument('--train-frames', type=int, help='look at the first so many (default: all)')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='change settings of the config: key=value, key="[a,b]"')
    return parser.parse_args()


def replace_pipeline(dataset: Any, pipeline: list) -> Any:
    """A copy of a dataset's config in which every pipeline, also of wrapped ones, is another."""
    dataset = copy.deepcopy(dataset)
    if isinstance(dataset, (list, tuple)):
        return [replace_pipeline(part, pipeline) for part in dataset]
    for key in ('dataset', 'datasets'):
        if key in dataset:
            dataset[key] = replace_pipeline(dataset[key], pipeline)
    if not {'dataset', 'datasets'} & set(dataset) or 'pipeline' in dataset:
        dataset['pipeline'] = copy.deepcopy(pipeline)
    return dataset


def find_pipeline(dataset: Any) -> list:
    """The pipeline of a dataset's config, or of the first one that it wraps."""
    if isinstance(dataset, (list, tuple)):
        return find_pipeline(dataset[0])
    if 'pipeline' in dataset:
        return dataset['pipeline']
    return find_pipeline(dataset.get('dataset', dataset.get('datasets')))


def look(dataset: Any, number: int | None) -> ConstantPredictor:
    """Collect constants from the first ``number`` frames of a dataset."""
    predictor = ConstantPredictor()
    number = min(number or len(dataset), len(dataset))
    progress = ProgressBar(number)
    for i in range(number):
        sample = dataset[i]['data_samples']
        predictor.update({
            key: sample.get(key).data for key in sample.all_keys()
            if key.startswith('gt_') and isinstance(sample.get(key), PixelData)
        })
        progress.update()
    print()
    return predictor


def score(dataset: Any, evaluator: Evaluator, predictor: ConstantPredictor) -> dict[str, float]:
    """Score the constants on every frame of a dataset."""
    evaluator.dataset_meta = numbered_classes(dataset.metainfo, len(predictor.class_counts))
    known = predictor.predict((1, 1))
    left_out = [
        metric for metric in evaluator.metrics if isinstance(metric, OBJECTS) or
        hasattr(metric, 'pred_field') and metric.pred_field not in known]
    for metric in left_out:
        print(f'{type(metric).__name__} ({metric.prefix}) is left out: no constant for it')
    evaluator.metrics = [metric for metric in evaluator.metrics if metric not in left_out]
    progress = ProgressBar(len(dataset))
    for i in range(len(dataset)):
        sample = dataset[i]['data_samples']
        for field, data in predictor.predict(tuple(sample.ori_shape[:2])).items():
            setattr(sample, field, PixelData(data=data))
        evaluator.process(data_samples=[sample], data_batch=None)
        progress.update()
    print()
    return {key: float(value) for key, value in evaluator.evaluate(len(dataset)).items()}


def main() -> None:
    """Print constants and scores, and write them to ``--out``."""
    args = parse_args()
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get('default_scope', 'mmseg'))
    scored = config[f'{args.split}_dataloader']['dataset']
    trained = replace_pipeline(config['train_dataloader']['dataset'], find_pipeline(scored))
    print('constants from the training frames')
    predictor = look(DATASETS.build(trained), args.train_frames)
    print(f'scores on the frames of {args.split}')
    evaluator = Evaluator(copy.deepcopy(config[f'{args.split}_evaluator']))
    scores = score(DATASETS.build(scored), evaluator, predictor)
    for title, table in (('constant', predictor.constants), ('score', scores)):
        for key, value in table.items():
            values = value if isinstance(value, list) else [value]
            print(f'{title:10s}{key:28s}' + ''.join(f'{number:10.4f}' for number in values))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(
            json.dumps({'constants': predictor.constants, 'scores': scores}, indent=2) + '\n')


if __name__ == '__main__':
    main()
