"""The receptionist's page: who waits, taking the right one, never pretending."""

from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from softphone.facts import LinkChanged, Problem, TakeAnswered, TakeAsked
from softphone.live import QueueChanged
from softphone.protocol import Answer, Incoming
from softphone.ui.look import Look
from softphone.ui.queue_rows import CallerRow, MemberRow
from tests.softphone.ui import scenes
from tests.softphone.ui.keyboard import press
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import town

Key = Qt.Key


@pytest.fixture
def rig(look: Look) -> Iterator[Rig]:
    made = Rig(look, town(scenes.CHANTAL, rush=True))
    made.show()
    yield made
    made.close()


def callers(rig: Rig) -> list[CallerRow]:
    return list(rig.window.switchboard.callers.rows.rows)


def label(rig: Rig, name: str) -> str:
    found = rig.window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if found.isVisible() else ""


def taken(rig: Rig) -> list[tuple[object, ...]]:
    return [asked for asked in rig.asked.server if asked[0] == "take"]


def test_a_receptionist_begins_here_with_the_longest_wait_first(rig: Rig) -> None:
    assert rig.window.page.objectName() == "page_switchboard"
    waits = [row.waited() for row in callers(rig)]
    assert waits == sorted(waits, reverse=True)
    assert [row.mark() for row in callers(rig)] == ["long"] * 3 + ["soon"] * 3 + ["new"] * 2


def test_an_agent_has_no_switchboard(look: Look) -> None:
    rig = Rig(look, town())
    rig.show()
    assert not rig.window.rail.buttons["switchboard"].isVisible()
    rig.close()


