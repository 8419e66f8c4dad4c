"""The demonstration's receptionist: the window is waited for, and its absence is told."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from examples import demo
from tests.support.robot import RobotPhone
from tests.support.screen import screen
from tests.support.town import Town


@pytest.fixture
def colleague(town: Town) -> RobotPhone:
    phone = town.phone(demo.AGENT)
    phone.wait("live picture", lambda state: state.ready and state.board.fresh)
    return phone


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ALLO_SOUND", "none")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    with screen() as opened:
        monkeypatch.setenv("DISPLAY", opened.name)
        yield


@pytest.mark.usefixtures("display")
def test_the_window_is_waited_for_listed_and_ended(town: Town, colleague: RobotPhone) -> None:
    with town.episode():
        window = demo.open_window(town, colleague)
        assert window is not None
        with demo.console.capture() as shown:
            demo.console.print(demo.who([colleague], window))
        assert "its window" in shown.get()
        assert "offline" not in shown.get()
    assert window.process.poll() == 0


def test_without_a_usable_display_its_last_words_are_told(
    town: Town, colleague: RobotPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":199")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    began = time.monotonic()
    with demo.console.capture() as shown:
        assert demo.open_window(town, colleague) is None
    assert "going on without it" in shown.get()
    assert "could not connect to display :199" in shown.get()
    assert time.monotonic() - began < demo.WINDOW_WITHIN


def test_a_window_that_does_not_end_is_killed(town: Town, colleague: RobotPhone) -> None:
    deaf = subprocess.Popen(
        ["bash", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"],
        stdout=subprocess.PIPE,
    )
    with deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        demo.Window(deaf, colleague, town.home / "window.log").end(within=0.5)
    assert deaf.returncode == -9
