"""What the banner offers when devices come and go, and when a recording ends."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from softphone.facts import EngineChanged, SoundChosen
from softphone.protocol import CallState, Devices, Recording, Sound, SoundState
from softphone.sound_settings import SoundSettings
from softphone.state import State
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.keyboard import press
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import HEADSET, INSIDE, SPEAKERS, equipped, town

Key = Qt.Key
Open = Callable[[State], Rig]
AT_HOME = Devices(devices=(SPEAKERS, INSIDE), input=INSIDE.name, output=SPEAKERS.name)
PLUGGED = Devices(devices=(SPEAKERS, INSIDE, HEADSET), input=INSIDE.name, output=SPEAKERS.name)
MINE = SoundSettings(microphone=HEADSET.name, speaker=HEADSET.name)
GONE = SoundState(device=True, input=INSIDE.name, output=SPEAKERS.name, missing=(HEADSET.name,))


@pytest.fixture
def open_(look: Look) -> Iterator[Open]:
    rigs: list[Rig] = []

    def make(state: State) -> Rig:
        rigs.append(Rig(look, state))
        rigs[-1].show()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


def said(rig: Rig) -> str:
    found = rig.window.findChild(QLabel, "banner_text")
    assert isinstance(found, QLabel)
    return found.text() if found.isVisible() else ""


def button(rig: Rig, name: str) -> QAbstractButton:
    found = rig.window.findChild(QAbstractButton, name)
    assert isinstance(found, QAbstractButton)
    assert found.isVisible()
    return found


def sounds(rig: Rig) -> list[Sound]:
    return [command for command in rig.asked.commands if isinstance(command, Sound)]


def test_a_headset_that_is_plugged_in_is_used_by_one_key(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(PLUGGED)
    assert said(rig) == (
        "<b>Nouvel appareil\u202f: Casque Orion 30 (USB).</b> "
        "Parler et écouter avec celui-ci\u202f?"
    )
    use = button(rig, "banner_button")
    assert use.text() == "Utiliser"
    use.setFocus()
    press(Key.Key_Return)
    assert rig.store.state.sound_settings == MINE
    assert sounds(rig) == [Sound(input_device=HEADSET.name, output_device=HEADSET.name)]
    assert said(rig) == ""


def test_what_is_there_at_the_start_of_an_engine_is_not_new(open_: Open) -> None:
    rig = open_(town())
    rig.fact(PLUGGED)
    assert said(rig) == ""
    rig.fact(EngineChanged("restarting", 1), EngineChanged("running", 1), AT_HOME)
    assert said(rig) == ""
    rig.fact(PLUGGED)
    assert "Nouvel appareil" in said(rig)


def test_an_offer_is_sent_away_and_stays_away(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(PLUGGED)
    away = button(rig, "banner_away")
    assert away.accessibleName() == "Fermer cet avis"
    away.setFocus()
    press(Key.Key_Return)
    assert said(rig) == ""
    assert sounds(rig) == []
    rig.store._second()
    assert said(rig) == ""


def test_an_offer_goes_with_its_device_or_when_it_was_chosen_elsewhere(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(PLUGGED)
    assert said(rig)
    rig.fact(AT_HOME)
    assert said(rig) == ""
    rig.fact(PLUGGED)
    assert said(rig)
    rig.fact(SoundChosen(MINE))
    assert said(rig) == ""


def test_a_headset_that_goes_sends_to_the_page_and_tells_it_again_next_time(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(SoundChosen(MINE), GONE)
    assert said(rig).startswith("<b>Débranché\u202f: Casque Orion 30 (USB).</b> Le son passe par")
    choose = button(rig, "banner_button")
    assert choose.text() == "Choisir"
    choose.click()
    assert rig.window.page.objectName() == "page_sound"
    assert said(rig) == "", "it was read"
    rig.fact(SoundState(device=True, input=HEADSET.name, output=HEADSET.name))
    rig.fact(GONE)
    assert "Débranché" in said(rig)


WORKS = SoundState(device=True, input=INSIDE.name, output=SPEAKERS.name)
NO_MICROPHONE = SoundState(
    device=False, output=SPEAKERS.name, problem="no sound input device", input_problem="absent"
)
HELD = SoundState(
    device=False, output=SPEAKERS.name, problem="X: unavailable", input_problem="refuses"
)


def test_a_sound_problem_that_was_read_is_told_again_when_it_comes_back(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(NO_MICROPHONE)
    assert "Micro introuvable" in said(rig)
    button(rig, "banner_button").click()
    assert said(rig) == ""
    rig.fact(NO_MICROPHONE, AT_HOME)
    assert said(rig) == "", "it was read"
    rig.fact(WORKS)
    rig.fact(NO_MICROPHONE)
    assert "Micro introuvable" in said(rig)


def test_a_sound_problem_that_becomes_another_is_told(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(NO_MICROPHONE)
    button(rig, "banner_button").click()
    rig.fact(HELD)
    assert "Le micro ne s’ouvre pas" in said(rig)
    button(rig, "banner_away").click()
    assert said(rig) == ""
    rig.fact(NO_MICROPHONE)
    assert "Micro introuvable" in said(rig), "that was read long ago"


def test_a_held_card_sends_to_the_page_where_another_is_chosen(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(HELD)
    choose = button(rig, "banner_button")
    assert choose.text() == "Choisir"
    choose.click()
    assert rig.window.page.objectName() == "page_sound"
    assert said(rig) == ""


def test_processing_that_does_not_work_is_told_until_it_was_read(open_: Open) -> None:
    rig = open_(equipped(town()))
    broken = SoundState(device=True, input=INSIDE.name, processing="no wheel")
    rig.fact(broken)
    assert "Le son de votre micro part tel quel" in said(rig)
    button(rig, "banner_button").click()
    assert said(rig) == ""
    rig.fact(msgspec.structs.replace(NO_MICROPHONE, processing="no wheel"))
    assert "Micro introuvable" in said(rig)
    rig.fact(broken)
    assert said(rig) == "", "it was read"
    rig.fact(WORKS)
    rig.fact(broken)
    assert "part tel quel" in said(rig), "it worked in between"


def test_where_a_recording_is_when_its_call_ends(open_: Open) -> None:
    rig = open_(scenes.recorded(scenes.talking(town())))
    rig.fact(CallState(call="i1", state="ended", why="normal"))
    note = [x.text() for x in rig.window.banner.findChildren(QLabel) if x.isVisible()]
    assert any("/home/marie/Documents/allo/071000042.wav" in text for text in note)
    button(rig, "banner_button").click()
    assert said(rig) == ""


def test_a_recording_that_was_stopped_is_said_once_and_goes_by_itself(open_: Open) -> None:
    rig = open_(scenes.recorded(scenes.talking(town())))
    rig.fact(Recording(call="i1", on=False, file="a.wav"))
    assert "Enregistrement terminé" in said(rig)
    rig.fact(CallState(call="i1", state="ended", why="normal"))
    later = rig.store.now() + 31
    rig.store._clock = lambda: later
    rig.store._second()
    assert said(rig) == "", "not told again by the end of the call"
