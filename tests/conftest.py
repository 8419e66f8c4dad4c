"""Where the tests find Asterisk when pytest is run by hand: where set-up puts it."""

import os
from pathlib import Path

os.environ.setdefault("ALLO_ASTERISK", str(Path(__file__).parents[1] / ".asterisk"))
