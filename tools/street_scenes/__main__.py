"""Run the renderer from a checkout, with nothing installed: ``python tools/street_scenes``."""

import sys
from pathlib import Path

# Python puts this folder on the path, where `street_scenes` is; `mmmtl` is in the checkout's root.
# Spawned workers inherit the path.
CHECKOUT = str(Path(__file__).resolve().parents[2])
if CHECKOUT not in sys.path:
    sys.path.insert(1, CHECKOUT)

if __name__ == '__main__':
    from street_scenes.cli import main

    sys.exit(main())
