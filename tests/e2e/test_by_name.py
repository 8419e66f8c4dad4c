"""A person by the letters of their name: from the house by code, from outside through a menu."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import agent, idle, rings
from tests.support.console import wait_until
from tests.support.pbx import runtime
from tests.support.robot import RobotPhone, connected
from tests.support.sound import read_wav
from tests.support.town import Town

NUMBER = "071000091"
MENU = f"""
[[prompt]]
name = "Accueil du menu"
fr = "Bonjour. Une personne, tapez zéro."

[[menu]]
name = "Par le nom"
extension = "2997"
number = "{NUMBER}"
prompt = "Accueil du menu"
keys = {{ 0 = "annuaire" }}
otherwise = "voicemail Urbanisme"
"""
DUPONT, NOBODY = "387", "999"


@pytest.fixture(scope="module")
def menu_town(running_town: Town) -> Iterator[Town]:
    with running_town.with_more(MENU):
        yield running_town


@pytest.fixture
def marie(menu_town: Town, town: Town) -> RobotPhone:
    return agent(town, "2002")


def test_a_colleague_by_code(marie: RobotPhone, town: Town) -> None:
    julien = agent(town, "2003")
    julien.dial("c", "*411")
    julien.wait("answer", connected("c"))
    asked(town, r"\*411|!s!")
    press(julien.engine, "c", DUPONT)
    press(julien.engine, "c", "1")
    call = rings(marie)
    assert (call.number, call.name) == ("2003", "Julien Marchal")
    julien.engine.send(protocol.Hangup(call="c"))
    marie.wait("idle", idle)


def test_a_citizen_hears_the_name_read_and_presses_1(
    marie: RobotPhone, town: Town, tmp_path: Path
) -> None:
    citizen = in_the_directory(town, "+32470000131", tmp_path / "heard.wav")
    press(citizen, "call", DUPONT)
    hear(citizen, 4)
    press(citizen, "call", "1")
    call = rings(marie)
    assert (call.number, call.queue_title) == ("+32470000131", "")
    citizen.send(protocol.Hangup(call="call"))
    marie.wait("idle", idle)
    citizen.close()
    (name,) = (town.home / "asterisk/spool/voicemail/names/2002").glob("greet.wav16")
    assert hears(tmp_path / "heard.wav", name), "Marie Dupont, as the machine said it"


def test_who_finds_nobody_and_gives_up_goes_on_as_the_menu_says(
    menu_town: Town, town: Town, tmp_path: Path
) -> None:
    citizen = in_the_directory(town, "+32470000132", tmp_path / "heard.wav")
    press(citizen, "call", NOBODY)
    hear(citizen, 4)
    asked(town, "!by-name!s!")  # again
    wait_until(console(town), "core show channels concise", "!VoiceMail!2930@default!", 60)


def in_the_directory(town: Town, number: str, heard: Path) -> EngineProcess:
    citizen = town.citizen(number)
    citizen.send(protocol.Sound(source="silence", sink="file", sink_file=str(heard)))
    citizen.send(protocol.Dial(call="call", to=NUMBER))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    press(citizen, "call", "0")
    asked(town, "!by-name!s!")
    return citizen


def press(engine: EngineProcess, call: str, digits: str) -> None:
    """A person hears something before they press."""
    hear(engine, 1)
    engine.send(protocol.Dtmf(call=call, digits=digits))


def hear(engine: EngineProcess, seconds: int) -> None:
    """So long the call goes on: its quality is told every second."""
    for _ in range(seconds):
        engine.wait(protocol.Quality)


def hears(heard: Path, said: Path) -> bool:
    """Whether somewhere in what was heard is what was said, as a telephone carries it."""
    (sound, rate), (words, other) = read_wav(heard), read_wav(said)
    assert rate == other
    size = len(sound) + len(words)
    hz = np.fft.rfftfreq(size, 1 / rate)
    carried = (hz > 300) & (hz < 3_400)
    sounds, word = (np.fft.rfft(each, size) * carried for each in (sound, words))
    match = np.abs(np.fft.irfft(sounds * np.conj(word), size))
    energy = np.cumsum(np.fft.irfft(sounds, size) ** 2)
    best = int(match[: len(sound) - len(words)].argmax())
    there = energy[best + len(words)] - energy[best]
    likeness = match[best] / np.sqrt(there * np.sum(np.fft.irfft(word, size) ** 2))
    return bool(likeness > 0.7)


def asked(town: Town, at: str) -> None:
    wait_until(console(town), "core show channels concise", at)


def console(town: Town) -> Asterisk:
    return Asterisk(Layout(town.home / "asterisk"), runtime())
