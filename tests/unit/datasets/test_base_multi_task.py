"""The generic data set: what exists, what is missing, what is wrong."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from mmcv.transforms import Resize
from mmengine.dataset import Compose
from mmengine.registry import DefaultScope
from PIL import Image

from mmmtl.datasets import BaseMultiTaskDataset

LOADERS = [dict(type='LoadImageFromFile'), dict(type='mmmtl.LoadSemanticLabels'),
           dict(type='mmmtl.LoadInstanceIds'), dict(type='mmmtl.LoadDepth')]
PREFIX = dict(img_path='img', seg_map_path='seg', instance_path='ids', depth_path='depth')
META = dict(classes=('a', 'b'), palette=[[0, 0, 0], [1, 1, 1]])


@pytest.fixture
def root(tmp_path):
    """Three frames; frame 1 has no instances, frame 2 nothing but the image."""
    arrays = dict(img=np.zeros((4, 6, 3), np.uint8), seg=np.ones((4, 6), np.uint8),
                  ids=np.full((4, 6), 70000 % 65536, np.uint16), depth=np.full((4, 6), 1500, '<u2'))
    for folder, array in arrays.items():
        (tmp_path / folder / 'x').mkdir(parents=True)
        for name in ('x/0', 'x/1', 'x/2'):
            if folder == 'img' or name == 'x/0' or (folder != 'ids' and name == 'x/1'):
                Image.fromarray(array).save(tmp_path / folder / f'{name}.png')
    return tmp_path


def build(root, **kwargs):
    options = dict(data_root=str(root), data_prefix=PREFIX, img_suffix='.png', metainfo=META,
                   pipeline=LOADERS)
    return BaseMultiTaskDataset(**{**options, **kwargs})


def test_partial_labels(root, caplog):
    dataset = build(root)
    assert len(dataset) == 3
    assert [sorted(key for key in dataset.get_data_info(i) if key.endswith('path'))
            for i in range(3)] == [
        ['depth_path', 'img_path', 'instance_path', 'seg_map_path'],
        ['depth_path', 'img_path', 'seg_map_path'], ['img_path']]
    first, second, third = (dataset[i] for i in range(3))
    assert first['seg_fields'] == ['gt_seg_map', 'gt_instance_map', 'gt_depth_map']
    assert (first['gt_instance_map'] == 4464).all() and first['gt_instance_map'].dtype == np.int32
    assert second['gt_depth_map'] == pytest.approx(1.5) and 'gt_instance_map' not in second
    assert third['seg_fields'] == ['gt_seg_map'] and third['semantic_unlabelled']


@pytest.mark.parametrize('cache', [False, True])
def test_a_damaged_image_is_named(root, cache):
    file = root / 'img' / 'x' / '0.png'
    content = file.read_bytes()
    start = content.index(b'IDAT') + 4  # the headers stay whole
    file.write_bytes(content[:start] + bytes(len(content) - start - 12) + content[-12:])
    with pytest.raises(ValueError, match=r'x/0.png \(img_path\): the image cannot be decoded'):
        build(root, cache=cache)[0]


def test_log_line(root, monkeypatch):
    lines = []
    monkeypatch.setattr('mmmtl.datasets.base_multi_task.print_log',
                        lambda line, **_: lines.append(line))
    build(root)
    assert len(lines) == 1
    assert lines[0].endswith('3 frames; with a label: semantic 2, instance 1, depth 2')


def test_split_file(root):
    (root / 'list.txt').write_text('x/2\n\nx/0\n')
    dataset = build(root, ann_file='list.txt')
    assert [dataset.get_data_info(i)['img_path'][-7:] for i in range(2)] == ['x/2.png', 'x/0.png']


def test_switch_a_task_off(root):
    dataset = build(root, data_prefix=dict(PREFIX, instance_path=None))
    assert 'instance_path' not in dataset.get_data_info(0)


@pytest.mark.parametrize(('options', 'error', 'message'), [
    (dict(data_prefix=dict(PREFIX, img_path='no')), FileNotFoundError,
     r'folder .*/no \(data_prefix\["img_path"\]\) does not exist. Check'),
    (dict(data_prefix=dict(PREFIX, depth_path='no')), FileNotFoundError,
     r'\(data_prefix\["depth_path"\]\)'),
    (dict(ann_file='no.txt'), FileNotFoundError, r'split file .*/no.txt \(ann_file\)'),
    (dict(ann_file='bad.txt'), FileNotFoundError,
     r'1 of the 2 frames in .*bad.txt .*img/x/9.png. Check'),
    (dict(ann_file='empty.txt'), ValueError, 'lists no frames'),
    (dict(img_suffix='.jpg'), ValueError,
     r"no image ends with img_suffix='.jpg'. There are 3 with '.png'. Set img_suffix"),
    (dict(img_suffix='_x.png', ann_file='good.txt'), FileNotFoundError,
     r"2 of the 2 frames in .*good.txt .* There are 3 with '.png'. Check"),
    (dict(instance_suffix='_i.png'), ValueError,
     r"\[\"instance_path\"\]\): no frame has a file there.*x/0_i.png. "
     r"There are 1 with '.png'. Check instance_suffix"),
    (dict(data_prefix=dict(PREFIX, normals='n')), ValueError, r"unknown keys \['normals'\]"),
    (dict(metainfo=dict(META, thing_classes=('c', ))), ValueError, r"thing_classes \['c'\]"),
    (dict(pipeline=[*LOADERS, dict(type='RandomRotate', prob=1., degree=5)]), ValueError,
     'RandomRotate'),
])
def test_errors(root, options, error, message):
    (root / 'bad.txt').write_text('x/0\nx/9\n')
    (root / 'good.txt').write_text('x/0\nx/1\n')
    (root / 'empty.txt').write_text('\n')
    with pytest.raises(error, match=message):
        build(root, **options)


@pytest.mark.parametrize('suffix', ['.jpg', '_label.jpeg'])
def test_labels_that_change_values_are_refused_before_their_suffix_is_asked_for(root, suffix):
    for name in ('0', '1'):
        (root / 'seg/x' / f'{name}.png').unlink()
        Image.new('L', (6, 4)).save(root / 'seg/x' / f'{name}{suffix}')
    with pytest.raises(ValueError, match=rf'seg/x/0{suffix} .seg_map_path.: a label stored as '
                                         'JPEG, which changes values: .*Save it anew as PNG'):
        build(root)
    Image.new('L', (6, 4)).save(root / 'seg/x/0_true.png')  # there may be right ones beside them
    with pytest.raises(ValueError, match=rf"There are 2 with '{suffix}', 1 with '_true.png'"):
        build(root)


def test_a_label_that_is_a_link_to_nothing(root):
    for path in (root / 'depth/x').iterdir():
        path.unlink()
    (root / 'depth/x/0_x.png').symlink_to('/nonexistent')
    with pytest.raises(FileNotFoundError, match=r'"depth_path"\]\): .*depth/x/0_x.png: a link '
                                                'to /nonexistent, .*Link it to where'):
        build(root)


@pytest.mark.parametrize('folder', ['img', 'img/', './img', 'img/../img'])
def test_images_are_no_labels_however_their_folder_is_written(root, folder):
    for name in ('0', '1', '2'):
        Image.new('RGB', (6, 4)).save(root / f'img/x/{name}.jpg')
        (root / f'img/x/{name}.png').unlink()
    with pytest.raises(ValueError, match=r'"seg_map_path"\]\): no frame has .*no file at all'):
        build(root, data_prefix=dict(img_path='img', seg_map_path=folder), img_suffix='.jpg')


def test_images_beside_labels_are_no_labels(root):
    with pytest.raises(ValueError, match=r"no frame has a file there.* 3 with '_label.png'. Check"):
        for name in ('0', '1', '2'):
            (root / 'img/x' / f'{name}.png').rename(root / 'img/x' / f'{name}.jpg')
            Image.new('L', (6, 4)).save(root / 'img/x' / f'{name}_label.png')
        build(root, data_prefix=dict(img_path='img', seg_map_path='img'), img_suffix='.jpg',
              pipeline=LOADERS[:2])


def test_checks_of_files_can_be_left_out(root):
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(root / 'ids' / 'x' / '0.png')
    encoding = dict(divisor=1000, class_ids=(1, ))
    with pytest.raises(ValueError, match='instance_path'):
        build(root, instance_encoding=encoding)
    dataset = build(root, check_files=False, instance_encoding=encoding)
    with pytest.raises(ValueError, match=r'0.png \(instance_path\): pixels of type uint8'):
        dataset[0]


def test_values_outside_the_classes(root):
    Image.fromarray(np.full((4, 6), 2, np.uint8)).save(root / 'seg' / 'x' / '0.png')
    with pytest.raises(ValueError, match=r'seg/x/0.png .*\[2\] are outside the 2 classes'):
        build(root)[0]


def test_optional_folder(root):
    prefix = dict(PREFIX, disparity_path='no')
    dataset = build(root, data_prefix=prefix, optional=('disparity_path', ))
    assert 'disparity_path' not in dataset.get_data_info(0)


def test_mmcv_resize_is_found_when_built(root):
    pipeline = [*LOADERS, Resize(scale=(6, 4))]
    with pytest.raises(ValueError, match="mmcv's own Resize"):
        build(root, pipeline=pipeline)


def test_without_a_default_scope(root, monkeypatch):
    monkeypatch.setattr(DefaultScope, '_instance_dict', OrderedDict())
    pipeline = [*LOADERS, dict(type='RandomResize', scale=(6, 4), ratio_range=(.5, 2.)),
                dict(type='RepairUnits')]
    resize = build(root, pipeline=pipeline).pipeline.transforms[-2].resize
    assert type(resize).__module__.startswith('mmseg.')


@pytest.fixture
def folder(tmp_path):
    """A function that writes empty labels and images under the names given."""
    def make(**files):
        for key, names in files.items():
            for name in names:
                path = tmp_path / key / name
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.new('RGB' if key == 'img' else 'L', (6, 4)).save(path)
        return str(tmp_path)
    return make


def own(root, pipeline=LOADERS[:2], **kwargs):
    return BaseMultiTaskDataset(data_root=root, metainfo=META, pipeline=pipeline, **{**dict(
        data_prefix=dict(img_path='img', seg_map_path='seg')), **kwargs})


def heard(monkeypatch):
    lines = []
    for module in ('base_multi_task', 'file_checks'):
        monkeypatch.setattr(f'mmmtl.datasets.{module}.print_log',
                            lambda line, **_: lines.append(line))
    return lines


def test_suffixes_of_any_case(folder, monkeypatch):
    names = ('a.jpg', 'b.JPG', 'c.jpeg', '東京 100%/d [1].Jpg')
    lines = heard(monkeypatch)
    dataset = own(folder(img=names, seg=('a.png', 'b.PNG', '東京 100%/d [1].Png')))
    paths = [dataset.get_data_info(i) for i in range(4)]
    assert [frame['img_path'].partition('/img/')[2] for frame in paths] == list(names)
    assert ['seg_map_path' in frame for frame in paths] == [True, True, False, True]
    assert all('img' in dataset[i] for i in range(4))
    assert len(lines) == 1 and lines[0].endswith('4 frames; with a label: semantic 3')


def test_two_files_of_one_frame_are_named(folder):
    with pytest.raises(ValueError, match=r'img .*img_path.*a\.JPG and a\.jpg are both the file of'):
        own(folder(img=('a.jpg', 'a.JPG'), seg=('a.png', )))


def test_what_is_left_out_is_named(folder, monkeypatch):
    lines = heard(monkeypatch)
    root = folder(img=('a.jpg', 'b.bmp', 'c.png', '._a.jpg'), seg=('a.png', 'x.png'))
    own(root)
    assert [line.rpartition('/')[2] for line in lines[:2]] == [
        'img (data_prefix["img_path"]): 2 files belong to no frame and are left out: b.bmp, c.png. '
        "Frames are the images that end with img_suffix='.jpg'",
        'seg (data_prefix["seg_map_path"]): 1 files belong to no frame and are left out: x.png. '
        "Frames are the images that end with img_suffix='.jpg'"]
    lines.clear()
    Path(root, 'split.txt').write_text('a')
    own(root, ann_file='split.txt')
    assert len(lines) == 1  # a split leaves out what it wants to


def test_images_and_labels_in_one_folder(folder, tmp_path, monkeypatch):
    lines = heard(monkeypatch)
    root = folder(img=('a.jpg', 'b.jpg'))
    for name in ('a.png', 'b_depth.png'):
        Image.new('L', (6, 4)).save(tmp_path / 'img' / name)
    own(root, data_prefix=dict(img_path='img', seg_map_path='img', depth_path='img'),
        depth_suffix='_depth.png')
    assert len(lines) == 1 and lines[0].endswith('semantic 1, depth 1')


def test_a_name_of_another_case_is_named(folder):
    root = folder(img=('Frame1.jpg', 'b.jpg'), seg=('frame1.png', 'b.png'))
    with pytest.raises(ValueError, match=r"seg/frame1\.png .*only in case .*from frame 'Frame1'"):
        own(root)


def test_a_photo_that_exif_turns_trains(folder, tmp_path):
    root = folder(seg=('a.png', ))
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / 'img').mkdir()
    Image.new('RGB', (4, 6)).save(tmp_path / 'img' / 'a.jpg', exif=exif)
    frame = own(root)[0]
    assert frame['img'].shape[:2] == frame['gt_seg_map'].shape == (4, 6)
    ignoring = [dict(LOADERS[0], color_type='color_ignore_orientation'), LOADERS[1]]
    with pytest.raises(ValueError, match='a.jpg is 4 x 6, .*as EXIF turns it'):
        own(root, pipeline=ignoring)
    with pytest.raises(ValueError, match='a.jpg is 4 x 6, .*as EXIF turns it'):
        own(root, pipeline=ignoring, check_files=False)[0]  # by the loader, if nobody looked before
    Image.new('L', (4, 6)).save(tmp_path / 'seg' / 'a.png')
    assert own(root, pipeline=ignoring)[0]['img'].shape[:2] == (6, 4)
    for check_files in (True, False):
        with pytest.raises(ValueError, match='a.jpg is 6 x 4, .*drawn on the unturned picture'):
            own(root, check_files=check_files)[0]


def test_links_to_nothing_are_named(folder, tmp_path):
    root = folder(img=('a.jpg', ), seg=('a.png', ))
    (tmp_path / 'img' / 'b.jpg').symlink_to(tmp_path / 'moved' / 'b.jpg')
    with pytest.raises(FileNotFoundError, match=r'img/b\.jpg: a link to .*moved/b\.jpg, which'):
        own(root)


def test_a_pipeline_exchanged_by_a_hook_is_checked(folder):
    dataset = own(folder(img=('a.jpg', ), depth=('a.png', )),
                  pipeline=[LOADERS[0], dict(LOADERS[3], unit_8bit=.1)],
                  data_prefix=dict(img_path='img', depth_path='depth'))
    assert 'gt_depth_map' in dataset[0]
    rotate = dict(type='RandomRotate', prob=1., degree=9)
    dataset.pipeline = Compose([LOADERS[0], LOADERS[3], rotate])
    with pytest.raises(ValueError, match='step 2, RandomRotate: it fills the corners'):
        dataset[0]


@pytest.mark.parametrize('content', ['\ufeffa\r\nb\r\n', '\na\n\n b \n', 'a\nb'])
def test_split_files_of_any_editor(folder, tmp_path, content):
    root = folder(img=('a.jpg', 'b.jpg', 'c.jpg'), seg=('a.png', ))
    (tmp_path / 'split.txt').write_text(content, encoding='utf-8')
    assert len(own(root, ann_file='split.txt')) == 2


def test_a_label_of_another_split_is_not_taken_for_a_misspelt_one(root):
    for folder in ('img', 'seg'):
        Image.fromarray(np.zeros((4, 6), np.uint8)).save(root / folder / 'x' / 'FRAME.png')
    Image.fromarray(np.zeros((4, 6, 3), np.uint8)).save(root / 'img' / 'x' / 'frame.png')
    (root / 'split.txt').write_text('x/0\nx/frame\n')
    assert 'seg_map_path' not in build(root, ann_file='split.txt').get_data_info(1)
    (root / 'img' / 'x' / 'FRAME.png').unlink()
    with pytest.raises(ValueError, match=r'FRAME.png .*differs only in case'):
        build(root, ann_file='split.txt')


def test_parts_of_the_frames(root):
    for name in range(3, 10):
        Image.new('RGB', (6, 4)).save(root / f'img/x/{name}.png')
    parts = [build(root, part=part) for part in ((0, .3), (.3, 1))]
    names = [[part.get_data_info(i)['img_path'] for i in range(len(part))] for part in parts]
    assert [len(part) for part in parts] == [3, 7] and len({*names[0], *names[1]}) == 10
    assert sorted(names[0] + names[1]) == [
        build(root).get_data_info(i)['img_path'] for i in range(10)]


def test_labels_of_another_part_are_no_strays(root, monkeypatch):
    """Three of ten frames have labels; a part may have none of them."""
    lines = heard(monkeypatch)
    for name in range(3, 10):
        Image.new('RGB', (6, 4)).save(root / f'img/x/{name}.png')
    found = [build(root, part=(k / 10, (k + 1) / 10)) for k in range(10)]
    counts = ['seg_map_path' in part.get_data_info(0) for part in found]
    assert sorted(counts) == [False] * 8 + [True] * 2 and len(lines) == 10
    with pytest.raises(ValueError, match='no frame has a file there'):
        build(root, part=(0, .1), depth_suffix='_d.png')


@pytest.mark.parametrize('part', [(.5, .5), (-.1, .5), (.5, 1.2), (.8, .2)])
def test_no_part(root, part):
    with pytest.raises(ValueError, match='0 <= begin < end <= 1'):
        build(root, part=part)


def test_an_empty_part_says_what_to_do(root):
    with pytest.raises(ValueError, match=r'there are 3 frames, of which part=\(0, 0.1\) has none'):
        build(root, part=(0, .1))


def test_labels_beside_images_are_no_frames(folder):
    root = folder(img=('a.png', 'b.png', 'a_label.png'))
    Image.new('L', (6, 4)).save(Path(root, 'img', 'a_label.png'))
    prefix = dict(img_path='img', seg_map_path='img')
    dataset = own(root, data_prefix=prefix, img_suffix='.png', seg_map_suffix='_label.png')
    assert [Path(dataset.get_data_info(i)['img_path']).name for i in range(2)] == ['a.png', 'b.png']
    assert len(dataset) == 2 and dataset.get_data_info(0)['seg_map_path'].endswith('a_label.png')
    with pytest.raises(ValueError, match='every image would be its own label. Put the labels'):
        own(root, data_prefix=prefix, img_suffix='.png', seg_map_suffix='.PNG')