def test_a_row_says_one_sentence(rig: Rig) -> None:
    index = rig.window.switchboard.callers.rows.index(0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Aïcha Bouzid, file Population, attend depuis 3 min 48, trop long"


def test_enter_takes_the_selected_one(rig: Rig) -> None:
    press(Key.Key_Down)
    press(Key.Key_Down)
    chosen = callers(rig)[2]
    press(Key.Key_Return)
    assert taken(rig) == [("take", "travaux", chosen.caller.id)]


def test_f3_takes_the_first_and_asks_only_once(rig: Rig) -> None:
    first = callers(rig)[0]
    press(Key.Key_F3)
    assert taken(rig) == [("take", "population", first.caller.id)]
    rig.fact(TakeAsked("population", first.caller.id))
    assert callers(rig)[0].asked
    press(Key.Key_F3)
    assert len(taken(rig)) == 1


def test_f3_again_before_the_taken_caller_rings_takes_nobody_else(rig: Rig) -> None:
    first = callers(rig)[0]
    press(Key.Key_F3)
    queue = next(q for q in rig.store.state.queues if q.name == "population")
    rest = tuple(c for c in queue.callers if c.id != first.caller.id)
    rig.fact(
        TakeAsked("population", first.caller.id),
        QueueChanged(seq=900, queue=msgspec.structs.replace(queue, callers=rest)),
        TakeAnswered("population", first.caller.id),
    )
    press(Key.Key_F3)
    assert len(taken(rig)) == 1

    rig.fact(Incoming(call="in-9", number="071", queue="population", call_id=first.caller.id))
    press(Key.Key_F3)
    assert len(taken(rig)) == 1
    assert rig.asked.commands == [Answer(call="in-9")]


def test_f3_answers_first_when_it_rings(look: Look) -> None:
    rig = Rig(look, scenes.ringing(town(scenes.CHANTAL, rush=True)))
    rig.show()
    press(Key.Key_F3)
    assert taken(rig) == []
    assert len(rig.asked.commands) == 1
    rig.close()


def test_the_selection_stays_with_its_caller_when_others_leave(rig: Rig) -> None:
    press(Key.Key_Down)
    press(Key.Key_Down)
    before = rig.window.switchboard.callers.value().caller.id
    population = rig.store.state.board.queues["population"]
    rest = msgspec.structs.replace(population, callers=population.callers[1:])
    rig.fact(QueueChanged(seq=2, queue=rest))
    assert rig.window.switchboard.callers.value().caller.id == before
    assert len(callers(rig)) == 7


def test_who_was_faster_is_said(rig: Rig) -> None:
    first = callers(rig)[0].caller.id
    population = rig.store.state.board.queues["population"]
    rest = msgspec.structs.replace(population, callers=population.callers[1:])
    rig.fact(QueueChanged(seq=2, queue=rest))
    gone = Problem("caller-gone", "Déjà pris par Julien Marchal.")
    rig.fact(TakeAnswered("population", first, gone))
    assert "Déjà pris par Julien Marchal." in label(rig, "banner_text")


def test_nobody_waits_is_said(look: Look) -> None:
    rig = Rig(look, town(scenes.CHANTAL))
    rig.show()
    assert label(rig, "nobody_waits") == "Personne n’attend."
    press(Key.Key_F3)
    assert taken(rig) == []
    rig.close()


def test_a_long_name_among_those_taken_leaves_the_agents_their_room(rig: Rig) -> None:
    wide = rig.window.switchboard.members.width()
    rush = rig.store.state.queues
    longest = "Marie-Antoinette Vandenbroucke-Vanderstraeten, Toitures Gilson et Fils"
    first = msgspec.structs.replace(rush[0].callers[0], name=longest)
    rig.fact(QueueChanged(seq=2, queue=msgspec.structs.replace(rush[0], callers=(first,))))
    press(Key.Key_F3)
    for number, queue in enumerate(rush):
        rig.fact(QueueChanged(seq=3 + number, queue=msgspec.structs.replace(queue, callers=())))
    assert longest in label(rig, "nobody_waits")
    assert rig.window.switchboard.members.width() == wide


def test_stale_data_is_frozen_unknown_and_not_takeable(rig: Rig) -> None:
    rig.fact(LinkChanged("stale", heard=rig.store.now() - 12))
    assert {row.mark() for row in callers(rig)} == {"frozen"}
    members = [row for row in rig.window.switchboard._members.rows if isinstance(row, MemberRow)]
    assert {row.member.state for row in members} == {"unknown"}
    assert label(rig, "panel_state") == "Figé"
    waited = callers(rig)[0].waited()
    rig.store._second()
    assert callers(rig)[0].waited() == waited, "a frozen timer does not count"
    press(Key.Key_Return)
    press(Key.Key_F3)
    assert taken(rig) == []


def test_in_a_narrow_window_callers_and_agents_are_tabs(look: Look) -> None:
    rig = Rig(look, town(scenes.CHANTAL, rush=True))
    rig.show(360, 640)
    page = rig.window.switchboard
    assert (page.callers.isVisible(), page.members.isVisible()) == (True, False)
    page._tabs.setCurrentIndex(1)
    QApplication.processEvents()
    assert (page.callers.isVisible(), page.members.isVisible()) == (False, True)
    rig.close()


def test_enter_calls_no_member_whom_nobody_chose(look: Look) -> None:
    rig = Rig(look, town(scenes.CHANTAL))
    rig.show()
    assert rig.window.switchboard.members.hasFocus()
    press(Key.Key_Return)
    assert rig.asked.commands == []
    rig.close()


def test_the_first_caller_gets_the_keys_unless_a_member_is_chosen(look: Look) -> None:
    callers_of = {queue.name: queue for queue in town(scenes.CHANTAL, rush=True).queues}
    for chosen in (False, True):
        rig = Rig(look, town(scenes.CHANTAL))
        rig.show()
        if chosen:
            press(Key.Key_Down)
        rig.fact(QueueChanged(seq=2, queue=callers_of["population"]))
        press(Key.Key_Return)
        assert (len(taken(rig)), len(rig.asked.commands)) == ((0, 1) if chosen else (1, 0))
        rig.close()


def test_digits_typed_on_a_list_go_into_the_field(rig: Rig) -> None:
    assert rig.window.switchboard.callers.hasFocus()
    press(Key.Key_2)
    press(Key.Key_0)
    assert rig.window.field.text() == "20"
