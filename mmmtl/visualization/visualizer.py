"""The registered visualizer."""

from collections.abc import Mapping
from typing import Any

import mmcv
import numpy as np
import torch
from mmengine.dist import master_only
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from mmseg.visualization import SegLocalVisualizer

from mmmtl.fields import logits_field
from mmmtl.registry import VISUALIZERS

from .class_maps import OTHER_MAPS
from .class_table import ClassTable, Meta, meta_of_field, table_of_head
from .frame import make_frame
from .objects import Thing
from .sheet import draw_sheet


@VISUALIZERS.register_module()
class MultiTaskLocalVisualizer(SegLocalVisualizer):
    """Draws one sheet for a frame: a column for each task, ground truth above prediction.

    Columns: image, semantics, instance vectors, instances with class and score, panoptic map,
    inverse depth and depth, surface normals; a task that is neither labelled nor predicted has
    none. Truth and prediction share one scale in each column, and the legends below say how to
    read it.

    Classes of the truth have names and colours of the data set (``dataset_meta``), those of a
    prediction what :meth:`set_head_classes` told; without that the data set's if it has as many
    classes as there are logits, else numbers and colours made here. There is a column for each map
    of classes: ``sem_seg`` and whatever else is predicted in one channel of integers. The meta
    information may name the classes of such a field:
    ``field_classes=dict(x=dict(classes=..., palette=...))`` for ``gt_x`` and ``pred_x``.

    It takes the place of ``SegLocalVisualizer`` in a config and works with mmseg's
    ``SegVisualizationHook`` (``tools/test.py --show-dir``).

    Args:
        name: Of the visualizer, as for every visualizer of mmengine.
        smallest: Frames narrower than this many pixels are enlarged, that legends be readable.
        largest: Frames are shrunk until no side is longer than this many pixels.
        **kwargs: As for ``SegLocalVisualizer``: ``vis_backends``, ``save_dir``, …

    Example:
        visualizer = dict(type='mmmtl.MultiTaskLocalVisualizer', name='visualizer',
                          vis_backends=[dict(type='LocalVisBackend')])
    """

    def __init__(self,
                 name: str = 'visualizer',
                 smallest: int = 384,
                 largest: int = 640,
                 **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        if not 0 < smallest <= largest:
            raise ValueError('MultiTaskLocalVisualizer: 0 < smallest <= largest is needed, not '
                             f'smallest={smallest}, largest={largest}.')
        self.smallest, self.largest = smallest, largest
        self._heads: dict[str, ClassTable] = {}

    def set_head_classes(self, tables: Mapping[str, ClassTable]) -> None:
        """Tell the classes of heads, which may have been trained for another data set.

        Args:
            tables: by the field that a head predicts, ``pred_sem_seg``.
        """
        self._heads = dict(tables)

    @master_only
    def add_datasample(self,
                       name: str,
                       image: np.ndarray,
                       data_sample: SegDataSample | None = None,
                       draw_gt: bool = True,
                       draw_pred: bool = True,
                       show: bool = False,
                       wait_time: float = 0,
                       out_file: str | None = None,
                       step: int = 0,
                       **kwargs: Any) -> None:
        """Draw a frame, and show it, write it to ``out_file``, or hand it to all backends.

        Args:
            name: Of the image; written above the sheet.
            image: (H, W, 3) RGB uint8.
            data_sample: Maps of truth (``gt_...``) and prediction (``pred_...``).
            draw_gt: Whether to draw the row of the truth.
            draw_pred: Whether to draw the row of the prediction.
            show: Whether to open a window.
            wait_time: Seconds that the window stays; 0 = until a key is pressed.
            out_file: File to write instead of using the backends.
            step: Step that the backends put into the file name.
            **kwargs: Options of mmseg's visualizer that have no meaning here (``with_labels``, …).
        """
        sheet = self.draw(image, data_sample, draw_gt, draw_pred, name)
        self.set_image(sheet)
        if show:
            self.show(sheet, win_name=name, wait_time=wait_time)
        if out_file is not None:
            mmcv.imwrite(mmcv.rgb2bgr(sheet), out_file)
        else:
            self.add_image(name, sheet, step)

    def draw(self,
             image: np.ndarray,
             data_sample: SegDataSample | None,
             draw_gt: bool = True,
             draw_pred: bool = True,
             name: str = '') -> np.ndarray:
        """Draw the sheet of a frame: (H, W, 3) RGB uint8."""
        wanted = [row for row, on in (('gt', draw_gt), ('pred', draw_pred)) if on]
        fields = dict(sorted(data_sample.items())) if data_sample is not None else {}
        maps = {
            field: _as_array(value.data) for field, value in fields.items()
            if field.partition('_')[0] in wanted and _may_be_drawn(field, value)
        }
        rows = tuple(row for row in wanted if any(key.startswith(f'{row}_') for key in maps))
        things = {'pred': _predicted_things(data_sample)} if draw_pred else {}
        meta = self.dataset_meta or {}
        heads = {**_tables_of_logits(fields, meta), **self._heads}
        frame = make_frame(image, maps, meta, self.smallest, self.largest, things, heads)
        return draw_sheet(frame, rows or ('gt', ), name)


def _may_be_drawn(field: str, value: Any) -> bool:
    """Whether it is a map that has a painter, or may be one of classes."""
    if not isinstance(value, PixelData) or 'data' not in value:
        return False
    name = field.partition('_')[2]
    return name in ('sem_seg', *OTHER_MAPS) or not torch.as_tensor(value.data).is_floating_point()


def _tables_of_logits(fields: Mapping[str, Any], meta: Meta) -> dict[str, ClassTable]:
    """Classes of predictions that have their logits beside them: as many as there are."""
    tables = {}
    for field in fields:
        logits = fields.get(logits_field(field)) if field.startswith('pred_') else None
        if isinstance(logits, PixelData):
            own = meta_of_field(meta, field.removeprefix('pred_'))
            # one output is two classes
            tables[field] = table_of_head(max(len(logits.data), 2), None, own)
    return tables


def _as_array(data: torch.Tensor | np.ndarray) -> np.ndarray:
    """A map as (C, H, W); 2D maps gain a channel."""
    array = data.detach().cpu().numpy() if isinstance(data, torch.Tensor) else np.asarray(data)
    return array[None] if array.ndim == 2 else array


def _predicted_things(data_sample: SegDataSample | None) -> dict[int, Thing]:
    """Class and score of each predicted object, by its id in ``pred_instance_map``."""
    if data_sample is None or 'pred_instances' not in data_sample:
        return {}
    found = data_sample.pred_instances
    ids, labels, scores = (
        np.asarray(values.cpu() if isinstance(values, torch.Tensor) else values).tolist()
        for values in (found.ids, found.labels, found.scores))
    return {i: Thing(*rest) for i, *rest in zip(ids, labels, scores, strict=True)}
