"""Draw what each task of an MTAN attends to, as in the paper's figure of masks.

    python tools/analysis_tools/visualize_attention.py CONFIG CHECKPOINT --output-dir pictures \\
        [--image FILE ...] [--channels 3]

Two pictures a frame: ``<frame>_masks.png`` has the mean of each mask over its channels, a column
per stage and a row per task; ``<frame>_<stage>.png``, as the paper's figure, some channels of one
stage: the shared map, each task's mask, and each task's features, the product. Frames are those of
the config's test set, or ``--image``.
"""

import argparse
import os
from pathlib import Path

import cv2
import torch
from mmcv.transforms import Compose
from mmengine.config import DictAction
from mmengine.registry import init_default_scope
from mmengine.utils import ProgressBar

from mmmtl.apis import load_config
from mmmtl.apis.checkpoint import load_weights
from mmmtl.registry import DATASETS, MODELS
from mmmtl.visualization.attention import (
    draw_channels,
    draw_masks,
    named_attention,
    record_attention,
)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a path, or mmmtl::mtan/NAME.py')
    parser.add_argument('checkpoint')
    parser.add_argument('--output-dir', type=Path, required=True, help='folder for the pictures')
    parser.add_argument('--image', type=Path, nargs='+', help='frames (default: of the test set)')
    parser.add_argument('--number', type=int, default=4, help='how many frames of the test set')
    parser.add_argument('--stage', help='of the channels shown; by default the first one')
    parser.add_argument('--channels', type=int, default=3, help='how many channels are shown')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='change settings of the config: key=value, key="[a,b]"')
    args = parser.parse_args()
    for name in ('number', 'channels'):
        if getattr(args, name) < 1:
            parser.error(f'--{name} must be at least 1, not {getattr(args, name)}')
    for path in args.image or ():
        if not path.is_file():
            parser.error(f'--image: {path} does not exist')
    return args


def frames_of(args: argparse.Namespace, pipeline: list[dict], dataset: dict) -> list[dict]:
    """Frames as the test pipeline gives them, without labels."""
    transforms = Compose([step for step in pipeline if 'Load' not in step['type']
                          or step['type'] in ('LoadImageFromFile', 'mmmtl.LoadNumpyImage')])
    if args.image:
        return [transforms(dict(img_path=str(path))) for path in args.image]
    frames = DATASETS.build(dict(dataset, pipeline=pipeline))
    count = min(args.number, len(frames))
    return [transforms(dict(img_path=frames.get_data_info(i)['img_path'])) for i in range(count)]


def main() -> None:
    """Draw the frames."""
    args = parse_args()
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get('default_scope', 'mmseg'))
    model = MODELS.build(config.model).eval()
    try:
        load_weights(model, args.checkpoint)
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(str(error)) from None
    stages = list(named_attention(model))
    if not stages:
        raise SystemExit(f'{args.config}: the network has no attention; take an MTAN')
    chosen = args.stage or stages[0]
    if chosen not in stages:
        raise SystemExit(f'--stage {chosen}: the stages are {stages}')
    dataset = config.test_dataloader.dataset
    frames = frames_of(args, dataset.pipeline, dataset)
    os.makedirs(args.output_dir, exist_ok=True)
    progress = ProgressBar(len(frames))
    for frame in frames:
        batch = model.data_preprocessor(
            dict(inputs=[frame['inputs']], data_samples=[frame['data_samples']]))
        with torch.no_grad(), record_attention(model) as recorded:
            features = model.extract_feat(batch['inputs'])
            dict(features.items())  # lazy ones too
        image = frame['inputs'].clamp(0, 255).byte().numpy().transpose(1, 2, 0)[..., ::-1]
        stem = args.output_dir / Path(frame['data_samples'].img_path).stem
        for name, picture in (('masks', draw_masks(image, recorded)),
                              (chosen, draw_channels(image, recorded[chosen], args.channels))):
            cv2.imwrite(f'{stem}_{name}.png', picture[..., ::-1])
        progress.update()
    print(f'\n{2 * len(frames)} pictures in {args.output_dir}')


if __name__ == '__main__':
    main()
