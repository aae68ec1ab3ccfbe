"""Run the installed renderer: ``python -m street_scenes``."""

import sys

from street_scenes.cli import main

if __name__ == '__main__':
    sys.exit(main())
