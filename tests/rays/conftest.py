"""The renderer's little stages serve rays too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "render"))
