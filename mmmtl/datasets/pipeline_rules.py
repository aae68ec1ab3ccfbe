"""What must not stand in a pipeline with maps: one rule a prohibition."""

from __future__ import annotations

from collections.abc import Iterator

from mmmtl.fields import FIELDS, MAP_FIELDS, Made, MapField

from .pipeline_steps import GEOMETRIC, LABEL_LOADERS, MAP_LOADERS, RESIZERS, UNIT_LOADERS, Step

_IMAGE_AND_LABELS = ('it moves the image and gt_seg_map and leaves the other maps where they were. '
                     'Use RandomResize, RandomCrop, RandomFlip or Pad instead')
REFUSED = {
    'RandomRotate': 'it fills the corners of every map with the one value seg_pad_val: an instance '
                    'id and a disparity of 255. Remove it',
    'RandomRotFlip': 'it fills the corners of every map with 0 (a disparity of 0 is a valid '
                     'measurement) and mixes values by interpolation. Use RandomFlip',
    'RandomMosaic': 'it fills every map with the one value seg_pad_val, joins instances of equal '
                    'id from different images and changes scales without units. Remove it',
    'SegRescale': 'it changes the size of the maps but not of the image. Remove it',
    'RandomDepthMix': 'it writes the depth into the image, where unmeasured pixels are NaN. '
                      'Remove it',
    'LoadDepthAnnotation': 'it keeps unmeasured pixels as 0 metres. Use mmmtl.LoadDepth',
    'Albu': _IMAGE_AND_LABELS,
    'CenterCrop': _IMAGE_AND_LABELS,
    'MultiScaleFlipAug': 'it resizes and flips inside, where units cannot be repaired. Use '
                         'TestTimeAug with the labels loaded after it',
    'BioMedical3DRandomCrop': _IMAGE_AND_LABELS,
    'BioMedical3DPad': _IMAGE_AND_LABELS,
    'BioMedical3DRandomFlip': _IMAGE_AND_LABELS,
}
MADE_LAST = [field for field in MAP_FIELDS.values() if field.made and field.made.last]
MADE_AS_LOADED = [field for field in MAP_FIELDS.values() if field.made and not field.made.last]
TURNED = [field for field in MAP_FIELDS.values() if field.flip]
UNITS = ' and '.join(', '.join(sorted(
    field.noun for field in MAP_FIELDS.values() if field.zoom)).rsplit(', ', 1))


class Rule:
    """One prohibition, followed along the steps of one path.

    Args:
        loaded: names of the loaders so far, which whoever walks the path adds to.
        test_mode: whether nothing is learned from the frames.
    """

    #: whether it also looks at steps before which no map is loaded
    always = False

    def __init__(self, loaded: set[str], test_mode: bool) -> None:
        self.loaded = loaded
        self.test_mode = test_mode

    def problem(self, step: Step, following: Step | None) -> str | None:
        """What is wrong with the next step of the path, and the remedy; ``None`` if nothing is.

        Args:
            step: seen once, in order.
            following: the step after it.
        """
        raise NotImplementedError


class LabelsBeforeMoves(Rule):
    """No label is loaded after the image was moved by chance."""

    always = True
    _moved_by: str | None = None

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        if self._moved_by and step.is_a(*LABEL_LOADERS):
            return (f'loads labels after {self._moved_by}, which has moved the image '
                    f'without them. Put {step.name} before {self._moved_by}')
        if step.moves_at_random() or step.flips() and not (self.test_mode or step.tested):
            self._moved_by = step.name
        return None


class MadeAsLoaded(Rule):
    """What is made of a map as it was loaded comes before all geometry."""

    def __init__(self, loaded: set[str], test_mode: bool) -> None:
        super().__init__(loaded, test_mode)
        self._changed_by: dict[str, str] = {}  # a maker → what moved the map that it needs

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        for field in MADE_AS_LOADED:
            made, loader = field.made, FIELDS[field.made.of].loaders[0]
            if step.is_a(*GEOMETRIC) and loader in self.loaded:
                self._changed_by.setdefault(made.by, step.name)
            if not step.is_a(made.by):
                continue
            if loader not in self.loaded:
                return _not_loaded(field, loader)
            if made.by in self._changed_by:
                return (f'comes after {self._changed_by[made.by]}, {made.why}. '
                        f'Put {made.by} directly after {loader}')
        return None


class MadeOfLoaded(Rule):
    """What is made of the finished frame is made of a map that was loaded."""

    always = True

    def __init__(self, loaded: set[str], test_mode: bool) -> None:
        super().__init__(loaded, test_mode)
        self._seen: set[str] = set()

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        self._seen.update(step.names)
        for field in MADE_LAST:
            loaders = FIELDS[field.made.of].loaders
            if step.is_a(field.made.by) and not self._seen.intersection(loaders):
                return _not_loaded(field, loaders[0])
        return None


def _not_loaded(field: MapField, loader: str) -> str:
    return (f'no {loader} before it, so there would be no {field.noun}. '
            f'Put dict(type="mmmtl.{loader}") before it')


