"""Conversations with the window, by keyboard alone."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QListView, QWidget

from softphone import state as phone
from softphone.facts import EngineChanged
from softphone.live import Snapshot
from softphone.protocol import (
    Answer,
    CallState,
    Dial,
    Hangup,
    Incoming,
    Mute,
    Muted,
    Registration,
    Reject,
)
from softphone.state import State
from softphone.ui.call_card import Tag
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.keyboard import CTRL, SHIFT, press, say
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import town

Key = Qt.Key
Open = Callable[[State], Rig]


@pytest.fixture
def open_(look: Look) -> Iterator[Open]:
    """Opens a window over a state; closes it afterwards."""
    rigs: list[Rig] = []

    def make(state: State) -> Rig:
        rigs.append(Rig(look, state))
        rigs[-1].show()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


def texts(rig: Rig, name: str) -> list[str]:
    """Text of the visible labels called ``name``."""
    return [x.text() for x in rig.window.findChildren(QLabel, name) if x.isVisible()]


def queue_tags(rig: Rig) -> list[str]:
    """Visible queues of the call cards."""
    return [tag.text for tag in rig.window.findChildren(Tag, "call_queue") if tag.isVisible()]


def view(rig: Rig, name: str) -> QListView:
    found = rig.window.findChild(QListView, name)
    assert isinstance(found, QListView)
    return found


def dialled(rig: Rig) -> list[str]:
    return [c.to for c in rig.asked.commands if isinstance(c, Dial)]


def test_the_title_says_who_i_am(open_: Open) -> None:
    rig = open_(town())
    assert rig.window.windowTitle() == "allo — Marie Dupont · poste 2014"
    assert texts(rig, "line_state") == ["Téléphone prêt"]
    assert texts(rig, "my_presence") == ["Disponible"]


def test_calling_a_colleague_by_name_talking_muting_and_hanging_up(open_: Open) -> None:
    rig = open_(town())
    say("giu")
    assert view(rig, "results_list").model().rowCount() == 1
    press(Key.Key_Return)
    assert dialled(rig) == ["2032"]
    assert rig.window.field.text() == ""
    (key,) = rig.store.state.calls
    assert texts(rig, "call_name") == ["Giulia Ferretti"]
    assert texts(rig, "call_state") == ["Appel…"]

    rig.fact(CallState(call=key, state="ringing", code=180))
    assert texts(rig, "call_state") == ["Ça sonne là-bas"]
    rig.fact(CallState(call=key, state="connected", code=200))
    assert texts(rig, "call_state") == ["En communication"]
    assert texts(rig, "call_timer") == ["00:00"]
    assert texts(rig, "my_presence") == ["En appel"]

    press(Key.Key_F9)
    assert rig.asked.commands[-1] == Mute(call=key, on=True)
    rig.fact(Muted(call=key, on=True))
    assert texts(rig, "call_state") == ["En communication · Micro coupé"]
    assert texts(rig, "call_note") == ["Giulia Ferretti ne vous entend pas."]
    press(Key.Key_B, CTRL)
    assert rig.asked.commands[-1] == Mute(call=key, on=False)

    press(Key.Key_F4)
    assert Hangup(call=key) in rig.asked.commands
    rig.fact(CallState(call=key, state="ended", why="normal"))
    assert texts(rig, "call_state") == ["Terminé"]
    assert view(rig, "recent").model().rowCount() == 1


def test_an_ended_call_says_why_for_six_seconds(open_: Open) -> None:
    rig = open_(scenes.busy(town()))
    assert texts(rig, "call_state") == ["Terminé\u202f: occupé"]
    assert "est en ligne" in texts(rig, "call_note")[0]
    later = rig.store.now() + 6.5
    rig.store._clock = lambda: later
    rig.store._second()
    assert texts(rig, "call_state") == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2015", "2015"), ("Tél. : 071/12.34.56", "071123456"), ("*43", "*43"), ("112", "112")],
)
def test_a_number_is_called_however_it_is_typed(open_: Open, typed: str, number: str) -> None:
    rig = open_(town())
    say(typed)
    press(Key.Key_Return)
    assert dialled(rig) == [number]


def test_emergency_numbers_are_dialled_even_offline(open_: Open) -> None:
    rig = open_(scenes.offline(town()))
    say("112")
    press(Key.Key_Return)
    assert dialled(rig) == ["112"]
    assert texts(rig, "call_note") == ["Dites où vous êtes\u202f: rue, numéro, commune."]
    (key,) = rig.store.state.calls
    rig.fact(CallState(call=key, state="ended", why="failed"))
    assert texts(rig, "call_note") == ["Prenez un GSM et formez le 112."]


def test_nobody_found_is_said_and_enter_does_nothing(open_: Open) -> None:
    rig = open_(town())
    say("xyz")
    assert "Personne pour" in texts(rig, "results_note")[0]
    press(Key.Key_Return)
    assert dialled(rig) == []
    press(Key.Key_Escape)
    assert (rig.window.field.text(), texts(rig, "results_note")) == ("", [])


def test_arrows_choose_among_the_results(open_: Open) -> None:
    rig = open_(town())
    say("urba")
    press(Key.Key_Down)
    press(Key.Key_Down)
    press(Key.Key_Up)
    assert QApplication.focusWidget() is rig.window.field
    press(Key.Key_Return)
    assert dialled(rig) == ["2032"]


def test_f3_answers_and_shift_f3_declines(open_: Open) -> None:
    rig = open_(scenes.ringing(town()))
    assert texts(rig, "call_state") == ["Appel entrant"]
    assert texts(rig, "my_presence") == ["Ça sonne"]
    press(Key.Key_F4)
    assert rig.asked.commands == [], "F4 never touches a ringing call"
    press(Key.Key_F3)
    assert rig.asked.commands == [Answer(call="i2")]
    press(Key.Key_F3, SHIFT)
    assert rig.asked.commands[-1] == Reject(call="i2", why="decline")


def test_escape_never_ends_a_call(open_: Open) -> None:
    rig = open_(scenes.ringing(scenes.talking(town())))
    press(Key.Key_Escape)
    press(Key.Key_Escape)
    assert rig.asked.commands == []


def test_answering_a_second_call_says_what_happens_and_mutes_the_first(open_: Open) -> None:
    rig = open_(scenes.ringing(scenes.talking(town())))
    assert texts(rig, "call_state") == ["En communication", "Deuxième appel, ça sonne"]
    assert "Répondre coupe votre micro pour Jeanne Collignon" in texts(rig, "call_note")[0]
    press(Key.Key_R, CTRL)
    assert rig.asked.commands == [Mute(call="i1", on=True), Answer(call="i2")]


def test_whoever_is_on_the_line_does_not_hear_us_dial_somebody_else(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    assert rig.intents.dial("2016")
    mute, dial = rig.asked.commands
    assert mute == Mute(call="i1", on=True)
    assert isinstance(dial, Dial)


def test_a_call_ringing_stays_in_front_on_every_page(open_: Open) -> None:
    rig = open_(town())
    for _ in range(4):
        press(Key.Key_Tab, CTRL)
        rig.fact(Incoming(call="x", number="2016", name="Amélie Piron"))
        assert texts(rig, "call_name") == ["Amélie Piron"]
        rig.fact(CallState(call="x", state="ended", why="cancelled"))
        later = rig.store.now() + 7
        rig.store._clock = lambda later=later: later  # type: ignore[misc]
        rig.store._second()


def test_an_agents_arriving_call_shows_the_title_of_its_queue(open_: Open) -> None:
    agent = town(scenes.MARIE)
    assert agent.queues == (), "who waits is for receptionists"
    rig = open_(scenes.ringing_for(agent, "etat-civil"))
    assert queue_tags(rig) == ["File État civil"]
    rig.fact(CallState(call="i3", state="connected", code=200))
    assert queue_tags(rig) == ["File État civil"]
    rig.fact(Incoming(call="x", number="2016", name="Amélie Piron"))
    assert queue_tags(rig) == ["File État civil"], "none on the card of a colleague"


def test_a_queue_the_server_has_not_named_shows_as_the_exchange_calls_it(open_: Open) -> None:
    rig = open_(scenes.ringing_for(phone.initial(scenes.MARIE), "etat-civil"))
    assert queue_tags(rig) == ["File etat-civil"]
    titles = {"etat-civil": "État civil"}
    rig.fact(
        Snapshot(
            seq=1,
            pbx="up",
            me=scenes.MARIE,
            colleagues=(),
            queues=(),
            queue_titles=titles,
            messages=(),
        )
    )
    assert queue_tags(rig) == ["File État civil"], "as soon as it has"


def test_a_missed_call_is_counted_and_called_back(open_: Open) -> None:
    rig = open_(town())
    rig.window.go("directory")
    rig.fact(Incoming(call="x", number="+3271000042", name="Jeanne Collignon"))
    rig.fact(CallState(call="x", state="ended", why="cancelled"))
    assert "1" in rig.window.rail.buttons["phone"].accessibleName()
    rig.window.go("phone")
    assert "1" not in rig.window.rail.buttons["phone"].accessibleName()
    press(Key.Key_F6)
    press(Key.Key_F6)
    assert QApplication.focusWidget() is view(rig, "recent")
    press(Key.Key_Down)
    press(Key.Key_F5)
    assert dialled(rig) == ["071000042"]


def test_the_directory_by_arrows(open_: Open) -> None:
    rig = open_(town())
    press(Key.Key_Tab, CTRL)
    assert QApplication.focusWidget() is view(rig, "directory_list")
    press(Key.Key_Down)
    press(Key.Key_Return)
    assert dialled(rig) == ["2003"], "Amina Tahiri is second by name"
    rig.fact(*[CallState(call=k, state="ended", why="busy") for k in rig.store.state.calls])
    press(Key.Key_F3)
    assert dialled(rig) == ["2003", "2003"], "F3 calls the person shown"


def test_digits_typed_anywhere_go_to_the_field(open_: Open) -> None:
    rig = open_(town())
    rig.window.rail.buttons["phone"].setFocus()
    say("2")
    say("015")
    assert rig.window.field.text() == "2015"


def test_presence_changes_are_seen_without_losing_the_selection(open_: Open) -> None:
    from softphone.live import Colleague, ColleagueChanged

    rig = open_(town())
    rig.window.go("directory")
    press(Key.Key_Down)
    before = view(rig, "directory_list").currentIndex().data()
    changed = Colleague(extension="2016", name="Amélie Piron", presence="busy")
    rig.fact(ColleagueChanged(seq=2, colleague=changed))
    assert view(rig, "directory_list").currentIndex().data() == before
    assert "En appel" in view(rig, "directory_list").model().index(0, 0).data()


def test_the_engine_dies_and_comes_back(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    rig.fact(EngineChanged("restarting", 1))
    assert "Le téléphone redémarre." in texts(rig, "banner_text")[0]
    assert texts(rig, "line_state") == ["Redémarrage…"]
    assert texts(rig, "call_state") == ["Terminé\u202f: liaison coupée"]
    rig.fact(EngineChanged("running", 1), Registration(state="registered"))
    assert "Le téléphone a redémarré." in texts(rig, "banner_text")[0]
    assert "L’appel avec Jeanne Collignon a été coupé à" in texts(rig, "banner_text")[0]
    press(Key.Key_F5)
    assert dialled(rig) == ["071000042"]
    assert texts(rig, "banner_text") == []


def test_retry_asks_engine_and_server(open_: Open) -> None:
    rig = open_(scenes.offline(town()))
    press(Key.Key_F5)
    assert ("try_now",) in rig.asked.server


def test_every_page_and_pane_is_reached_by_keys(open_: Open) -> None:
    rig = open_(town(scenes.CHANTAL, rush=True))
    seen: set[str] = set()
    for _ in range(6):
        seen.add(rig.window.page.objectName())
        for _ in range(6):
            press(Key.Key_F6)
            focus: QWidget | None = QApplication.focusWidget()
            assert focus is not None
            assert focus.isVisible()
        press(Key.Key_Tab, CTRL)
    assert seen == {
        "page_phone", "page_switchboard", "page_directory", "page_messages", "page_sound",
        "page_about",
    }  # fmt: skip


@pytest.mark.parametrize("width", [360, 800, 1024, 1280, 1920])
def test_layouts_keep_cards_and_rail(open_: Open, width: int) -> None:
    rig = open_(scenes.ringing(scenes.talking(town())))
    rig.window.resize(width, 640)
    QApplication.processEvents()
    assert rig.window.width() == width, "nothing forces the window wider"
    assert len(texts(rig, "call_name")) == 2
    card = next(c for c in rig.window.findChildren(QWidget, "call_card") if c.isVisible())
    assert rig.window.rect().contains(card.mapTo(rig.window, card.rect().bottomRight()))
    assert rig.window.rail.buttons["about"].isVisible()


def test_closing_in_the_middle_of_a_call_is_refused_in_words(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    assert not rig.window.close()
    assert rig.window.isVisible()
    assert "Un appel est en cours" in texts(rig, "banner_text")[0]
    rig.fact(CallState(call="i1", state="ended", why="normal"))
    assert rig.window.close()


def test_a_new_phone_offers_a_try(open_: Open) -> None:
    rig = open_(town())
    rig.window.banner.welcome("*43")
    assert texts(rig, "banner_text") == ["<b>Bonjour Marie Dupont.</b> Votre poste 2014 est prêt."]
    button = rig.window.findChild(QWidget, "banner_button")
    assert button is not None
    button.setFocus()
    press(Key.Key_Return)
    assert dialled(rig) == ["*43"]
    assert texts(rig, "banner_text") == []


def test_help_by_its_keys(open_: Open) -> None:
    rig = open_(town())
    press(Key.Key_F1)
    assert rig.window.page.objectName() == "page_about"
    rig.window.go("directory")
    rig.window.rail.buttons["phone"].setFocus()
    say("?")
    assert rig.window.page.objectName() == "page_about"
