"""A tiny Visual Decathlon on disk: images whose class is their colour."""

import json
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

SPLITS = ('train', 'val', 'test')


def make_toy_decathlon(root: Path, domains: Mapping[str, int], images: Mapping[str, int] | int = 8,
                       size: int = 24, seed: int = 0) -> Path:
    """Write images, annotations and ``decathlon_mean_std.pickle`` in the challenge's layout.

    Class k of K is a grey of about (k + 0.5) / K beside noise. Category ids of the domains are
    1000, 2000, … plus the class; image ids go on over all domains and splits.

    Args:
        root: what stands for ``decathlon-1.0``.
        domains: name → number of classes.
        images: in each split, of each or all domains.
        size: side of the images; they are a little wider than high.
        seed: of the noise.

    Returns:
        ``root``.
    """
    random = np.random.default_rng(seed)
    (root / 'annotations').mkdir(parents=True)
    statistics, image_id = {}, 0
    for number, (domain, classes) in enumerate(domains.items(), 1):
        statistics |= {f'{domain}mean': [0.5, 0.5, 0.5], f'{domain}std': [0.25, 0.25, 0.25]}
        categories = [dict(id=1000 * number + k, name=f'{domain} {k}') for k in range(classes)]
        for split in SPLITS:
            listed, labels = [], []
            for i in range(images if isinstance(images, int) else images[domain]):
                image_id, k = image_id + 1, i % classes
                folder = f'{k:04d}/' if split != 'test' else ''
                name = f'data/{domain}/{split}/{folder}{image_id:06d}.jpg'
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                grey = 255 * (k + 0.5) / classes + random.normal(0, 8, (size, size + 4, 3))
                Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(path, quality=95)
                listed.append(dict(id=image_id, file_name=name, width=size + 4, height=size))
                labels.append(dict(id=image_id, image_id=image_id, category_id=categories[k]['id']))
            for suffix in ((split, f'{split}_stripped') if split == 'test' else (split, )):
                content = dict(images=listed, categories=categories)
                if not suffix.endswith('stripped'):
                    content['annotations'] = labels
                (root / 'annotations' / f'{domain}_{suffix}.json').write_text(json.dumps(content))
    # protocol 2, as Python 2 wrote it
    (root / 'decathlon_mean_std.pickle').write_bytes(pickle.dumps(statistics, protocol=2))
    return root