class SpoilsMaps(Rule):
    """What is wrong with a step wherever it stands behind a loader."""

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        for name in step.names:
            if name in REFUSED:
                return REFUSED[name]
        if step.mixes():
            return ('it mixes several frames: joins instances of equal id, depth and disparity of '
                    'different scales. Remove it')
        if step.get('seg_pad_val') is not None:
            return (f'fills every map with seg_pad_val={step.get("seg_pad_val")}, also instance '
                    'ids and disparity. Remove it (a transform of your own that fills gt_seg_map '
                    'alone: call the argument otherwise)')
        if step.moves_labels_only():
            return ("uses mmcv's own Resize or RandomFlip, which moves no map but gt_seg_map. Use "
                    'mmseg\'s: default_scope = "mmseg" in the config, or type="mmseg.Resize", '
                    'resize_type="mmseg.Resize", type="mmseg.RandomFlip"')
        if step.does_as('PackSegInputs'):
            return 'drops every map but semantics. Use mmmtl.PackMultiTaskInputs'
        if step.get('seg_fill_in') is not None:
            return (f'writes seg_fill_in={step.get("seg_fill_in")} into every map, also as '
                    'instance id and disparity. Leave seg_fill_in out')
        if step.get('swap_seg_labels'):
            return ('swap_seg_labels exchanges these values in every map, also in ids and '
                    'disparity. Leave swap_seg_labels out')
        if step.is_a('Pad') and step.get('padding_mode', 'constant') != 'constant':
            return (f'padding_mode={step.get("padding_mode")!r} invents labels by reflection. Use '
                    'padding_mode="constant"')
        return None


class OneFlip(Rule):
    """Maps whose values change with a flip are flipped once."""

    _flipped = False

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        nouns = [field.noun for field in TURNED if field.loaders[0] in self.loaded]
        if not (step.is_a('RandomFlip') and nouns):
            return None
        if self._flipped:
            return (f'is the second flip of {" and ".join(nouns)}, which are turned once, '
                    'when packed. Use one RandomFlip, with a list of directions')
        self._flipped = True
        return None


class MadeLast(Rule):
    """Nothing moves the frame after what is made of the finished one."""

    _made: Made | None = None

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        self._made = self._made or next(
            (field.made for field in MADE_LAST if step.is_a(field.made.by)), None)
        if self._made and step.is_a(*GEOMETRIC):
            return (f'comes after {self._made.by}, {self._made.why}. '
                    f'Put {self._made.by} last before packing')
        return None


class PaddedLast(Rule):
    """Maps that were left unpadded are repaired before they are moved again."""

    _by: str | None = None

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        if step.is_a('RepairUnits'):
            self._by = None
        if self._by and step.is_a(*GEOMETRIC) and not step.is_a('RandomCrop', 'Pad'):
            return (f'comes after {self._by}, which leaves all maps but gt_seg_map unpadded. '
                    f'Put mmmtl.RepairUnits directly after {self._by}, or {self._by} last')
        if step.is_a('Pad'):
            self._by = step.name
        return None


class UnitsRepaired(Rule):
    """A zoom is followed by the repair of units, which takes no cut for a zoom."""

    _cut_by: str | None = None

    def problem(self, step: Step, following: Step | None) -> str | None:
        """See :class:`Rule`."""
        if step.is_a('RepairUnits'):
            self._cut_by = None
        if step.is_a(*RESIZERS) and self.loaded.intersection(UNIT_LOADERS):
            if self._cut_by:
                return (f'comes after {self._cut_by}, so that RepairUnits '
                        'would take the cut for a zoom. Put dict(type="mmmtl.RepairUnits",'
                        f' mark_only=True) directly after {self._cut_by}')
            if following is None or not following.is_a('RepairUnits'):
                return (f'changes the units of {UNITS}. Put dict(type="mmmtl.RepairUnits") '
                        'directly after it')
        if step.is_a('RandomCrop', 'Pad'):
            self._cut_by = step.name
        return None


RULES = (LabelsBeforeMoves, MadeAsLoaded, MadeOfLoaded, SpoilsMaps, OneFlip, MadeLast, PaddedLast,
         UnitsRepaired)


def problems_of(path: list[Step], test_mode: bool) -> Iterator[tuple[int, str]]:
    """What is wrong with the steps of a path: their numbers, and why.

    Args:
        path: a straight sequence of steps.
        test_mode: see :class:`Rule`.
    """
    loaded: set[str] = set()
    rules = [rule(loaded, test_mode) for rule in RULES]
    for number, step in enumerate(path):
        loaded.update(name for name in MAP_LOADERS if step.is_a(name))
        loaded.update(field.loaders[0] for field in MAP_FIELDS.values()
                      if field.loaders and field.made and step.is_a(field.made.by))
        following = path[number + 1] if number + 1 < len(path) else None
        for rule in rules:
            problem = rule.problem(step, following) if rule.always or loaded else None
            if problem:
                yield number, problem
