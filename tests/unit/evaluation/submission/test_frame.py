"""What of a data sample is submitted."""

import numpy as np
import pytest
import torch
from mmengine.structures import InstanceData, PixelData
from mmseg.structures import SegDataSample
from PIL import Image

from mmmtl.evaluation.submission import Folders, Frame

MAP = torch.tensor([[[0, 1], [1, 1]]])


def folders(root):
    return Folders(root / 's', root / 'i', root / 'p')


def sample(path='x/ulm_1_leftImg8bit.png', **fields):
    found = SegDataSample(metainfo=dict(img_path=str(path)))
    found.set_data({name: value if isinstance(value, InstanceData) else PixelData(data=value)
                    for name, value in fields.items()})
    return found.to_dict()


@pytest.mark.parametrize('field', ['pred_sem_seg', 'pred_panoptic_map'])
def test_only_what_was_predicted(tmp_path, field):
    frame = Frame.of(sample(**{field: MAP}), [7, 8])
    frame.write(folders(tmp_path), [7, 8])
    assert [path.name for path in tmp_path.iterdir()] == ['s' if field == 'pred_sem_seg' else 'p']
    record = frame.record()
    assert record['semantic'] == (field == 'pred_sem_seg') and not record['instances']


def test_panoptic_entry():
    assert Frame.of(sample(pred_panoptic_map=MAP * 0), [7]).record()['panoptic'] == dict(
        image_id='ulm_1', file_name='ulm_1_panoptic.png',
        segments_info=[dict(id=7, category_id=7)])


def test_maps_get_the_size_of_the_file(tmp_path):
    path = tmp_path / 'ulm_1_leftImg8bit.png'
    Image.new('RGB', (6, 4)).save(path)
    instances = InstanceData(ids=torch.tensor([1]), labels=torch.tensor([1]),
                             scores=torch.tensor([.5]))
    frame = Frame.of(sample(path, pred_sem_seg=MAP, pred_instance_map=MAP,
                            pred_panoptic_map=MAP, pred_instances=instances), [7, 8])
    frame.write(folders(tmp_path), [7, 8])
    for name in ('s/ulm_1.png', 'i/masks/ulm_1_000.png', 'p/ulm_1_panoptic.png'):
        with Image.open(tmp_path / name) as image:
            assert image.size == (6, 4)
    np.testing.assert_array_equal(
        np.array(Image.open(tmp_path / 's/ulm_1.png')),
        np.array([[7, 8], [8, 8]]).repeat(2, 0).repeat(3, 1))
    assert (tmp_path / 'i/ulm_1.txt').read_text() == 'masks/ulm_1_000.png 8 0.5\n'


def test_nothing_to_submit_is_an_error():
    with pytest.raises(ValueError, match='ulm_1_left.*nothing to submit'):
        Frame.of(sample(pred_depth_map=MAP), [7])


def test_two_frames_of_one_name(tmp_path):
    for number, path in enumerate(('a/0.png', 'b/0.png')):
        frame = Frame.of(sample(path, pred_sem_seg=MAP), [7, 8])
        if number == 0:
            frame.write(folders(tmp_path), [7, 8])
    with pytest.raises(ValueError, match=r'b/0\.png: another frame was called 0 too'):
        frame.write(folders(tmp_path), [7, 8])
