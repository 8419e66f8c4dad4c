"""Signals end the loop: before it runs, while it waits; and no longer once that is given back."""

import signal
import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, sys, threading
from PySide6.QtCore import QCoreApplication
from softphone.ui.end_signals import EndSignals
app = QCoreApplication([])
signals = EndSignals(app)
tell = lambda: os.kill(os.getpid(), int(sys.argv[1]))
tell() if sys.argv[2] == "before" else threading.Timer(0.3, tell).start()
status = app.exec()
signals.close()
print("ended", status, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("when", ["before", "in the loop"])
def test_a_signal_ends_the_loop(number: int, when: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(int(number)), when],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("ended 0 True\n", "", 0)
