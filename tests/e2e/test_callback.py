"""A citizen presses 1, hangs up, and is called back: real keys, real prompts, and both hear."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from tests.e2e.test_calls import A_HZ, B_HZ, idle, rings, speak
from tests.e2e.test_window import agent
from tests.support.console import wait_for, wait_until
from tests.support.pbx import runtime
from tests.support.sound import level, read_wav, tone_seconds
from tests.support.town import Town

POPULATION, ZOE = "+3271000010", "+32470000042"


@pytest.fixture(scope="module")
def calling_town(running_town: Town) -> Iterator[Town]:
    """Population calls back."""
    commune = running_town.home / "commune.toml"
    before = commune.read_text(encoding="utf-8")
    name = 'name = "Population"\n'
    commune.write_text(before.replace(name, f"{name}callback = true\n"), encoding="utf-8")
    running_town.allo("apply", "--yes")
    yield running_town
    commune.write_text(before, encoding="utf-8")
    running_town.allo("apply", "--yes")


def test_who_presses_1_is_called_back_and_both_hear(
    calling_town: Town, town: Town, tmp_path: Path
) -> None:
    asterisk = Asterisk(Layout(town.home / "asterisk"), runtime())
    citizen = town.citizen(ZOE)
    noted = tmp_path / "noted.wav"
    citizen.send(protocol.Sound(source="silence", sink="file", sink_file=str(noted)))
    citizen.send(protocol.Dial(call="call", to="071000010"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    wait_for(asterisk, "core show channels concise", "!Queue!population,")
    time.sleep(0.3)  # a person hears something before they press
    citizen.send(protocol.Dtmf(call="call", digits="1"))
    wait_for(asterisk, "core show channels concise", "!Playback!allo/allo-callback-kept-fr-")
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended", timeout=30)
    sound, rate = read_wav(noted)
    assert len(sound) >= 4 * rate, "all of it"
    assert level(sound[-4 * rate :]) > -40, "it was said to them"
    wait_until(asterisk, "queue show population", r"1\. Local/2910_32470000042_")

    phone = town.operator()
    heard = tmp_path / "citizen-heard.wav"
    speak(phone, B_HZ, heard)
    marie = agent(town, "2002")
    speak(marie.engine, A_HZ, tmp_path / "marie-heard.wav")
    call = rings(marie)
    assert (call.number, call.queue_title) == (ZOE, "Population")
    marie.engine.send(protocol.Answer(call=call.key))
    ringing = phone.wait(protocol.Incoming)
    assert ringing.number == POPULATION
    time.sleep(1.2)  # and she hears that it rings there
    phone.send(protocol.Answer(call=ringing.call))
    phone.wait(protocol.CallState, lambda fact: fact.state == "connected")
    time.sleep(2.6)  # they talk: the duration is what is tested
    phone.send(protocol.Hangup(call=ringing.call))
    marie.wait("idle", idle)

    assert tone_seconds(heard, A_HZ) >= 2.0
    assert tone_seconds(tmp_path / "marie-heard.wav", B_HZ) >= 2.0
    assert tone_seconds(tmp_path / "marie-heard.wav", 425.0) >= 0.5, "Belgium's ringing tone"
    assert "0 results found" in asterisk.command("database show callback")
