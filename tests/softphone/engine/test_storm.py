"""Random dialogues of three phones on a real Asterisk; the long form is ``make soak``."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from softphone import protocol
from tests.softphone.engine.conftest import NewEngine, Pbx
from tests.support.storm import Holds, Storm, StormPhone
from tests.support.storm_rules import blow


@pytest.fixture
def storm(pbx: Pbx, engine: NewEngine) -> Iterator[Storm]:
    phones = [StormPhone(number, engine) for number in (1, 2, 3)]
    for number, phone in enumerate(phones, 1):
        phone.engine.send(protocol.Sound(source="tone", sink="nothing"))
        phone.engine.send(pbx.account(number))
        phone.engine.wait(protocol.Registration, lambda fact: fact.state == "registered")
    with closing(Holds(pbx.exchange)) as holds:
        yield Storm(phones, pbx.ask, holds)


def test_phones_and_pbx_never_disagree(storm: Storm) -> None:
    blow(storm, examples=15, steps=30)
    assert storm.steps >= 300
