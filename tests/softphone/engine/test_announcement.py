"""What the other side was told: who may say so, for whom it holds, and how long one waits."""

import io
import time

import pytest

from softphone import protocol
from softphone.engine.announcement import Announcement
from softphone.engine.outbox import Outbox


class Said(Outbox):
    """Keeps the facts."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.facts: list[protocol.Fact] = []

    def put(self, fact: protocol.Fact) -> None:
        self.facts.append(fact)


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture
def announcement(said: Said) -> Announcement:
    return Announcement("c", said)


def test_asked_and_heard(announcement: Announcement, said: Said) -> None:
    announcement.asked()
    assert not announcement.made
    announcement.heard()
    assert announcement.made
    assert said.facts == [protocol.Recordable(call="c")]


def test_who_did_not_ask_is_told_nothing(announcement: Announcement, said: Said) -> None:
    announcement.heard()
    assert not announcement.made
    assert said.facts == []


def test_it_holds_for_nobody_else(announcement: Announcement, said: Said) -> None:
    announcement.asked()
    announcement.heard()
    assert announcement.void()
    assert said.facts[-1] == protocol.Recordable(call="c", on=False)
    announcement.asked()
    assert not announcement.void(), "they did not know yet"
    assert isinstance(said.facts[-1], protocol.Error)
    announcement.heard()
    assert not announcement.made, "somebody else heard it"


def test_the_wait_ends(
    announcement: Announcement, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcement.asked()
    announcement.tick()
    assert said.facts == []
    later = time.monotonic() + 31
    monkeypatch.setattr(time, "monotonic", lambda: later)
    announcement.tick()
    announcement.tick()
    (error,) = said.facts
    assert isinstance(error, protocol.Error)
    assert (error.command, error.call) == ("announce", "c")
    announcement.heard()
    assert not announcement.made, "too late"
