"""The real window, on a real screen, with a keyboard only: its own process against a whole town.

What the window did is asked of the other side: the PBX, the citizen, the colleague's phone. What it
showed is kept as pictures in ``tests/artefacts/``, for people to look at.
"""

import os
import re
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.calls import Call
from softphone.engine_process import EngineProcess
from softphone.state import State
from tests.support.pbx import runtime
from tests.support.robot import RobotPhone, has_message
from tests.support.screen import Screen, screen
from tests.support.sound import heard_seconds, level, read_wav
from tests.support.town import Town

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
TITLE = "allo — Nathalie Lambert · poste 2000"
RECORD = (*("Tab",) * 5, "space")
"""From the field to the button on the call's card."""
ACCUEIL, POPULATION, URBANISME = "071000000", "071000010", "071000030"


@pytest.fixture
def desk() -> Iterator[Screen]:
    with screen() as opened:
        yield opened


def test_the_receptionists_calls_by_keyboard(town: Town, desk: Screen, tmp_path: Path) -> None:
    marie, francois, karim = (agent(town, extension) for extension in ("2002", "2009", "2001"))
    with allo_phone(desk, tmp_path, town.link("2000"), "light", seen_by=karim):
        # The main number rings at both receptionists; Karim lets Nathalie answer
        first = caller(town, "+32470000061", ACCUEIL)
        rings(karim)
        rings_on_the_desk(karim)
        desk.picture(ARTEFACTS / "window-incoming-light.png")
        desk.press("F3")
        until(lambda: talks_with(town, "2000") == "+32470000061", "F3 answers")
        hears(first)
        desk.press("F4")
        first.wait(protocol.CallState, lambda fact: fact.state == "ended")
        karim.wait("Nathalie free", lambda state: presence(state, "2000") == "free")

        # Two wait elsewhere, where an agent's phone rings and nobody answers: take the second
        second = caller(town, "+32470000062", POPULATION)
        karim.wait("second caller", lambda state: waiting(state) == {"+32470000062"})
        rings(marie)
        third = caller(town, "+32470000063", URBANISME)
        karim.wait("third caller", lambda state: "+32470000063" in waiting(state))
        rings(francois)
        time.sleep(6)  # the picture shows people who have waited, and the first call is cleared
        desk.picture(ARTEFACTS / "window-panel-light.png")
        desk.press("Down", "Return")
        rings_on_the_desk(karim)
        desk.press("F3")
        until(lambda: talks_with(town, "2000") == "+32470000063", "Enter takes, F3 answers")
        hears(third)
        karim.wait("the other waits on", lambda state: waiting(state) == {"+32470000062"})
        desk.press("F4")
        third.wait(protocol.CallState, lambda fact: fact.state == "ended")

        # F3 takes the first
        karim.wait("Nathalie free", lambda state: presence(state, "2000") == "free")
        desk.press("F3")
        rings_on_the_desk(karim)
        desk.press("F3")
        until(lambda: talks_with(town, "2000") == "+32470000062", "F3 takes, F3 answers")
        second.send(protocol.Hangup(call="call"))
        karim.wait("Nathalie free", lambda state: presence(state, "2000") == "free")
        assert waiting(karim.state) == set()


def test_calls_and_messages_among_colleagues_by_keyboard(
    town: Town, desk: Screen, tmp_path: Path
) -> None:
    marie, _karim = agent(town, "2002"), agent(town, "2001")
    with allo_phone(desk, tmp_path, town.link("2000"), "dark", seen_by=marie):
        # Digits typed anywhere land in the field
        desk.type("2002")
        desk.press("Return")
        call = rings(marie)
        assert (call.number, call.name) == ("2000", "Nathalie Lambert")
        marie.engine.send(protocol.Answer(call=call.key))
        until(lambda: talks_with(town, "2000") == "2002", "they talk")
        desk.press("ctrl+shift+Tab")  # from the switchboard to the phone page
        time.sleep(2)  # the picture shows a call that lasts
        desk.picture(ARTEFACTS / "window-call-dark.png")
        desk.press("F4")
        marie.wait("idle", idle)

        # By name, then the other way round
        desk.press("ctrl+f")
        desk.type("dupont")
        desk.picture(ARTEFACTS / "window-search-dark.png")
        desk.press("Return")
        rings(marie)
        desk.press("F4")
        marie.wait("idle", idle)
        marie.dial("back", "2000")
        marie.wait("ring", lambda state: state.calls["back"].state == "ringing")
        desk.press("F3")
        marie.wait("answer", lambda state: state.calls["back"].state == "connected")
        marie.engine.send(protocol.Hangup(call="back"))
        marie.wait("idle", idle)

        # A first message, and its answer
        desk.press("ctrl+Tab", "ctrl+Tab", "ctrl+Tab")
        desk.type("marie")
        desk.press("Return")
        desk.type("Où en est le passeport de Zoé ? C'est pressé, ça…")
        desk.press("Return")
        marie.wait("the message", has_message("Où en est le passeport de Zoé ? C'est pressé, ça…"))
        marie.link.send_message("2000", "Il est prêt, à côté.").result(10)
        marie.wait(
            "delivery",
            lambda state: (
                "delivered" in [e.status for e in state.messages.get("2000").entries[-1:]]
            ),
        )
        desk.picture(ARTEFACTS / "window-messages-dark.png")


