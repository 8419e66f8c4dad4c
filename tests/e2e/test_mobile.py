"""An agent on the road: the mobile rings too, asks, and only who presses the key talks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_hours import hear
from tests.e2e.test_window import agent, ask_pbx, idle, rings, until
from tests.support.robot import RobotPhone
from tests.support.sound import level, read_wav, tone_seconds
from tests.support.town import Town

NUMBER, CITIZEN = "071000011", "+32470000111"


@pytest.fixture
def marie(town: Town) -> Iterator[RobotPhone]:
    """At her desk, with a mobile."""
    phone = agent(town, "2002")
    phone.engine.send(protocol.Watch(extensions=("follow-2002",)))
    town.allo("forward", "2002", "--follow", "0475 12 34 56")
    phone.engine.wait(
        protocol.Watched, lambda fact: (fact.extension, fact.state) == ("follow-2002", "busy")
    )
    yield phone
    town.allo("forward", "2002", "--follow", "off")


def test_the_mobile_takes_the_call_and_both_hear_each_other(
    town: Town, marie: RobotPhone, tmp_path: Path
) -> None:
    citizen = calling(town, tmp_path / "citizen.wav")
    mobile = mobile_of(town, tmp_path / "mobile.wav")
    assert rings(marie).number == CITIZEN
    call = mobile.wait(protocol.Incoming)
    assert call.number == "+3271000011", "the agent's own number, not the citizen's"
    mobile.send(protocol.Answer(call=call.call))
    until(lambda: "followme/options" in ask_pbx(town, "core show channels concise"), "the question")
    hear(mobile, 3)
    mobile.send(protocol.Dtmf(call=call.call, digits="1"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    marie.wait(
        "it is told that she took it herself",
        lambda state: any(
            (call.why, call.by_me, call.missed) == ("elsewhere", True, False)
            for call in state.calls.values()
        ),
    )
    for phone in (citizen, mobile):
        hear(phone, 2)
    citizen.send(protocol.Hangup(call="call"))
    mobile.wait(protocol.CallState, lambda fact: fact.state == "ended")
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    heard, rate = read_wav(tmp_path / "mobile.wav")
    assert level(heard[rate : 3 * rate]) > -35, "somebody asks"
    assert tone_seconds(tmp_path / "mobile.wav", 440) > 0.5
    assert tone_seconds(tmp_path / "citizen.wav", 620) > 0.5


def test_a_mobiles_voicemail_takes_no_call(town: Town, marie: RobotPhone, tmp_path: Path) -> None:
    """It answers, speaks, and presses nothing: the agent answers at the desk meanwhile."""
    citizen = calling(town, tmp_path / "citizen.wav")
    mobile = mobile_of(town, tmp_path / "mobile.wav")
    desk = rings(marie)
    voicemail = mobile.wait(protocol.Incoming).call
    mobile.send(protocol.Answer(call=voicemail))
    until(lambda: "followme/options" in ask_pbx(town, "core show channels concise"), "the question")
    hear(mobile, 2)
    marie.engine.send(protocol.Answer(call=desk.key))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    mobile.wait(protocol.CallState, lambda fact: fact.state == "ended")
    hear(citizen, 2)
    citizen.send(protocol.Hangup(call="call"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    marie.wait("idle", idle)
    assert tone_seconds(tmp_path / "citizen.wav", 620) < 0.1, "never joined with the mobile"


def calling(town: Town, heard: Path) -> EngineProcess:
    citizen = town.citizen(CITIZEN)
    citizen.send(protocol.Sound(source="tone", sink="file", sink_file=str(heard)))
    citizen.send(protocol.Dial(call="call", to=NUMBER))
    return citizen


def mobile_of(town: Town, heard: Path) -> EngineProcess:
    """The operator's far end."""
    mobile = town.operator()
    mobile.send(protocol.Sound(source="tone", tone_hz=620, sink="file", sink_file=str(heard)))
    return mobile
