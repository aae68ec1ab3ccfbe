"""`street_scenes.json`: how a data set was made, so that it is never mixed with another."""

import json
from pathlib import Path
from typing import NamedTuple

from street_scenes import __version__
from street_scenes.seeds import SPLITS
from street_scenes.writing import CITIES, replace_file

FILE_NAME = 'street_scenes.json'


class Settings(NamedTuple):
    """What decides the pixels of a frame, besides its split and its number."""

    seed: int
    width: int
    height: int


class ForeignRecordError(Exception):
    """The folder holds frames that were made with other settings."""


def read_record(root: Path) -> dict:
    """Return the record of a folder; empty if there is none."""
    try:
        record = json.loads((root / FILE_NAME).read_bytes())
        if not isinstance(record, dict):
            raise ValueError('it holds no settings')
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ForeignRecordError(f'{root / FILE_NAME} is not a record of street scenes '
                                 f'({error}); choose another --out, or pass --overwrite') from None
    return record


def check_record(root: Path, settings: Settings) -> None:
    """Raise if the folder holds frames of other settings or of another version."""
    record = read_record(root)
    wanted = {**settings._asdict(), 'version': __version__}
    differences = [f'{name} {record.get(name)}, not {value}' for name, value in wanted.items()
                   if record and record.get(name) != value]
    if differences:
        raise ForeignRecordError(f'{root} holds frames made with {"; ".join(differences)}. '
                                 'Choose another --out, or pass --overwrite to replace them')


def write_record(root: Path, settings: Settings, counts: dict[str, int], command: str) -> None:
    """Write the record; frames of an earlier run with the same settings count too."""
    try:
        earlier = read_record(root).get('frames', {})
    except ForeignRecordError:
        earlier = {}
    record = {
        'made_by': 'tools/street_scenes',
        'version': __version__,
        'command': command,
        **settings._asdict(),
        'frames': {split: max(counts[split], earlier.get(split, 0)) for split in SPLITS},
        'cities': CITIES,
    }
    replace_file(root / FILE_NAME, json.dumps(record, indent=4).encode() + b'\n')