def test_a_call_is_recorded_by_keyboard_after_the_other_side_was_told(
    town: Town, desk: Screen, tmp_path: Path
) -> None:
    marie = agent(town, "2002")
    heard = tmp_path / "marie-heard.wav"
    marie.engine.send(protocol.Sound(source="tone", tone_hz=620, sink="file", sink_file=str(heard)))
    with allo_phone(desk, tmp_path, town.link("2000"), "light", seen_by=marie):
        desk.type("2002")
        desk.press("Return")
        marie.engine.send(protocol.Answer(call=rings(marie).key))
        until(lambda: talks_with(town, "2000") == "2002", "they talk")
        time.sleep(1)  # the button comes with the sound
        desk.press("ctrl+shift+Tab", "ctrl+f", *RECORD)
        until(lambda: len(list((tmp_path / "allo").glob("*.wav"))) == 1, "it records")
        time.sleep(2.5)  # the recording has a length
        desk.picture(ARTEFACTS / "window-recording-light.png")
        desk.press("space")  # the same button stops it
        time.sleep(1)
        desk.press("F4")
        marie.wait("idle", idle)
    (file,) = (tmp_path / "allo").glob("*.wav")
    assert file.stat().st_mode & 0o077 == 0
    assert level(read_wav(heard)[0]) > -60, "the announcement"
    with wave.open(str(file)) as recording:
        assert (recording.getnchannels(), recording.getframerate()) == (2, 16_000)
        both = np.frombuffer(recording.readframes(recording.getnframes()), "<i2").reshape(-1, 2)
    assert heard_seconds(both[:, 1] / 32768, 16_000, 620) >= 1.5, "Marie, on the right"


def test_the_windows_engine_killed_is_registered_again(
    town: Town, desk: Screen, tmp_path: Path
) -> None:
    marie = agent(town, "2002")
    with allo_phone(desk, tmp_path, town.link("2000"), "light", seen_by=marie) as process:
        (before,) = contacts(town, tmp_path)
        window = desk.window(TITLE)
        (engine,) = children(process.pid)

        os.kill(engine, signal.SIGKILL)
        until(
            lambda: contacts(town, tmp_path) not in (set(), {before}), "registered again", within=3
        )

        assert desk.window(TITLE) == window
        desk.type("2002")
        desk.press("Return")
        assert rings(marie).number == "2000"
        desk.press("F4")
        marie.wait("idle", idle)


def rings_on_the_desk(colleague: RobotPhone) -> None:
    """It rings at Nathalie's, and she has seen it: her eyes are slower than her window."""
    colleague.wait("ring at Nathalie's", lambda state: presence(state, "2000") == "ringing")
    time.sleep(0.5)


@contextmanager
def allo_phone(
    desk: Screen, folder: Path, link: str, theme: str, seen_by: RobotPhone
) -> Iterator["subprocess.Popen[bytes]"]:
    """The program as an agent starts it: enrolled by its link, registered as a colleague sees it.

    Its window has the keyboard.
    """
    home = folder / "phone"
    process = subprocess.Popen(
        [sys.executable, "-m", "softphone.main", link, "--home", str(home)],
        env={
            **desk.environment,
            "ALLO_LANG": "fr",
            "ALLO_SOUND": "none",
            "ALLO_THEME": theme,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "XDG_DOCUMENTS_DIR": str(folder),
        },
    )
    try:
        desk.focus(desk.window(TITLE))
        seen_by.wait("Nathalie's registration", lambda state: presence(state, "2000") == "free")
        # “This computer has no keyring”: read. The banner's button comes before the field
        desk.press("ctrl+f", "shift+Tab", "space", "ctrl+f", "Escape")
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in (home / "allo-phone.log").read_text()


def agent(town: Town, extension: str) -> RobotPhone:
    """A colleague at their phone."""
    phone = town.phone(extension)
    phone.wait("registration", lambda state: state.ready and state.board.fresh)
    return phone


def caller(town: Town, number: str, to: str) -> EngineProcess:
    """A citizen who calls and speaks (a tone)."""
    citizen = town.citizen(number)
    citizen.send(protocol.Sound(source="tone", sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=to))
    return citizen


def hears(citizen: EngineProcess) -> None:
    """Sound packets go on reaching the citizen."""

    def received() -> int:
        citizen.send(protocol.Stats(call="call"))
        return citizen.wait(protocol.CallStats).received

    so_far = received()
    until(lambda: received() > so_far + 25, "half a second of sound")


def rings(phone: RobotPhone) -> Call:
    state = phone.wait(
        "ring", lambda state: any(call.state == "incoming" for call in state.calls.values())
    )
    return next(call for call in state.calls.values() if call.state == "incoming")


def idle(state: State) -> bool:
    return not any(call.alive for call in state.calls.values())


def presence(state: State, extension: str) -> str:
    return state.board.colleagues[extension].presence


def waiting(state: State) -> set[str]:
    return {caller.number for queue in state.queues for caller in queue.callers}


def ask_pbx(town: Town, command: str) -> str:
    return Asterisk(Layout(town.home / "asterisk"), runtime()).command(command)


def talks_with(town: Town, extension: str) -> str:
    """Number of who is in the same bridge of the PBX as this extension; empty for nobody."""
    bridges: dict[str, set[str]] = {}
    for line in ask_pbx(town, "core show channels concise").splitlines():
        fields = line.split("!")
        if len(fields) > 12 and fields[12]:
            bridges.setdefault(fields[12], set()).add(fields[7])
    others = [numbers - {extension} for numbers in bridges.values() if extension in numbers]
    return others[0].pop() if others and others[0] else ""


def contacts(town: Town, folder: Path) -> set[str]:
    """Where the PBX reaches the window's phone."""
    profile = (folder / "phone" / "profile.json").read_text()
    user = re.search(r'"user":\s*"([^"]+)"', profile)
    assert user
    return set(re.findall(rf"{user[1]}/(\S+)", ask_pbx(town, "pjsip show contacts")))


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(true: Callable[[], bool], what: str, within: float = 10.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)  # polled: the PBX's console tells nothing by itself
