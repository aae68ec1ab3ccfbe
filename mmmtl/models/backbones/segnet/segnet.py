"""SegNet: the single-task and the split networks of MTAN's comparison."""

from torch import Tensor

from mmmtl.registry import MODELS

from .column import WIDTHS, SegNetBase, make_decoder, make_encoder, pool, unpool

# channels of the levels, convolutions a unit
_VARIANTS = {
    'standard': (WIDTHS, 1),
    'wide': ((*WIDTHS[:-1], 1024), 1),
    'deep': (WIDTHS, 2),
}


@MODELS.register_module()
class SegNet(SegNetBase):
    """Encoder and decoder of SegNet; with one head *single task*, with several *split*.

    Source: Badrinarayanan et al., `SegNet <https://arxiv.org/abs/1511.00561>`_ (TPAMI 2017), as
    Liu, Johns and Davison, `MTAN <https://arxiv.org/abs/1803.10704>`_ (CVPR 2019), use it: the
    decoder's first convolution of a level reduces the channels. All convolutions have a bias.

    Args:
        variant: ``'standard'``; ``'wide'`` has 1024 channels in the fifth level, ``'deep'`` two
            convolutions for each one.
        init_cfg: by default Xavier's normal initialisation, as the authors'.

    Raises:
        ValueError: an unknown variant.
    """

    def __init__(self, variant: str = 'standard', init_cfg: dict | list[dict] | None = None
                 ) -> None:
        if variant not in _VARIANTS:
            raise ValueError(
                f'SegNet: variant must be one of {list(_VARIANTS)}, got {variant!r}')
        super().__init__(init_cfg)
        widths, depth = _VARIANTS[variant]
        self.encoder = make_encoder(widths, depth)
        self.decoder = make_decoder(widths, depth)

    def forward(self, x: Tensor) -> tuple[Tensor]:
        """(N, 3, H, W) images to one (N, 64, H, W) map."""
        self.check_size(x)
        places = []
        for encode in self.encoder:
            x, place = pool(encode(x))
            places.append(place)
        for decode, place in zip(reversed(self.decoder), reversed(places), strict=True):
            x = decode(unpool(x, place))
        return (x, )
