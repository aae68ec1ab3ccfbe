"""Base of the multi-task data sets: one image and, per task, a label file that may be missing."""

from __future__ import annotations

import logging
import os.path as osp
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import mmengine
import mmengine.fileio as fileio
from mmengine.logging import print_log
from mmengine.registry import DefaultScope
from mmseg.datasets import BaseSegDataset

from mmmtl.fields import MAP_FIELDS
from mmmtl.registry import DATASETS

from .file_checks import check_frames, lossy_label
from .frame_cache import FrameCache
from .fuse_steps import fuse_steps
from .hash_split import names_between
from .listing import files_by_name, files_under, left_out, misspelt_names, without_labels
from .map_types import MapType, own_types
from .numbered_classes import numbered_classes
from .pipeline_check import check_pipeline, turned_formats_in
from .suffixes import describe_suffixes, lossy_labels
from .unmixable import guard

TASK_NAMES = {
    'seg_map_path': 'semantic',
    **{field.path_keys[0]: field.path_keys[0].removesuffix('_path')
       for field in MAP_FIELDS.values() if field.path_keys},
    'camera_path': 'camera',
}
"""Kinds of files beside the image: key of ``data_prefix`` and of a frame -> name in messages."""


@DATASETS.register_module()
class BaseMultiTaskDataset(BaseSegDataset):
    """A data set with labels for several tasks, each in a folder and with a suffix of its own.

    Frame ``name`` has the image ``<img_path>/<name><img_suffix>`` and, for every task, the label
    ``<..._path>/<name><..._suffix>``. **A label that does not exist is a task without a label for
    that frame**: its key is missing. The case of suffixes does not matter, and ``.jpeg`` is
    ``.jpg``; files that belong to no frame are named in the log. Everything else that can be known
    is checked when the data set is built, and is an error that names file, field and remedy:

    - a folder of ``data_prefix`` or the split file that does not exist, an image that the split
      file lists and that does not exist, a split without frames;
    - a folder of ``data_prefix`` in which no frame has a file with the suffix (a subclass's own
      guesses, ``optional``, are only reported: Cityscapes without the disparity download);
    - truncated files, labels of the wrong type, image and label of different sizes (from the
      headers, without decoding: ``check_files``);
    - labels in an encoding that changes values (:func:`~mmmtl.datasets.lossy.lossy_encoding`), and
      images that EXIF turns away from their labels;
    - pipelines that would spoil a map (:func:`check_pipeline`), also if a hook exchanges them.

    One line in the log says how many frames have a label for each task.

    Args:
        ann_file: split file with one frame name a line; '' for all images of the folder.
        part: (begin, end) between 0 and 1: only this share of the frames, in an order by a hash of
            their names (:func:`~mmmtl.datasets.hash_split.names_between`). Parts that follow each
            other share no frame.
        data_root: root of relative paths.
        data_prefix: folders: ``img_path`` and any of ``seg_map_path``, ``instance_path``,
            ``disparity_path``, ``depth_path``, ``normal_path``, ``camera_path``, and those of
            further maps of :data:`mmmtl.fields.MAP_FIELDS`. ``None`` switches a task off.
        img_suffix, seg_map_suffix, instance_suffix, disparity_suffix, depth_suffix, normal_suffix,
            camera_suffix: what follows the frame's name. Further maps of
            :data:`mmmtl.fields.MAP_FIELDS` have such options, too.
        optional: keys of ``data_prefix`` whose folder or files may be missing altogether.
        instance_encoding: how instance ids are written (:class:`InstanceEncoding`'s arguments);
            ``None``: any positive value is an id.
        check_files: look at the headers of all files when built (about 0.1 ms a frame from a local
            disk). Skipped for remote file backends.
        cache: keep frames in memory after the leading deterministic transforms
            (:class:`FrameCache`). For small data sets.
        metainfo: as in mmseg; ``thing_classes`` (names) says which classes have instances. With a
            subset of ``classes``, those of them that are left. ``label_ids`` (name -> id) are the
            ids of a benchmark's submissions. Without ``classes`` they are numbered by the model's
            outputs (:class:`mmmtl.engine.NumberedClassesHook`).
        pipeline: transforms.
        **kwargs: see :class:`mmseg.datasets.BaseSegDataset`.

    Raises:
        FileNotFoundError, ValueError: see above.
    """

    def __init__(self,
                 ann_file: str = '',
                 part: tuple[float, float] = (0., 1.),
                 data_root: str | None = None,
                 data_prefix: Mapping[str, str | None] | None = None,
                 img_suffix: str = '.jpg',
                 seg_map_suffix: str = '.png',
                 instance_suffix: str = '.png',
                 disparity_suffix: str = '.png',
                 depth_suffix: str = '.png',
                 normal_suffix: str = '.png',
                 camera_suffix: str = '.json',
                 optional: Sequence[str] = (),
                 instance_encoding: dict | None = None,
                 check_files: bool = True,
                 cache: bool = False,
                 metainfo: Mapping | None = None,
                 pipeline: Sequence = (),
                 **kwargs: Any) -> None:
        self.suffixes = dict(
            seg_map_path=seg_map_suffix, instance_path=instance_suffix,
            disparity_path=disparity_suffix, depth_path=depth_suffix, normal_path=normal_suffix,
            camera_path=camera_suffix)
        for key in TASK_NAMES:
            if key not in self.suffixes:
                self.suffixes[key] = kwargs.pop(key.replace('_path', '_suffix'), '.png')
        begin, end = part
        if not 0 <= begin < end <= 1:
            raise ValueError(f'part={part}: (begin, end) with 0 <= begin < end <= 1')
        self.part = (begin, end)
        self.optional = tuple(optional)
        self.instance_encoding = instance_encoding
        self.check_files = check_files
        self.cache = cache
        self._frame_cache: FrameCache | None = None
        self._checked: Any = None  # pipeline
        self._listed: dict[str, list[str]] = {}  # folder → files, while frames are listed
        prefix = {key: path for key, path in dict(data_prefix or dict(img_path='')).items()
                  if path is not None}
        unknown = sorted(set(prefix) - {'img_path', *TASK_NAMES})
        if unknown:
            raise ValueError(f'data_prefix has unknown keys {unknown}; known are '
                             f'{["img_path", *TASK_NAMES]}')
        test_mode, lazy = kwargs.pop('test_mode', False), kwargs.pop('lazy_init', False)
        check_pipeline(pipeline, bool(test_mode))
        # outside of a config nothing sets a scope, and 'Resize' would be mmcv's, not mmseg's
        scope = None if DefaultScope.get_current_instance() else 'mmmtl'
        with DefaultScope.overwrite_default_scope(scope):
            super().__init__(
                ann_file=ann_file, data_root=data_root, data_prefix=prefix, img_suffix=img_suffix,
                seg_map_suffix=seg_map_suffix, metainfo=metainfo,
                pipeline=fuse_steps(pipeline),
                lazy_init=True, **kwargs)
            self.test_mode = test_mode  # mmseg asserts that there are classes to test with
            if not lazy:
                self.full_init()

    @classmethod
    def _load_metainfo(cls, metainfo: Mapping | None = None) -> dict:
        """Keep the thing classes that are among the classes.

        Raises:
            ValueError: if given thing classes are not among the classes.
        """
        loaded = super()._load_metainfo(metainfo)
        classes, things = loaded.get('classes'), loaded.get('thing_classes')
        if classes is None or things is None:
            return loaded
        strange = [name for name in things if name not in classes]
        if strange and metainfo and 'thing_classes' in metainfo:
            raise ValueError(f'metainfo: thing_classes {strange} are not among the classes '
                             f'{list(classes)}')
        loaded['thing_classes'] = tuple(name for name in things if name in classes)
        return loaded

    def full_init(self) -> None:
        """Check the built pipeline, then list the frames and check their files."""
        if not self._fully_initialized:
            self._check_pipeline()
        super().full_init()

    def _check_pipeline(self) -> None:
        """Check the pipeline unless it is the one checked last: hooks may exchange it."""
        if self.pipeline is not self._checked:
            check_pipeline(getattr(self.pipeline, 'transforms', ()), self.test_mode)
            self._checked = self.pipeline

    def number_classes(self, number: int) -> None:
        """Call the classes ``'0'``, ``'1'``, … in the meta information if they have no names.

        Args:
            number: of classes, the outputs of the model.
        """
        self._metainfo.update(numbered_classes(self._metainfo, number))

    def prepare_data(self, idx: int) -> Any:
        """One frame through the pipeline, with what can be kept from the last time.

        Raises:
            ValueError: the image cannot be decoded, or a hook has exchanged the pipeline for one
                that would spoil a map.
        """
        self._check_pipeline()
        try:
            return guard(self._prepare_data(idx))
        except AssertionError as error:
            if 'failed to load image' not in str(error):  # mmcv's words for it
                raise
            path = self.get_data_info(idx)['img_path']
            raise ValueError(f'{path} (img_path): the image cannot be decoded, its file is '
                             'damaged. Copy or download it again') from error

    def _prepare_data(self, idx: int) -> Any:
        if not self.cache:
            return super().prepare_data(idx)
        if self._frame_cache is None or self._frame_cache.pipeline is not self.pipeline:
            self._frame_cache = FrameCache(self.pipeline)
        return self._frame_cache(self.get_data_info(idx))

    def frame_info(self) -> dict:
        """What every frame's dict holds besides paths, for the loaders."""
        info: dict = dict(label_map=self.label_map, reduce_zero_label=self.reduce_zero_label)
        if self.METAINFO.get('classes') or self._metainfo.get('classes'):
            info['num_labels'] = len(self.METAINFO.get('classes') or self._metainfo['classes'])
        if self.instance_encoding is not None:
            info['instance_encoding'] = self.instance_encoding
        return info

    def load_data_list(self) -> list[dict]:
        """List the frames with the label files that exist, and check them.

        Returns:
            Dicts with ``img_path``, the paths of :data:`TASK_NAMES` that exist, ``seg_fields``
            (empty) and :meth:`frame_info`.
        """
        names, images = self._frame_names(), self._images() or {}
        image_folder = self.data_prefix['img_path']
        frames = [dict(img_path=osp.join(image_folder, images[name])) for name in names]
        counts = {}
        for key in self.suffixes:
            if key in self.data_prefix:
                counts[key] = self._add_labels(frames, names, key)
        labelled = ', '.join(f'{TASK_NAMES[key]} {count}' for key, count in counts.items())
        print_log(f'{type(self).__name__} {image_folder}: {len(frames)} frames; '
                  f'with a label: {labelled or "no task"}', logger='current')
        if self.check_files and self.backend_args is None:
            check_frames(frames, tuple(key for key in counts if key != 'camera_path'),
                         self.map_types(), turned_formats_in(self.pipeline.transforms))
        self._listed.clear()
        info = self.frame_info()
        return [{**frame, **info, 'seg_fields': []} for frame in frames]

    def map_types(self) -> Mapping[str, MapType]:
        """What the files of labels may be, by key of ``data_prefix``."""
        return own_types(self.frame_info().get('instance_encoding'))

    def _frame_names(self) -> list[str]:
        """Names of the frames of the part."""
        names = self._all_names()
        own = names if self.part == (0, 1) else names_between(names, *self.part)
        if not own:
            raise ValueError(
                f'{self.data_prefix["img_path"]} (data_prefix["img_path"]): there are '
                f'{len(names)} frames, of which part={self.part} has none. Take a larger part '
                '(split=0.5), or list the frames in split files (ann_file)')
        return own

    def _all_names(self) -> list[str]:
        """Names of the split file, or of all images in the folder."""
        images = self._images()
        if images is None:
            raise self._missing_folder('img_path')
        if not self.ann_file:
            if not images:
                raise ValueError(f'{self.data_prefix["img_path"]} (data_prefix["img_path"]): no '
                                 f'image ends with img_suffix={self.img_suffix!r}. '
                                 f'{self._suffixes_found("img_path")}. Set img_suffix to the one '
                                 'of the images')
            self._warn_of_left_out('img_path', images)
            return sorted(images)
        names = self._names_in_file()
        absent = [name for name in names if name not in images]
        if absent:
            found = '' if absent != names else f'{self._suffixes_found("img_path", names)}. '
            raise FileNotFoundError(
                f'{len(absent)} of the {len(names)} frames in {self.ann_file} (ann_file) have no '
                f'image; the first is {osp.join(self.data_prefix["img_path"], absent[0])}'
                f'{self.img_suffix}. {found}Check data_prefix["img_path"] and img_suffix')
        return names

    def _names_in_file(self) -> list[str]:
        """Names that the split file lists."""
        if not fileio.exists(self.ann_file, backend_args=self.backend_args):
            raise FileNotFoundError(f'split file {self.ann_file} (ann_file) does not exist. Check '
                                    'data_root and ann_file')
        lines = mmengine.list_from_file(self.ann_file, backend_args=self.backend_args)
        names = [line.strip() for line in lines if line.strip()]
        if names:  # some editors begin a file with a byte order mark
            names[0] = names[0].removeprefix('\ufeff')
        if not names:
            raise ValueError(f'split file {self.ann_file} (ann_file) lists no frames')
        return names

    def _add_labels(self, frames: list[dict], names: list[str], key: str) -> int:
        """Enter the labels of one task that exist; how many."""
        files = self._files(key, self.suffixes[key])
        if files is None and key not in self.optional:
            raise self._missing_folder(key)
        files = files or {}
        labelled = [(frame, files[name]) for frame, name in zip(frames, names, strict=True)
                    if name in files]
        for frame, path in labelled:
            frame[key] = osp.join(self.data_prefix[key], path)
        images = self._images() or {}  # of other splits too
        own = dict.fromkeys(names)
        self._check_spelling(key, own, files, images)
        in_folder = images if self.part != (0, 1) else own  # labels may all lie in other parts
        if key not in self.optional and files.keys().isdisjoint(in_folder):
            raise self._no_label(key, own, images)
        if not self.ann_file:
            self._warn_of_left_out(key, images)
        return len(labelled)

    def _check_spelling(self, key: str, own: Mapping[str, None], files: Mapping[str, str],
                        images: Mapping[str, str]) -> None:
        """Refuse a label whose name is almost that of a frame without one."""
        misspelt = misspelt_names(own, {
            name: path for name, path in files.items() if name in own or name not in images})
        if misspelt:
            raise ValueError(
                f'{osp.join(self.data_prefix[key], misspelt[0][1])} (data_prefix["{key}"]) is the '
                f'label of no frame, but differs only in case or in how accents are stored from '
                f'frame {misspelt[0][0]!r}, which has none ({len(misspelt)} such files). Rename it')

    def _no_label(self, key: str, names: Collection[str],
                  images: Mapping[str, str]) -> ValueError | FileNotFoundError:
        """The error for a folder in which no frame has a label."""
        folder, suffix = self.data_prefix[key], self.suffixes[key]
        paths = self._paths(key) or []
        if osp.normpath(folder) == osp.normpath(self.data_prefix['img_path']):
            paths = [path for path in paths if path not in set(images.values())]
        if self.backend_args is None:
            try:
                lossy = lossy_labels(folder, paths, names)
            except FileNotFoundError as error:
                return FileNotFoundError(f'{folder} (data_prefix["{key}"]): {error}')
            if lossy:
                return lossy_label(key, lossy[1], lossy[0])
        option = key.replace('_path', '_suffix')
        return ValueError(
            f'{folder} (data_prefix["{key}"]): no frame has a file there. The first would be '
            f'{next(iter(names))}{suffix}. {describe_suffixes(paths, names)}. Check '
            f'{option}={suffix!r}, or give data_prefix=dict({key}=None) to do without this task')

    def _suffixes_found(self, key: str, names: Sequence[str] = ()) -> str:
        return describe_suffixes(self._paths(key) or (), dict.fromkeys(names))

    def _warn_of_left_out(self, key: str, names: Mapping[str, Any]) -> None:
        """Say which images or labels of a folder belong to no frame."""
        others = left_out(self._paths(key) or (), names, (self.img_suffix, *self.suffixes.values()))
        if others:
            print_log(
                f'{self.data_prefix[key]} (data_prefix["{key}"]): {len(others)} files belong to no '
                f'frame and are left out: {", ".join(others[:3])}{" ..." if others[3:] else ""}. '
                f'Frames are the images that end with img_suffix={self.img_suffix!r}',
                logger='current', level=logging.WARNING)

    def _images(self) -> dict[str, str] | None:
        """Frame name → image, but for files that are labels of another frame."""
        images = self._files('img_path', self.img_suffix)
        folder = osp.normpath(self.data_prefix['img_path'])
        beside = {key: suffix for key, suffix in self.suffixes.items()
                  if key in self.data_prefix and osp.normpath(self.data_prefix[key]) == folder}
        for key, suffix in beside.items():
            if suffix.lower() == self.img_suffix.lower():
                raise ValueError(
                    f'{folder}: data_prefix["img_path"] and data_prefix["{key}"] are one folder, '
                    f'and both suffixes are {suffix!r}, so that every image would be its own '
                    f'label. Put the labels into a folder of their own, or let '
                    f'{key.replace("_path", "_suffix")} tell them apart ("_label.png")')
        return images and without_labels(images, beside.values())

    def _files(self, key: str, suffix: str) -> dict[str, str] | None:
        """Frame name → path of the files under a folder; ``None`` if it does not exist."""
        paths = self._paths(key)
        try:
            return None if paths is None else files_by_name(paths, suffix)
        except ValueError as error:
            raise ValueError(f'{self.data_prefix[key]} (data_prefix["{key}"]): {error}') from error

    def _paths(self, key: str) -> list[str] | None:
        """All files under a folder; ``None`` if it does not exist."""
        folder = self.data_prefix[key]
        if not fileio.isdir(folder, backend_args=self.backend_args):
            return None
        place = osp.normpath(folder)  # 'img/' is 'img'
        if place not in self._listed:
            self._listed[place] = files_under(folder, self.backend_args)
        return self._listed[place]

    def _missing_folder(self, key: str) -> FileNotFoundError:
        return FileNotFoundError(
            f'folder {osp.abspath(self.data_prefix[key])} (data_prefix["{key}"]) does not exist. '
            'Check data_root and data_prefix, or link the data there')
