"""From one's own folders to a config: look into them, say what is there, write a dozen lines.

    python tools/new_config.py mmseg::FAMILY/NAME.py --data-root data/mine --out mine.py
    python tools/new_config.py --data-root data/mine --check-only

Folders that are not named are looked for under their usual names. What is wrong with the data is
said in a sentence that names file, field and remedy, and nothing is written.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from mmengine.utils import ProgressBar

import mmmtl  # noqa: F401  registers loaders
from mmmtl.apis.config import find_config, load_config
from mmmtl.datasets import BaseMultiTaskDataset
from mmmtl.datasets.listing import files_by_name, files_under
from mmmtl.own_data.guess import USUAL, guess_folders, guess_image_suffix, guess_label_suffix
from mmmtl.own_data.maps import kinds_of
from mmmtl.own_data.survey import Survey, look_at_all, summarise
from mmmtl.own_data.write_config import config_text
from mmmtl.utils.threads import usable_cores


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('published', nargs='?', metavar='CONFIG',
                        help='published config: mmseg::FAMILY/NAME.py')
    parser.add_argument('--data-root', type=Path, required=True)
    parser.add_argument('--out', type=Path, metavar='FILE.py', help='config to write')
    parser.add_argument('--force', action='store_true', help='write over --out')
    parser.add_argument('--check-only', action='store_true', help='look at the data, write nothing')
    for option in USUAL:
        parser.add_argument(f'--{option}', metavar='FOLDER')
    parser.add_argument('--classes', nargs='+', metavar='NAME', help='in the order of the labels')
    parser.add_argument('--thing-classes', nargs='+', metavar='NAME')
    parser.add_argument('--split', nargs='+', default=['0.2'],
                        help='a share held out, or TRAIN.txt VAL.txt [TEST.txt]')
    parser.add_argument('--size', nargs=2, type=int, metavar=('H', 'W'))
    parser.add_argument('--max-iters', type=int)
    parser.add_argument('--depth-unit', type=float, help='metres a step of depth files')
    parser.add_argument('--workers', type=int, default=len(usable_cores()))
    args = parser.parse_args()
    if not args.check_only and not (args.published and args.out):
        parser.error('give CONFIG and --out, or --check-only')
    return args


def split_of(words: list[str]) -> Any:
    """What ``into`` takes, from the words of the command line.

    Raises:
        ValueError: they are neither a share nor two or three files.
    """
    if len(words) == 1:
        try:
            return float(words[0])
        except ValueError:
            raise ValueError(f'--split {words[0]}: a share such as 0.2, or files with names for '
                             'training and validation, TRAIN.txt VAL.txt') from None
    return dict(zip(('train', 'val', 'test'), words, strict=False))


def open_folders(args: argparse.Namespace, folders: dict[str, str]) -> tuple[
        BaseMultiTaskDataset, dict[str, str]]:
    """A data set of all frames, and the suffixes that are not the usual ones.

    Raises:
        FileNotFoundError, ValueError: as of the data set.
    """
    images = args.data_root / folders['images']
    image_suffix = guess_image_suffix(images)
    names = list(files_by_name(files_under(str(images)), image_suffix))
    kinds = kinds_of(folders)
    found = {kind.suffix_key: guess_label_suffix(args.data_root / folders[kind.option], names)
             for kind in kinds}
    dataset = BaseMultiTaskDataset(
        data_root=str(args.data_root), img_suffix=image_suffix, **found,
        data_prefix=dict(img_path=folders['images'],
                         **{kind.path_key: folders[kind.option] for kind in kinds}))
    unusual = {} if image_suffix == '.jpg' else dict(img_suffix=image_suffix)
    return dataset, unusual | {name: end for name, end in found.items() if end != '.png'}


def survey(args: argparse.Namespace, dataset: BaseMultiTaskDataset) -> Survey:
    """Look at all frames, with a progress bar on a terminal."""
    bar = ProgressBar(len(dataset), file=sys.stderr) if sys.stderr.isatty() else None
    frames = look_at_all(dataset, args.depth_unit, max(1, args.workers),
                         bar.update if bar else lambda: None)
    return summarise(frames, dict(enumerate(args.classes or ())),
                     dataset.data_prefix.get('depth_path', ''))


def check_classes(args: argparse.Namespace, folders: dict[str, str], found: Survey) -> list[str]:
    """Names of the classes.

    Raises:
        ValueError: there are fewer than labels, or instances without thing classes.
    """
    number = max(found.classes, default=-1) + 1
    classes = args.classes or [f'class{label}' for label in range(number)]
    if len(classes) < number:
        raise ValueError(f'--classes names {len(classes)}, but the labels in {folders["labels"]} '
                         f'are {found.classes}. Name {number}; 255 is ignored')
    strange = [name for name in args.thing_classes or () if name not in classes]
    if strange:
        raise ValueError(f'--thing-classes {strange} are not among the classes {classes}')
    if 'instances' in folders and not args.thing_classes:
        raise ValueError(f'{folders["instances"]} holds instances: say of which of {classes}, '
                         '--thing-classes NAME ...')
    return classes


def run(args: argparse.Namespace) -> None:
    """Look, say, and write.

    Raises:
        FileNotFoundError, ValueError, TypeError: what is wrong with data or arguments.
    """
    if args.out and args.out.exists() and not (args.force or args.check_only):
        raise ValueError(f'{args.out} (--out) exists; take another name, or --force')
    folders = guess_folders(args.data_root, vars(args))
    print(', '.join(f'{option}: {folder}' for option, folder in folders.items()))
    dataset, suffixes = open_folders(args, folders)
    found = survey(args, dataset)
    print('\n'.join([*found.lines, *found.doubts]))
    if args.check_only:
        return
    find_config(args.published)
    arguments = dict(
        data_root=str(args.data_root), classes=tuple(check_classes(args, folders, found)),
        thing_classes=tuple(args.thing_classes or ()) or None, split=split_of(args.split),
        size=tuple(args.size) if args.size else None, max_iters=args.max_iters,
        depth_unit=args.depth_unit, **suffixes)
    text, draft = config_text(args.published, arguments, folders), args.out.with_suffix('.draft.py')
    draft.write_text(text)
    try:
        load_config(str(draft))
    finally:
        draft.unlink()
    args.out.write_text(text)
    print(f'\n{text}\nwritten to {args.out}. Train: python tools/train.py {args.out}')


def main() -> None:
    args = parse_args()
    init_default_scope('mmseg')
    MMLogger.get_instance('mmengine', log_level='WARNING')
    try:
        run(args)
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise SystemExit(f'{error}') from None


if __name__ == '__main__':
    main()
