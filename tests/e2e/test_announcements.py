"""Somebody waits, and is told so in the language they chose, in a town as an admin set it up."""

from collections.abc import Iterator

import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.support.console import wait_for
from tests.support.pbx import runtime
from tests.support.said import Said, listening
from tests.support.town import Town

FRENCH, DUTCH = "071000085", "071000086"
WAITING = """
[[service]]
name = "Guichet lent"
extension = "2985"
number = "071 00 00 85"
announce = 15

[[prompt]]
name = "Goedendag"
nl = "Goedendag."

[[menu]]
name = "Nederlands"
extension = "2986"
number = "071 00 00 86"
prompt = "Goedendag"
keys = {}
otherwise = { to = "Guichet lent", language = "nl" }
times = 1
seconds = 1
"""


@pytest.fixture(scope="module")
def waiting_town(running_town: Town) -> Iterator[Town]:
    with running_town.with_more(WAITING):
        yield running_town


@pytest.fixture
def said(waiting_town: Town) -> Iterator[Said]:
    with listening(console(waiting_town)) as said:
        yield said


def test_the_first_hears_it_in_french_the_second_in_dutch(town: Town, said: Said) -> None:
    waits(town, "+32470000085", FRENCH)
    wait_for(console(town), "queue show guichet-lent", "has 1 calls")
    waits(town, "+32470000086", DUTCH)
    said.wait("queue-youarenext", language="fr", seconds=30)
    said.wait("queue-thereare", "digits/2", "queue-callswaiting", language="nl", seconds=40)
    assert said.endings("queue-thereare") == {"slin16"}, "our file, not Asterisk's G.722"


def waits(town: Town, who: str, number: str) -> EngineProcess:
    citizen = town.citizen(who)
    citizen.send(protocol.Sound(source="silence", sink="nothing"))
    citizen.send(protocol.Dial(call="call", to=number))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    return citizen


def console(town: Town) -> Asterisk:
    return Asterisk(Layout(town.home / "asterisk"), runtime())
