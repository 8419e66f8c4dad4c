"""One running town for the tests of this folder: each enrols its own agents."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.town import Town


@pytest.fixture(scope="session")
def running_town() -> Iterator[Town]:
    """The example commune, applied, with Asterisk and server up.

    In a folder with a short path: the PBX's control socket lies in it.
    """
    with tempfile.TemporaryDirectory(prefix="allo-") as folder, Town(Path(folder)) as running:
        running.start()
        yield running


@pytest.fixture
def town(running_town: Town) -> Iterator[Town]:
    """The running town; the phones and citizens of this test go when it ends."""
    with running_town.episode():
        yield running_town
