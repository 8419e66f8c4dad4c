"""A screen of its own (Xvfb) with a Belgian keyboard, watched and typed on from outside.

Everything goes through the X server: keys by ``xdotool``, pictures of what it shows. There is no
window manager, so the keyboard is given to a window by hand. Knows nothing of the programs on it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PICTURE = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
saved = QGuiApplication.primaryScreen().grabWindow(0).save(sys.argv[1])
sys.exit(0 if saved else 1)
"""
_POLL_S = 0.02
"""X tells nobody from outside that a window came: asked again and again."""


class Screen:
    """``name`` is what programs find in DISPLAY."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def environment(self) -> dict[str, str]:
        """Of programs that are to open their windows here."""
        return {**os.environ, "DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def window(self, title: str, timeout: float = 10.0) -> str:
        """The id of the visible window with this title. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not (found := self._xdotool("search", "--onlyvisible", "--name", title)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no window “{title}” in {timeout} s")
            time.sleep(_POLL_S)
        return found.split()[-1]

    def focus(self, window: str) -> None:
        """Give the keyboard to a window, and wait until it has it."""
        self._xdotool("windowfocus", "--sync", window)

    def resize(self, window: str, width: int, height: int) -> None:
        """Give a window another size."""
        self._xdotool("windowsize", window, str(width), str(height))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, e.g. ``F3`` or ``ctrl+f``."""
        self._xdotool("key", "--delay", "30", *keys)

    def type(self, text: str) -> None:
        """Type as a quick person does."""
        self._xdotool("type", "--delay", "20", text)

    def picture(self, file: Path) -> Path:
        """Keep what the whole screen shows now."""
        file.parent.mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, "-c", _PICTURE, str(file)],
            env=self.environment,
            check=True,
            timeout=30,
        )
        return file

    def _xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()


@contextmanager
def screen(size: str = "1280x720") -> Iterator[Screen]:
    """A new screen on a free display; its programs must have ended before it does."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24"),
            *("-nolisten", "tcp", "-noreset"),
        ],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    try:
        os.close(writing)
        with os.fdopen(reading) as answer:
            name = f":{answer.readline().strip()}"
        # On this keyboard é, è, ç and à have keys of their own, digits need Shift.
        subprocess.run(["setxkbmap", "-display", name, "be"], check=True, timeout=20)
        yield Screen(name)
    finally:
        server.terminate()
        server.wait(10)
