"""Makes the packages below tools/dataset_converters importable for the tests beside this file."""

import sys
from pathlib import Path

CONVERTERS = Path(__file__).resolve().parents[3] / 'tools' / 'dataset_converters'
if str(CONVERTERS) not in sys.path:
    sys.path.append(str(CONVERTERS))
