"""A real X display for the windows, and the pieces a widget test needs.

Without a display Xvfb is started on a free one; the windows are real xcb windows either way.
"""

import os
import subprocess
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from softphone.ui.look import Look


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Name of an X display: the given one, or our own for this session."""
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    if given := os.environ.get("DISPLAY"):
        yield given
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(writing), "-screen", "0", "1920x1080x24"),
            *("-nolisten", "tcp", "-terminate"),
        ],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        os.environ["DISPLAY"] = f":{answer.readline().strip()}"
    yield os.environ["DISPLAY"]
    # It ends itself (-terminate) when its last client, this process, has gone; not before, because
    # Qt ends a process whose display vanishes.
    del os.environ["DISPLAY"]
    server.returncode = 0


@pytest.fixture(scope="session")
def qapp_args(display: str) -> list[str]:
    """pytest-qt makes its QApplication after the display is there."""
    os.environ["ALLO_THEME"] = "light"
    os.environ["ALLO_LANG"] = "fr"
    return ["allo"]


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    """The look of the whole session; tests that change the theme put it back."""
    from softphone.ui import i18n

    i18n.install(qapp)
    return Look(qapp)
