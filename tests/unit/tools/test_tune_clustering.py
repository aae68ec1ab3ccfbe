"""The grid over parameters of a clusterer."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

from mmmtl.datasets.transforms.instance_vectors import instance_vectors
from mmmtl.registry import METRICS, MODELS
from mmmtl.testing.samples import toy_model_cfg
from mmmtl.testing.toy_cityscapes import make_toy_cityscapes

ROOT = Path(__file__).resolve().parents[3]
META = dict(classes=('road', 'car', 'person'), thing_classes=('car', 'person'))
CONFIG = """
_base_ = '{root}/configs/demo/lite0-fpn_street-scenes_1xb4-500_128x256.py'
model = {model}
test_dataloader = dict(dataset=dict(data_root='{data}', metainfo=dict(_delete_=True)))
"""


@pytest.fixture(scope='module')
def tool():
    path = ROOT / 'tools/analysis_tools/tune_clustering.py'
    spec = importlib.util.spec_from_file_location('tune_clustering', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def frame() -> SegDataSample:
    """Two cars; predicted is road, with vectors of zero."""
    ids = torch.zeros(1, 32, 64, dtype=torch.int32)
    ids[:, 4:16, 4:20], ids[:, 4:16, 30:50] = 7, 8
    vectors = torch.from_numpy(instance_vectors(ids[0].numpy())).permute(2, 0, 1)
    sample = SegDataSample()
    for name, data in dict(
            gt_instance_map=ids, gt_sem_seg=(ids > 0).long(), gt_instance_vector=vectors,
            pred_sem_seg=torch.zeros(1, 32, 64).long(), pred_instance_vector=0 * vectors,
            seg_logits=torch.zeros(3, 32, 64)).items():
        sample.set_data({name: PixelData(data=data.nan_to_num(0) if 'pred' in name else data)})
    return sample


def score(tool, sample, min_samples):
    metric = METRICS.build(dict(type='mmmtl.CityscapesInstanceMetric'))
    metric.dataset_meta = META
    clustering = MODELS.build(dict(
        type='mmmtl.OPTICSClustering', eps=1.5, min_samples=min_samples, panoptic=False,
        reference_size=None))
    clustering.prepare(META)
    return tool.score(clustering, metric, [sample, sample], ['AP50', 'AP'])['AP']


@pytest.mark.parametrize('what', ['semantics', 'vectors'])
def test_a_frame_without_truth_keeps_its_prediction(tool, what):
    sample = frame()
    del sample.gt_sem_seg, sample.gt_instance_vector
    before = sample.clone()
    tool.use_truth(sample, what)
    for name in ('pred_sem_seg', 'pred_instance_vector'):
        assert torch.equal(sample.get(name).data, before.get(name).data)


def test_truth_in_place_of_both_predictions_is_perfect(tool):
    sample = frame()
    assert score(tool, sample, 20)['car'] == 0
    tool.use_truth(sample, 'semantics')
    assert score(tool, sample, 20)['car'] < 100  # one object of both cars
    tool.use_truth(sample, 'vectors')
    found = score(tool, sample, 20)
    assert found['car'] == found['mean'] == 100 and np.isnan(found['person'])
    assert score(tool, sample, 1000)['car'] == 0


def test_grid(tool):
    config = dict(type='x', eps=2., min_samples=40)
    wanted = dict(eps=[1., 3.], min_samples=None, min_area=None, noise_bound=[0., 3.])
    combinations = tool.grid(config, wanted)
    assert len(combinations) == 4
    assert combinations[1] == dict(eps=1., min_samples=40, noise_bound=3.)


def test_best_by_class(tool):
    nan = float('nan')
    scores = [dict(mean=40., car=50., person=30., bus=nan), dict(mean=45., car=48., person=42.,
                                                                  bus=nan)]
    combinations = [dict(eps=1.), dict(eps=2.)]
    assert tool.best_by_class(combinations, scores) == {
        'eps': dict(car=1., person=2., bus=2.)}
    table = tool.make_table(combinations, scores).splitlines()
    assert table[0] == '| eps | mean | car | person | bus |'
    assert table[2] == '| 1.0 | 40.0 | **50.0** | 30.0 | nan |'


def test_mean_over_runs(tool):
    assert tool.mean_of([dict(car=1., bus=2.)], [dict(car=3., bus=4.)]) == [dict(car=2., bus=3.)]


def test_command(tool, tmp_path, capsys):
    init_default_scope('mmseg')
    make_toy_cityscapes(tmp_path / 'data', frames=3, size=(64, 128))
    cfg = dict(toy_model_cfg(), _delete_=True, data_preprocessor=dict(
        type='mmmtl.MultiTaskDataPreProcessor'), instance_clustering=dict(
            type='mmmtl.OPTICSClustering', eps=2., min_samples=20, reference_size=None))
    (tmp_path / 'config.py').write_text(
        CONFIG.format(root=ROOT, model=repr(cfg).replace('ConfigDict', ''), data=tmp_path / 'data'))
    built = MODELS.build({k: v for k, v in cfg.items() if k not in ('_delete_', )})
    torch.save(dict(state_dict=built.state_dict(), meta={}), tmp_path / 'x.pth')
    tool.main([str(tmp_path / 'config.py'), str(tmp_path / 'x.pth'), '--last', '2', '--eps', '1',
               '3', '--scores', 'AP50', 'AP', '--cfg-options',
               'test_dataloader.dataset.cache=False'])
    shown = capsys.readouterr().out
    assert '2 frames of train, 1 checkpoints' in shown and '\nAP50\n' in shown
    assert shown.count('| 3.0 | 20 |') == 2 and "min_samples={'person': 20" in shown
