"""Writers of the files that the Cityscapes benchmark's scripts and server read."""

from .files import enlarge, file_size, frame_name, label_ids_of_classes
from .frame import Folders, Frame
from .instances import write_instances
from .panoptic import encode_panoptic, write_panoptic, write_panoptic_json
from .semantic import write_semantic

__all__ = [
    'Folders', 'Frame', 'encode_panoptic', 'enlarge', 'file_size', 'frame_name',
    'label_ids_of_classes', 'write_instances', 'write_panoptic', 'write_panoptic_json',
    'write_semantic'
]
