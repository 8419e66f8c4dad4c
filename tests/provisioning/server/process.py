"""The server of a home as a process: ``python -m tests.provisioning.server.process HOME``."""

import sys
from pathlib import Path

from pbx_config.errors import PbxError
from provisioning.home import Home
from provisioning.server.serve import serve

if __name__ == "__main__":
    try:
        sys.exit(serve(Home(Path(sys.argv[1])), json=True))
    except PbxError as error:
        sys.exit(error.text("fr"))
