"""A real PBX shared by the tests of one module, and short folders for it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running


@pytest.fixture(scope="module")
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a Unix socket, whatever the test is called."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """A small exchange on a running Asterisk: users u1 u2 u3, queue population, a trunk."""
    with running(small_exchange(short_folder), short_folder / "pbx") as pbx:
        yield pbx
