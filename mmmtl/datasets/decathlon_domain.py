"""One data set of the Visual Decathlon."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.dataset import BaseDataset
from mmengine.registry import DefaultScope

from mmmtl.registry import DATASETS

from .decathlon_domains import DOMAINS, TASKS
from .restricted_pickle import load_numbers
from .unmixable import guard

SPLITS = {
    'train': ('train', ), 'val': ('val', ), 'trainval': ('train', 'val'),
    'test': ('test_stripped', ), 'test_labelled': ('test', )}
"""Split → the annotation files that it is made of."""


@DATASETS.register_module()
class DecathlonDomainDataset(BaseDataset):
    """Images of one domain, with the class as the label of the domain's task.

    Layout, as the challenge's archives unpack::

        DATA_ROOT/                        decathlon-1.0
            annotations/DOMAIN_{train,val,test_stripped}.json
            data/DOMAIN/{train,val}/CLASS/IMAGE.jpg, data/DOMAIN/test/IMAGE.jpg
            decathlon_mean_std.pickle     optional

    The json files are COCO's: ``images`` (``id``, ``file_name`` from DATA_ROOT), ``annotations``
    (``image_id``, ``category_id``; none in the test split) and ``categories``. **Class k is the
    (k + 1)-th of the domain's category ids in the order of the numbers**, the same in all splits:
    those under ``categories`` if they are as many as the domain has classes, else the range that
    begins at the smallest annotated one, as the challenge's baseline code has it.

    Each image has ``image_labels={task: class}`` (not in the test split), ``tasks=[task]``,
    ``image_id``, ``domain``, and with ``mean_std`` the domain's ``mean`` and ``std`` (RGB, 0 to
    1) for :class:`NormalizeByDataset`.

    Args:
        domain: name of its folder.
        split: 'train', 'val', 'trainval', 'test' (without labels), or 'test_labelled' for those
            who have ``DOMAIN_test.json``.
        data_root: as above.
        annotations: folder of the json files.
        mean_std: the pickle; ``None`` for pipelines that do not need it. Keys are ``DOMAINmean``
            and ``DOMAINstd``.
        num_classes: by default that of :data:`DOMAINS`.
        pipeline: transforms.
        kwargs: see :class:`mmengine.dataset.BaseDataset`.

    Raises:
        FileNotFoundError, ValueError, KeyError: naming file, what was found, and the remedy.
    """

    def __init__(self,
                 domain: str,
                 split: str = 'train',
                 data_root: str = 'data/decathlon-1.0',
                 annotations: str = 'annotations',
                 mean_std: str | None = 'decathlon_mean_std.pickle',
                 num_classes: int | None = None,
                 pipeline: Sequence = (),
                 **kwargs: Any) -> None:
        if split not in SPLITS:
            raise ValueError(f'{domain}: split must be one of {list(SPLITS)}, got {split!r}')
        if num_classes is None and domain not in DOMAINS:
            raise ValueError(f'domain {domain!r} is none of {list(DOMAINS)}; give its num_classes')
        self.domain, self.split = domain, split
        self.task = TASKS.get(domain, domain.replace('-', '_'))
        self.num_classes = num_classes or DOMAINS[domain].num_classes
        self._annotations = Path(data_root, annotations)
        self._statistics = _read_statistics(Path(data_root, mean_std), domain) if mean_std else {}
        self.category_ids: list[int] = []
        self.category_names: list[str] = []
        # outside of a config nothing sets a scope, and 'Resize' would be mmcv's, not mmseg's
        scope = None if DefaultScope.get_current_instance() else 'mmmtl'
        with DefaultScope.overwrite_default_scope(scope):
            super().__init__(data_root=data_root, data_prefix=dict(img_path=''),
                             pipeline=list(pipeline), **kwargs)

    def load_data_list(self) -> list[dict]:
        """List the images of the split."""
        files = [self._read(part) for part in SPLITS[self.split]]
        self.category_ids, self.category_names = self._categories(files)
        number = {category: k for k, category in enumerate(self.category_ids)}
        frames = []
        for content in files:
            labels = {a['image_id']: a['category_id'] for a in content.get('annotations') or ()}
            for image in content['images']:
                frame = dict(img_path=str(Path(self.data_root, image['file_name'])),
                             image_id=image['id'], domain=self.domain, tasks=[self.task],
                             seg_fields=[], reduce_zero_label=False)
                if self.split != 'test':
                    frame['image_labels'] = {
                        self.task: self._label(number, labels, image)}
                frames.append(frame)
        if not frames:
            raise ValueError(f'{self._file(SPLITS[self.split][0])} lists no images')
        if not Path(frames[0]['img_path']).is_file():
            raise FileNotFoundError(
                f'{frames[0]["img_path"]}, the first image of {self._file(SPLITS[self.split][0])}, '
                'does not exist. Unpack the images below DATA_ROOT/data, or check data_root')
        return frames

    def get_data_info(self, idx: int) -> dict:
        """One frame, with the domain's mean and standard deviation."""
        return {**super().get_data_info(idx), **self._statistics}

    def prepare_data(self, idx: int) -> Any:
        """One frame through the pipeline; what it leaves unpacked may not be mixed."""
        return guard(super().prepare_data(idx))

    def _file(self, part: str) -> Path:
        return self._annotations / f'{self.domain}_{part}.json'

    def _read(self, part: str) -> Mapping:
        path = self._file(part)
        if not path.is_file():
            raise FileNotFoundError(
                f'{path} does not exist. Unpack the annotations of the Visual Decathlon there, or '
                'check data_root and annotations')
        return json.loads(path.read_text(encoding='utf-8'))

    def _categories(self, files: Sequence[Mapping]) -> tuple[list[int], list[str]]:
        """Category ids of the domain in the order of the classes, and their names."""
        if not any(content.get('annotations') for content in files) and self._file(
                'train').is_file():
            files = [*files, self._read('train')]
        names = {c['id']: str(c.get('name', c['id']))
                 for content in files for c in content.get('categories') or ()}
        used = {a['category_id'] for content in files for a in content.get('annotations') or ()}
        ids = sorted(names)
        if len(ids) != self.num_classes and used:
            ids = list(range(min(used), min(used) + self.num_classes))
        if len(ids) != self.num_classes or not used <= set(ids):
            raise ValueError(
                f'{self._file(SPLITS[self.split][0])}: {self.domain} has {self.num_classes} '
                f'classes, but there are {len(names)} categories and {len(used)} annotated ones; '
                'give num_classes if this is another version of the data')
        return ids, [names.get(i, str(i)) for i in ids]

    def _label(self, number: Mapping[int, int], labels: Mapping[Any, int],
               image: Mapping) -> int:
        if image['id'] not in labels:
            raise KeyError(f'{self.domain}, split {self.split!r}: image {image["id"]} '
                           f'({image["file_name"]}) has no annotation')
        return number[labels[image['id']]]


def _read_statistics(path: Path, domain: str) -> dict[str, np.ndarray]:
    if not path.is_file():
        raise FileNotFoundError(
            f'{path} does not exist. It comes with the code of residual_adapters and of MTAN, not '
            'with the images; or set mean_std=None and normalise in the data preprocessor')
    content = load_numbers(path)
    try:
        found = {name: np.asarray(content[domain + name], dtype=np.float32).reshape(-1)
                 for name in ('mean', 'std')}
    except KeyError as error:
        raise KeyError(f'{path} has no {error.args[0]!r}; it has {sorted(content)}') from error
    wrong = [name for name, values in found.items() if len(values) != 3 or values.max() > 1]
    if wrong:
        raise ValueError(f'{path}: {domain + wrong[0]} must be three numbers from 0 to 1, is '
                         f'{found[wrong[0]]}')
    return found
