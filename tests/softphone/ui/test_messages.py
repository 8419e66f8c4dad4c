"""Writing, reading and losing nothing on the messages page, by keyboard."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from softphone.conversations import Conversations
from softphone.facts import MessageStored, MessageTyped
from softphone.live import MessageChanged
from softphone.state import State
from softphone.ui.button import Button
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.keyboard import SHIFT, press, say
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import message, town

Key = Qt.Key


@pytest.fixture
def rig(look: Look) -> Iterator[Rig]:
    made = Rig(look, town())
    made.show()
    made.window.go("messages")
    yield made
    made.close()


def sent(rig: Rig) -> list[tuple[object, ...]]:
    return [asked for asked in rig.asked.server if asked[0] == "send"]


def bubbles(rig: Rig) -> list[str]:
    model = rig.window.messages.talk.view.rows
    return [model.index(row).data() for row in range(model.rowCount())]


def button(rig: Rig, name: str) -> Button:
    found = rig.window.findChild(Button, name)
    assert isinstance(found, Button)
    return found


def test_the_newest_conversation_comes_first_and_unread_are_counted(rig: Rig) -> None:
    rows = rig.window.messages.list.rows
    assert [rows.key_at(n) for n in range(3)] == ["2042", "2032", "2031"]
    assert "4" in rig.window.rail.buttons["messages"].accessibleName()


def test_opening_a_conversation_reads_it(rig: Rig) -> None:
    rig.window.messages.open("2042")
    assert ("read", "2042", 17) in rig.asked.server
    assert any("Qui remplace vendredi matin" in text for text in bubbles(rig))


def test_enter_sends_and_shift_enter_breaks_the_line(rig: Rig) -> None:
    rig.window.messages.open("2032")
    say("Bonjour")
    press(Key.Key_Return, SHIFT)
    say("à 15 h ?")
    press(Key.Key_Return)
    assert sent(rig) == [("send", "2032", "Bonjour\nà 15 h ?", "")]
    assert rig.window.messages.talk.composer.editor.toPlainText() == ""
    press(Key.Key_Return)
    assert len(sent(rig)) == 1, "nothing is not sent"


def test_a_message_goes_from_waiting_to_stored_to_handed_to_delivered(rig: Rig) -> None:
    rig.window.messages.open("2032")
    rig.fact(MessageTyped(client_id="c30", to="2032", text="Été", typed_at=rig.store.now()))
    assert bubbles(rig)[-1].endswith("En attente du serveur")
    stored = message(30, "2014", "2032", "Été", rig.store.now(), delivered=False)
    rig.fact(MessageStored(stored))
    assert bubbles(rig)[-1].endswith("Enregistré, pas encore remis")
    handed = message(30, "2014", "2032", "Été", rig.store.now(), delivered=False, handed=True)
    rig.fact(MessageChanged(seq=8, message=handed))
    assert bubbles(rig)[-1].endswith("Remis au téléphone")
    rig.fact(MessageChanged(seq=9, message=message(30, "2014", "2032", "Été", rig.store.now())))
    assert bubbles(rig)[-1].endswith("Remis")


def test_a_refused_message_says_why_and_can_be_tried_or_dropped(look: Look) -> None:
    rig = Rig(look, scenes.unsent(town()))
    rig.show()
    rig.window.go("messages")
    rig.window.messages.open("2032")
    trouble = rig.window.findChild(QLabel, "trouble")
    assert isinstance(trouble, QLabel)
    assert "Prends le registre." in trouble.text()
    assert "Ce poste n’existe plus." in trouble.text()
    button(rig, "retry").setFocus()
    press(Key.Key_Return)
    assert ("send", "2032", "Prends le registre.", "p2") in rig.asked.server
    button(rig, "discard").setFocus()
    press(Key.Key_Space)
    assert ("discard", "p2") in rig.asked.server
    rig.close()


def test_a_draft_stays_with_its_person(rig: Rig) -> None:
    rig.window.messages.open("2032")
    say("à moitié")
    rig.window.messages.open("2042")
    assert rig.window.messages.talk.composer.editor.toPlainText() == ""
    rig.window.messages.open("2032")
    assert rig.window.messages.talk.composer.editor.toPlainText() == "à moitié"


def test_writing_to_somebody_new(rig: Rig) -> None:
    button(rig, "new_message").setFocus()
    press(Key.Key_Return)
    say("noel")
    press(Key.Key_Return)
    say("Bonjour Pascale")
    press(Key.Key_Return)
    assert sent(rig) == [("send", "2022", "Bonjour Pascale", "")]


def test_writing_from_the_directory(rig: Rig) -> None:
    rig.window.go("directory")
    button(rig, "sheet_write").setFocus()
    press(Key.Key_Return)
    assert rig.window.page.objectName() == "page_messages"
    say("Salut")
    press(Key.Key_Return)
    assert sent(rig) == [("send", "2016", "Salut", "")]


def test_what_the_disk_refuses_stays_in_its_field(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(rig.asked, "send_message", full)
    rig.window.messages.open("2032")
    say("important")
    press(Key.Key_Return)
    assert rig.window.messages.talk.composer.editor.toPlainText() == "important"


def test_a_long_text_is_not_cut(rig: Rig) -> None:
    rig.window.messages.open("2032")
    editor = rig.window.messages.talk.composer.editor
    editor.setPlainText("x" * 4100)
    press(Key.Key_Return)
    assert [len(str(text)) for _, _, text, _ in sent(rig)] == [4000]
    assert len(editor.toPlainText()) == 100, "the rest waits to be sent next"


def test_older_messages_are_asked_for_once(rig: Rig) -> None:
    rig.window.messages.open("2031")
    rig.window.messages.open("2032")
    rig.window.messages.open("2031")
    asked = [entry for entry in rig.asked.server if entry[0] == "older" and entry[1] == "2031"]
    assert asked == [("older", "2031", 11)]


def test_a_narrow_window_shows_list_or_thread(look: Look) -> None:
    rig = Rig(look, town())
    rig.show(360, 640)
    rig.window.go("messages")
    messages = rig.window.messages
    assert (messages.list.isVisible(), messages.talk.isVisible()) == (True, False)
    messages.list.setFocus()
    press(Key.Key_Return)
    assert (messages.list.isVisible(), messages.talk.isVisible()) == (False, True)
    button(rig, "thread_back").setFocus()
    press(Key.Key_Return)
    assert (messages.list.isVisible(), messages.talk.isVisible()) == (True, False)
    rig.close()


def state_with_offline_text() -> State:
    return scenes.unsent(scenes.offline(town()))


def test_offline_writing_is_kept_and_shown(look: Look) -> None:
    rig = Rig(look, state_with_offline_text())
    rig.show()
    rig.window.go("messages")
    rig.window.messages.open("2032")
    say("hors ligne")
    press(Key.Key_Return)
    assert sent(rig) == [("send", "2032", "hors ligne", "")]
    assert any(text.endswith("En attente du serveur") for text in bubbles(rig))
    rig.close()


def test_with_no_message_yet_work_begins_with_whom_to_write_to(look: Look) -> None:
    state = town()
    rig = Rig(look, replace(state, messages=Conversations(me=state.me.extension)))
    rig.show()
    rig.window.go("messages")
    say(state.colleagues[3].name)
    press(Key.Key_Return)
    say("Bonjour")
    press(Key.Key_Return)
    assert sent(rig) == [("send", state.colleagues[3].extension, "Bonjour", "")]
    rig.close()
