"""A citizen in a menu: every way out of it is a real call, with real keys."""

import time
from collections.abc import Iterator

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import agent, idle, rings
from tests.support.console import wait_for
from tests.support.pbx import runtime
from tests.support.robot import RobotPhone
from tests.support.town import Town

NUMBER, OUTSIDE = "071000090", "+32470112244"
MENUS = f"""
[[prompt]]
name = "Bienvenue"
fr = "Population, tapez un."
nl = "Bevolking, druk één."

[[prompt]]
name = "Horaires"
fr = "De huit à douze."

[[menu]]
name = "Menu principal"
extension = "2999"
number = "{NUMBER}"
prompt = "Bienvenue"
seconds = 2
direct = true
otherwise = "voicemail Urbanisme"
[menu.keys]
1 = "Population"
2 = {{ to = "Onthaal", language = "nl" }}
3 = "prompt Horaires"
4 = "{OUTSIDE}"

[[menu]]
name = "Onthaal"
extension = "2998"
prompt = "Bienvenue"
otherwise = "goodbye"
keys = {{ "*" = "back" }}
"""


@pytest.fixture(scope="module")
def menu_town(running_town: Town) -> Iterator[Town]:
    with running_town.with_more(MENUS):
        yield running_town


@pytest.fixture
def marie(menu_town: Town, town: Town) -> RobotPhone:
    return agent(town, "2002")


def test_a_key_leads_to_a_service(marie: RobotPhone, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000091")
    press(citizen, "1")
    call = rings(marie)
    assert (call.number, call.queue_title) == ("+32470000091", "Population")
    citizen.send(protocol.Hangup(call="call"))
    marie.wait("idle", idle)


def test_an_extension_is_dialled(marie: RobotPhone, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000092")
    press(citizen, "2002")
    call = rings(marie)
    assert (call.number, call.queue_title) == ("+32470000092", "")
    citizen.send(protocol.Hangup(call="call"))
    marie.wait("idle", idle)


def test_another_language_and_back(menu_town: Town, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000093")
    press(citizen, "2")
    plays(town, "allo/bienvenue-nl-")
    press(citizen, "*")
    plays(town, "!menu-menu-principal!")


def test_something_is_said_and_then_the_menu_again(menu_town: Town, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000094")
    press(citizen, "3")
    plays(town, "allo/horaires-fr-")
    plays(town, "allo/bienvenue-fr-")


def test_a_number_outside(menu_town: Town, town: Town) -> None:
    operator = town.operator()
    citizen = in_the_menu(town, "+32470000095")
    press(citizen, "4")
    outside = operator.wait(protocol.Incoming)
    assert f"PJSIP/{OUTSIDE}@" in console(town).command("core show channels concise")
    operator.send(protocol.Answer(call=outside.call))
    citizen.send(protocol.Hangup(call="call"))
    operator.wait(protocol.CallState, lambda fact: fact.state == "ended")


def test_a_wrong_key_is_said_and_nothing_at_all_has_an_end(menu_town: Town, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000096")
    press(citizen, "8")
    plays(town, "!pbx-invalid!")
    plays(town, "allo/bienvenue-fr-")
    plays(town, "!VoiceMail!2930@default!")  # asked twice, 2 s of patience each


def test_a_number_that_nobody_has_is_a_wrong_key(menu_town: Town, town: Town) -> None:
    citizen = in_the_menu(town, "+32470000097")
    press(citizen, "2777")
    plays(town, "!pbx-invalid!")


def in_the_menu(town: Town, number: str) -> EngineProcess:
    citizen = town.citizen(number)
    citizen.send(protocol.Sound(source="silence", sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=NUMBER))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    plays(town, "allo/bienvenue-fr-")
    time.sleep(0.3)  # a person hears something before they press
    return citizen


def press(citizen: EngineProcess, digits: str) -> None:
    citizen.send(protocol.Dtmf(call="call", digits=digits))


def plays(town: Town, what: str) -> None:
    wait_for(console(town), "core show channels concise", what, 15)


def console(town: Town) -> Asterisk:
    return Asterisk(Layout(town.home / "asterisk"), runtime())
