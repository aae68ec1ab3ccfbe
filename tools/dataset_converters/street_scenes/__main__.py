"""Entry point of `python tools/dataset_converters/street_scenes`."""

import sys
from pathlib import Path

# `python DIRECTORY` puts the directory itself on the path; the package is found from its parent.
# Spawned workers inherit this path, so they find the package too.
PARENT = str(Path(__file__).resolve().parent.parent)
if PARENT not in sys.path:
    sys.path.insert(0, PARENT)

if __name__ == '__main__':
    from street_scenes.cli import main

    sys.exit(main())
