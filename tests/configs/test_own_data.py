"""One's own folders go into published configs of all families."""

import pytest
from mmengine.config import Config

from mmmtl.datasets import check_pipeline
from mmmtl.own_data import into
from mmmtl.testing.mix_in import published_configs

CONFIGS = published_configs()
#: the beginning of a name → the words with which it is refused
REFUSED = {
    'san/': 'has no backbone',
    'vpd/': 'no num_classes',  # a depth network
    'swin/swin-tiny-patch4-window7_upernet_1xb8-20k_levir': 'Albu',  # two images in one
    'unet/unet-s5-d16_fcn_4xb4-160k_hsidrive': 'loads labels after RandomCrop',  # 25 channels
}
FIRST = {name.partition('/')[0]: name for name in reversed(CONFIGS)}
SIZE = (128, 160)


def check(name: str, size: tuple[int, int] | None) -> None:
    """Pipelines of all stages are right, all semantic heads have the classes, and the size."""
    base = Config.fromfile(CONFIGS[name], import_custom_modules=False)._cfg_dict
    into(base, data_root='mine', classes=tuple('abcdefg'), thing_classes=('c', ), depth='depth',
         instances='inst', size=size, max_iters=100)
    for stage in ('train', 'val', 'test'):
        dataset = base[f'{stage}_dataloader'].dataset
        assert dataset.type == 'mmmtl.BaseMultiTaskDataset' and dataset.data_root == 'mine'
        check_pipeline(dataset.pipeline, stage != 'train')
        named = [step['type'] for step in dataset.pipeline]
        assert named.count('mmmtl.LoadDepth') == 1 and named[-1] == 'mmmtl.PackMultiTaskInputs'
        if size:
            sizes = [step.get('crop_size', step.get('scale', size)) for step in dataset.pipeline]
            assert {tuple(sorted(one)) for one in sizes} == {tuple(sorted(size))}
    check_pipeline(base.tta_pipeline, True)
    assert base.train_cfg.max_iters == 100 and base.data_root == 'mine'
    heads = base.model.decode_head
    last = heads[-1] if isinstance(heads, list) else heads
    assert 7 in {last.get('num_classes'), *(
        part.get('num_classes') for part in last.values() if isinstance(part, dict))}


@pytest.mark.parametrize('name', sorted(FIRST.values()))
def test_a_config_of_each_family(name: str) -> None:
    refused(name, SIZE)


@pytest.mark.slow
@pytest.mark.parametrize('size', [None, SIZE])
def test_all_configs(size: tuple[int, int] | None) -> None:
    assert len(CONFIGS) > 600
    for name in CONFIGS:
        refused(name, size)


def refused(name: str, size: tuple[int, int] | None) -> None:
    """Check a config, or that it is refused as it must be."""
    words = [said for beginning, said in REFUSED.items() if name.startswith(beginning)]
    if not words:
        check(name, size)
        return
    with pytest.raises(ValueError, match=words[0]):
        check(name, size)
