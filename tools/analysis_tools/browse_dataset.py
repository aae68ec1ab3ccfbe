"""Write or show pictures of what the network is given: images and targets after the pipeline.

    python tools/analysis_tools/browse_dataset.py CONFIG --output-dir pictures --number 20
"""

import argparse
import os
from pathlib import Path

import numpy as np
from mmengine.config import DictAction
from mmengine.registry import init_default_scope
from mmengine.utils import ProgressBar

from mmmtl.apis import load_config
from mmmtl.datasets.chains import check_wrapped
from mmmtl.registry import DATASETS
from mmmtl.visualization import MultiTaskLocalVisualizer


def parse_args() -> argparse.Namespace:
    """Read the command line; an impossible wish ends the program with its reason."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('config', help='a path, or mmmtl::FOLDER/NAME.py')
    parser.add_argument('--output-dir', type=Path, help='folder for the pictures')
    parser.add_argument('--split', choices=('train', 'val', 'test'), default='train')
    parser.add_argument('--number', type=int, help='how many frames (default: all)')
    parser.add_argument('--not-show', action='store_true', help='open no window')
    parser.add_argument('--show-interval', type=float, default=2, help='seconds between frames')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction,
                        help='change settings of the config: key=value, key="[a,b]"')
    args = parser.parse_args()
    if os.name == 'posix' and not (os.environ.get('DISPLAY') or os.environ.get('WAYLAND_DISPLAY')):
        args.not_show = True
    if args.not_show and args.output_dir is None:
        parser.error('there is no window to show pictures in: give --output-dir')
    if args.number is not None and args.number < 1:
        parser.error(f'--number must be at least 1, not {args.number}')
    return args


def to_image(item: dict) -> np.ndarray:
    """The network's input (3, H, W) BGR as (H, W, 3) RGB uint8; undoes ``Normalize``."""
    image = item['inputs'].numpy().transpose(1, 2, 0)
    if image.dtype != np.uint8:
        how = item['data_samples'].get('img_norm_cfg') or {}
        image = image * how.get('std', 1) + how.get('mean', 0)
        image = image[..., ::-1] if how.get('to_rgb') else image
        image = image.round().clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(image[..., ::-1])


def main() -> None:
    """Draw the frames of one split."""
    args = parse_args()
    config = load_config(args.config, args.cfg_options)
    init_default_scope(config.get('default_scope', 'mmseg'))
    loader = config.get(f'{args.split}_dataloader')
    if loader is None:
        raise SystemExit(f'{args.config} has no {args.split}_dataloader')
    dataset = DATASETS.build(loader['dataset'])
    check_wrapped(dataset)
    visualizer = MultiTaskLocalVisualizer()
    visualizer.dataset_meta = dataset.metainfo

    number = min(args.number or len(dataset), len(dataset))
    progress = ProgressBar(number)
    for i in range(number):
        item = dataset[i]
        name = Path(item['data_samples'].get('img_path', str(i))).stem
        visualizer.add_datasample(
            name,
            to_image(item),
            item['data_samples'],
            draw_pred=False,
            show=not args.not_show,
            wait_time=args.show_interval,
            out_file=args.output_dir and str(args.output_dir / f'{i:05d}_{name}.png'),
            step=i)
        progress.update()
    print()
    if args.output_dir:
        print(f'{number} pictures in {args.output_dir}')


if __name__ == '__main__':
    main()
