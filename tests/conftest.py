"""Where the tests find Asterisk and the other softphones when pytest is run by hand: where set-up
puts them."""

import os
from pathlib import Path

for name in ("asterisk", "peers"):
    os.environ.setdefault(f"ALLO_{name.upper()}", str(Path(__file__).parents[1] / f".{name}"))
