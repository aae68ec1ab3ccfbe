"""The published networks, layer by layer: outputs, counts, names, refusals."""

import importlib.util
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import nn

from authors_refinenet import make_state, run
from mmmtl.registry import MODELS

ROOT = Path(__file__).resolve().parents[3]
TOOL = ROOT / 'tools' / 'model_converters' / 'light_weight_refinenet.py'
spec = importlib.util.spec_from_file_location('refinenet_converter', TOOL)
converter = importlib.util.module_from_spec(spec)
spec.loader.exec_module(converter)
BASE = ROOT / 'configs/_base_/models/lw-refinenet_mbv2.py'
#: (classes, tasks) → published number of parameters
FORMS = {(40, 2): 3_070_057, (40, 3): 3_077_228, (6, 2): 2_991_687, (46, 2): 3_083_887}
#: the library's names of what the published ones are called: the words of its author
LIBRARY = [
    *((f'conv{8 - i}.', f'1.stem_convs.{i}.') for i in range(6)),
    *((f'crp{4 - i}.', f'1.crp_blocks.{i}.') for i in range(4)),
    *((f'conv_adapt{4 - i}.', f'1.adapt_convs.{i}.') for i in range(3)),
    ('pre_segm.', '1.heads.0.0.'), ('segm.', '1.heads.0.2.'), ('pre_depth.', '1.heads.1.0.'),
    ('depth.', '1.heads.1.2.'), ('pre_normal.', '1.heads.2.0.'), ('normal.', '1.heads.2.2.'),
    ('layer', '0.layer'),
]


def build(classes: int = 40, tasks: int = 2) -> nn.Module:
    cfg = Config.fromfile(BASE).model
    cfg.decode_head.num_classes = classes
    cfg.loss_weighting = dict(type='mmmtl.FixedWeighting')
    if tasks == 3:
        cfg.task_heads.normal = dict(type='mmmtl.SurfaceNormalHead')
    return MODELS.build(cfg)


@pytest.fixture(scope='module')
def model() -> nn.Module:
    init_default_scope('mmseg')  # a fixture of a module comes before those of its tests
    with torch.device('meta'):
        return build()


@pytest.fixture(scope='module')
def state() -> dict:
    return make_state(40, 2)


@pytest.mark.parametrize('form', FORMS, ids=str)
def test_outputs_and_counts_are_those_of_the_authors(form: tuple[int, int]) -> None:
    classes, tasks = form
    model, theirs = build(classes, tasks).double().eval(), make_state(classes, tasks)
    converted = converter.convert(theirs, model)
    model.load_state_dict(converted, strict=False)
    assert sum(p.numel() for p in model.parameters()) == FORMS[form]
    assert len(converted) == len(theirs) == (346 if tasks == 3 else 343)
    image = torch.rand(1, 3, 97, 131, dtype=torch.float64)
    with torch.no_grad():
        found, expected = list(model(image, mode='tensor').values()), run(theirs, image)
        other = run(theirs, image, aligned=True)
    assert [tuple(one.shape) for one in found] == [
        (1, channels, 25, 33) for channels in (classes, 1, 3)[:tasks]]
    for ours, wanted, aligned in zip(found, expected, other, strict=True):
        assert wanted.std() > 1e-3 and (wanted - aligned).abs().max() > 1e-3
        torch.testing.assert_close(ours, wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize('prefix', ['', 'module.'])
def test_the_library_has_other_names(model: nn.Module, state: dict, prefix: str) -> None:
    def library(key: str) -> str:
        theirs, ours = next((a, b) for a, b in LIBRARY if key.startswith(a))
        return prefix + ours + key.removeprefix(theirs)

    converted = converter.convert({library(key): value for key, value in state.items()}, model)
    wanted = converter.convert(state, model)
    assert converted.keys() == wanted.keys()
    assert all(converted[key] is wanted[key] for key in wanted)


@pytest.mark.parametrize('key', ['1.stem_convs.6.weight', '1.heads.3.0.weight', 'layer9.0.weight',
                                 'conv2.weight', 'pre_normal.weight', 'crp5.0.1_outvar_dimred.x'])
def test_names_that_the_network_lacks_are_left_over(model: nn.Module, state: dict,
                                                    key: str) -> None:
    with pytest.raises(KeyError, match=rf'without a place in the network \(1\): {key}'):
        converter.convert({**state, key: torch.zeros(1)}, model)


def test_missing_doubled_and_misshapen_tensors_are_named(model: nn.Module, state: dict) -> None:
    short = {key: value for key, value in state.items() if key != 'crp2.0.3_outvar_dimred.weight'}
    with pytest.raises(KeyError, match=r'missing from the file \(1\): neck.pools.1.convs.2.weight'):
        converter.convert(short, model)
    twice = {**state, '1.heads.0.2.bias': state['segm.bias']}
    with pytest.raises(KeyError, match='segm.bias and 1.heads.0.2.bias .* both belong'):
        converter.convert(twice, model)
    with pytest.raises(ValueError, match=r'shape \(6,\) in the file and \(40,\)'):
        converter.convert({**state, 'segm.bias': torch.zeros(6)}, model)


def test_another_network_is_refused() -> None:
    cfg = Config.fromfile(ROOT / 'configs/nyuv2/lite0-fpn_nyuv2-13_1xb8-5e_144x192.py').model
    with torch.device('meta'):
        other = MODELS.build(cfg)
    with pytest.raises(ValueError, match='this model has EfficientNetLite and TopDownFPN'):
        converter.convert({}, other)


def test_command(tmp_path: Path, state: dict, monkeypatch: pytest.MonkeyPatch,
                 capsys: pytest.CaptureFixture) -> None:
    source, target = tmp_path / 'theirs.ckpt', tmp_path / 'ours.pth'
    torch.save(dict(state_dict=state), source)
    config = ROOT / 'configs/asymmetric/lw-refinenet-mbv2_nyuv2-40_1xb6-300e_512x512.py'
    monkeypatch.setattr('sys.argv', [str(TOOL), str(source), str(config), str(target)])
    with torch.device('meta'):
        converter.main()
    assert '343 tensors' in capsys.readouterr().out
    assert len(torch.load(target, weights_only=True)['state_dict']) == 343
    torch.save([1], source)
    with torch.device('meta'), pytest.raises(SystemExit, match='holds no state dict'):
        converter.main()
