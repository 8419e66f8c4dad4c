"""The card over other programs: there when needed, never in the way."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from softphone.protocol import Answer, CallState
from softphone.ui.button import Button
from softphone.ui.call_card import Tag
from softphone.ui.incoming_popup import IncomingPopup
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.test_pictures import keep


@pytest.fixture
def rig(look: Look) -> Iterator[Rig]:
    made = Rig(look, scenes.town())
    yield made
    made.close()


@pytest.fixture
def popup(rig: Rig, look: Look, monkeypatch: pytest.MonkeyPatch) -> Iterator[IncomingPopup]:
    """Another program is in front."""
    made = IncomingPopup(look, rig.store, rig.intents, rig.window)
    monkeypatch.setattr(made, "in_front", lambda: False)
    yield made
    made.close()
    made.deleteLater()


def test_a_call_rings_over_other_programs_and_is_answered_there(
    rig: Rig, popup: IncomingPopup
) -> None:
    rig.store.replace(scenes.ringing(rig.store.state))
    QApplication.processEvents()
    assert popup.isVisible()
    assert popup.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    screen = popup.screen().availableGeometry()
    assert screen.contains(popup.geometry())
    keep(popup, "popup-light-fr")
    answer = popup.findChild(Button, "answer")
    assert isinstance(answer, Button)
    answer.click()
    assert rig.asked.commands == [Answer(call="i2")]
    rig.fact(CallState(call="i2", state="connected", code=200))
    assert not popup.isVisible()


def test_an_agent_sees_the_title_of_the_queue(rig: Rig, popup: IncomingPopup) -> None:
    assert not rig.store.state.me.is_receptionist
    rig.store.replace(scenes.ringing_for(rig.store.state, "etat-civil"))
    tag = popup.findChild(Tag, "call_queue")
    assert isinstance(tag, Tag)
    assert (tag.isVisible(), tag.text) == (True, "File État civil")
    keep(popup, "popup-queue-light-fr")


def test_it_goes_when_the_caller_gives_up(rig: Rig, popup: IncomingPopup) -> None:
    rig.store.replace(scenes.ringing(rig.store.state))
    rig.fact(CallState(call="i2", state="ended", why="cancelled"))
    assert not popup.isVisible()


def test_it_does_not_come_while_the_window_is_in_front(rig: Rig, look: Look) -> None:
    popup = IncomingPopup(look, rig.store, rig.intents, rig.window)
    rig.show()
    QApplication.processEvents()
    rig.store.replace(scenes.ringing(rig.store.state))
    assert popup.isVisible() == (not popup.in_front())
    popup.close()
    popup.deleteLater()
