"""Conference rooms with a PIN: who knows it is in, who does not is not, and nobody reads it."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import agent, idle
from tests.support.console import wait_until
from tests.support.pbx import runtime
from tests.support.robot import RobotPhone, connected
from tests.support.sound import tone_seconds
from tests.support.town import Town

PIN = "481516"
ROOMS = f"""
[[room]]
number = "12"
name = "Collège communal"
pin = "{PIN}"

[[room]]
number = "13"
name = "Permanence"
max = 2
"""


@pytest.fixture(scope="module")
def plan(running_town: Town) -> Iterator[str]:
    """The rooms are declared and applied; what the plan printed before."""
    commune = running_town.home / "commune.toml"
    before = commune.read_text(encoding="utf-8")
    commune.write_text(before + ROOMS, encoding="utf-8")
    shown = str(running_town.allo("plan", "--files"))
    running_town.allo("apply", "--yes")
    yield shown
    commune.write_text(before, encoding="utf-8")
    running_town.allo("apply", "--yes")


@pytest.fixture
def marie(plan: str, town: Town) -> RobotPhone:
    return agent(town, "2002")


@pytest.fixture
def julien(plan: str, town: Town) -> RobotPhone:
    return agent(town, "2003")


def test_who_knows_the_pin_meets_the_others(
    town: Town, marie: RobotPhone, julien: RobotPhone, tmp_path: Path
) -> None:
    for phone, hz in ((marie, 440.0), (julien, 800.0)):
        heard = str(tmp_path / f"{phone.extension}.wav")
        phone.engine.send(protocol.Sound(source="tone", tone_hz=hz, sink="file", sink_file=heard))
        at_the_door(town, phone, "*612")
        press(phone.engine, f"{PIN}#", "room")
    inside(town, "12", 2)
    hear(julien.engine, 4)  # who came last: the others have heard more
    for phone in (marie, julien):
        phone.engine.send(protocol.Hangup(call="room"))
        phone.wait("idle", idle)
    assert tone_seconds(tmp_path / "2002.wav", 800, among=2) >= 2
    assert tone_seconds(tmp_path / "2003.wav", 440, among=2) >= 2


def test_a_wrong_pin_may_be_mended_twice(town: Town, marie: RobotPhone) -> None:
    at_the_door(town, marie, "*612")
    for pin in ("000000", "111111", PIN):
        press(marie.engine, f"{pin}#", "room")
    inside(town, "12", 1)


def test_after_three_wrong_ones_it_is_over(town: Town, marie: RobotPhone) -> None:
    at_the_door(town, marie, "*612")
    for _ in range(3):
        press(marie.engine, "000000#", "room")
    marie.wait("the end", idle)
    assert not re.search(r"(?m)^12\s", console(town).command("confbridge list"))


def test_a_citizen_comes_in_by_who_is_there_and_else_comes_back(
    town: Town, marie: RobotPhone
) -> None:
    citizen = town.citizen("+32470000121")
    citizen.send(protocol.Sound(source="tone", tone_hz=300.0, sink="nothing"))
    citizen.send(protocol.Dial(call="call", to="071000011"))  # Marie's own number
    first = marie.engine.wait(protocol.Incoming).call
    marie.engine.send(protocol.Answer(call=first))
    marie.wait("talk", connected(first))
    hear(marie.engine, 1)

    # Handed on blindly, and they do not know the PIN
    marie.engine.send(protocol.Transfer(call=first, to="*612"))
    at(town, "trunk-operateur-test.*ConfBridge")
    for _ in range(3):
        press(citizen, "999999#", "call")
    back = marie.engine.wait(protocol.Incoming)
    assert (back.number, back.returned) == ("+32470000121", "612")
    marie.engine.send(protocol.Answer(call=back.call))
    marie.wait("talk", connected(back.call))
    hear(marie.engine, 1)

    # Connected by who is in the room
    at_the_door(town, marie, "*612")
    press(marie.engine, f"{PIN}#", "room")
    inside(town, "12", 1)
    marie.engine.send(protocol.Connect(call=back.call, other="room"))
    marie.wait("idle", idle)
    inside(town, "12", 1)
    assert "trunk-operateur-test" in console(town).command("confbridge list 12")
    citizen.send(protocol.Hangup(call="call"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")


def test_an_open_room_has_no_door_and_may_be_full(
    town: Town, marie: RobotPhone, julien: RobotPhone
) -> None:
    sophie = agent(town, "2004")
    for number, phone in enumerate((marie, julien), 1):
        phone.dial("room", "*613")
        phone.wait("in", connected("room"))
        inside(town, "13", number)
    sophie.dial("room", "*613")
    sophie.wait("answer", lambda state: state.calls["room"].connected is not None)
    sophie.wait("the end", idle)
    inside(town, "13", 2)


def test_other_rooms_are_gone_while_some_are_declared(marie: RobotPhone) -> None:
    marie.dial("room", "*614")
    marie.wait("the end", idle)
    assert marie.state.calls["room"].code == 404


def test_nobody_reads_the_pin(plan: str, town: Town) -> None:
    assert "Collège communal" in plan
    assert "pin = ****" in plan
    assert PIN not in plan
    pbx = town.home / "asterisk"
    for file in [*(pbx / "log").glob("*.log"), pbx / "etc/extensions.conf"]:
        assert PIN not in file.read_text(errors="replace"), file
    written = pbx / "etc/confbridge.conf"
    assert f"pin = {PIN}" in written.read_text()
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def at_the_door(town: Town, phone: RobotPhone, number: str) -> None:
    phone.dial("room", number)
    phone.wait("answer", connected("room"))
    at(town, rf"!{re.escape(number)}!.*ConfBridge")


def press(engine: EngineProcess, digits: str, call: str) -> None:
    """A person hears something before they press."""
    hear(engine, 1)
    engine.send(protocol.Dtmf(call=call, digits=digits))
    hear(engine, 2)


def hear(engine: EngineProcess, seconds: int) -> None:
    """So long the call goes on: its quality is told every second."""
    for _ in range(seconds):
        engine.wait(protocol.Quality)


def at(town: Town, channel: str) -> None:
    wait_until(console(town), "core show channels concise", channel)


def inside(town: Town, room: str, people: int) -> None:
    wait_until(console(town), "confbridge list", rf"(?m)^{room}\s+{people}\s")


def console(town: Town) -> Asterisk:
    return Asterisk(Layout(town.home / "asterisk"), runtime())
