"""The window starts lean, and the Qt binding under it is one that can run for days."""

import subprocess
import sys
import textwrap

from PySide6.QtWidgets import QWidget


def test_the_window_imports_only_what_it_needs_to_be_shown() -> None:
    code = """
        import sys
        import softphone.ui.app
        wanted = {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg"}
        qt = {m for m in sys.modules if m.startswith("PySide6.Qt")}
        heavy = {"httpx", "websockets", "keyring", "phonenumbers", "asyncio", "ssl", "pjsua2"}
        print(sorted(qt - wanted), sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] []"


def test_the_binding_counts_references_to_none(qapp: object) -> None:
    """PySide6 6.12.0 on Python 3.11 loses one per call: the process aborts within the hour."""
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 50
