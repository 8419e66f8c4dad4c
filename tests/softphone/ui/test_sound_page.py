"""The page about sound: what can be chosen, how loud it is, tests. By keyboard, facts fed in."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from softphone.facts import EngineChanged, SoundChosen
from softphone.protocol import (
    CallState,
    Command,
    Device,
    Devices,
    Levels,
    Meter,
    Processing,
    Sound,
    SoundState,
    SoundTest,
)
from softphone.protocol import Tested as Outcome
from softphone.sound_settings import SoundSettings
from softphone.state import State
from softphone.ui.choice import Choice
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.keyboard import CTRL, press, say
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import HEADSET, INSIDE, SPEAKERS, equipped, town

Key = Qt.Key
Open = Callable[[State], Rig]
MINE = SoundSettings(microphone=HEADSET.name, speaker=HEADSET.name)


@pytest.fixture
def open_(look: Look) -> Iterator[Open]:
    """Opens the window on the page."""
    rigs: list[Rig] = []

    def make(state: State) -> Rig:
        rig = Rig(look, state)
        rigs.append(rig)
        rig.show()
        rig.window.go("sound")
        QApplication.processEvents()
        return rig

    yield make
    for rig in rigs:
        rig.close()


def words(choice: Choice) -> list[str]:
    return [choice.itemText(place) for place in range(choice.count())]


def text(rig: Rig, name: str) -> str:
    """Of the label called ``name``; empty while it is hidden."""
    found = rig.window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if found.isVisible() else ""


def told(rig: Rig, kind: type[Command]) -> list[Command]:
    return [command for command in rig.asked.commands if isinstance(command, kind)]


def test_switches_that_do_nothing_say_so(open_: Open) -> None:
    rig = open_(scenes.unprocessed(equipped(town())))
    assert text(rig, "processing_broken").startswith("Ces quatre réglages n’agissent pas pour")
    label = rig.window.findChild(QLabel, "processing_broken")
    assert isinstance(label, QLabel)
    assert label.toolTip() == "livekit is not installed"
    rig.fact(SoundState(device=True, input="Casque", output="Casque"))
    assert text(rig, "processing_broken") == ""


# Choosing


def test_the_system_comes_first_and_says_what_it_takes(open_: Open) -> None:
    page = open_(equipped(town(), HEADSET)).window.sound
    assert words(page.rows["microphone"].choice) == [
        "Comme le système (Micro intégré)", "Micro intégré", "Casque Orion 30 (USB)",
    ]  # fmt: skip
    assert words(page.rows["speaker"].choice) == [
        "Comme le système (Haut-parleurs de l’ordinateur)",
        "Haut-parleurs de l’ordinateur",
        "Casque Orion 30 (USB)",
    ]
    assert words(page.rows["ring"].choice) == words(page.rows["speaker"].choice)


def test_before_the_engine_has_looked_there_is_the_system(open_: Open) -> None:
    page = open_(town()).window.sound
    assert words(page.rows["microphone"].choice) == ["Comme le système"]


def test_a_device_is_chosen_by_keys_and_the_engine_hears_of_it(open_: Open) -> None:
    rig = open_(equipped(town(), HEADSET))
    assert QApplication.focusWidget() is rig.window.sound.rows["microphone"].choice
    press(Key.Key_Down)
    press(Key.Key_Down)
    assert rig.store.state.sound_settings == SoundSettings(microphone=HEADSET.name)
    assert told(rig, Sound)[-1] == Sound(input_device=HEADSET.name)
    assert told(rig, Processing)[-1] == Processing()
    press(Key.Key_Home)
    assert told(rig, Sound)[-1] == Sound(), "as the system does"


def test_a_chosen_device_that_is_gone_stays_chosen_and_comes_back(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.fact(SoundChosen(MINE))
    choice = rig.window.sound.rows["microphone"].choice
    assert choice.currentText() == "Casque Orion 30 (USB) (absent)"
    rig.store.replace(equipped(rig.store.state, HEADSET))
    assert choice.currentText() == "Casque Orion 30 (USB)"
    assert words(choice)[-1] == "Casque Orion 30 (USB)"
    rig.store.replace(equipped(rig.store.state))
    assert choice.currentText() == "Casque Orion 30 (USB) (absent)"
    assert told(rig, Sound) == [], "showing is not choosing"


def test_a_chosen_device_that_the_kernel_numbers_anew_is_chosen_still(open_: Open) -> None:
    rig = open_(equipped(town(), Device(name="Jabra (hw:2,0), ALSA", inputs=1, outputs=2)))
    rig.fact(SoundChosen(SoundSettings(microphone="Jabra (hw:1,0), ALSA")))
    choice = rig.window.sound.rows["microphone"].choice
    assert choice.currentText() == "Jabra"
    assert words(choice)[1:] == ["Micro intégré", "Jabra"]


def test_the_wheel_changes_no_device_on_its_way(open_: Open) -> None:
    rig = open_(equipped(town(), HEADSET))
    choice = rig.window.sound.rows["microphone"].choice
    turn = QWheelEvent(
        QPointF(20, 20), QPointF(20, 20), QPoint(0, 0), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, turn)
    assert choice.currentIndex() == 0
    assert told(rig, Sound) == []


def test_digits_typed_on_a_choice_are_a_number(open_: Open) -> None:
    rig = open_(equipped(town(), HEADSET))
    say("2")
    assert rig.window.field.text() == "2"


def test_a_melody_is_chosen(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.window.sound.melody.setFocus()
    press(Key.Key_Down)
    assert told(rig, Sound)[-1] == Sound(ring_melody="internal")


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
@pytest.mark.parametrize("name", ["echo", "noise", "gain", "high_pass"])
def test_a_switch_by_keys(open_: Open, name: str, key: Key) -> None:
    rig = open_(equipped(town()))
    switch = rig.window.sound.switches[name].switch
    assert switch.isChecked()
    switch.setFocus()
    press(key)
    assert told(rig, Processing) == [Processing(**{name: False})]
    assert not switch.isChecked()
    press(key)
    assert told(rig, Processing)[-1] == Processing()


@pytest.mark.parametrize("width", [360, 1280])
def test_everything_has_a_name_and_is_large_enough(open_: Open, width: int) -> None:
    rig = open_(equipped(town(), HEADSET))
    rig.window.resize(width, 640)
    for _ in range(6):  # the area inside follows
        QApplication.processEvents()
    page = rig.window.sound
    found = [x for x in page.findChildren(QWidget) if isinstance(x, QAbstractButton | QComboBox)]
    assert len(found) == 11, "four lists, three tests, four switches"
    for control in found:
        assert control.accessibleName() or control.property("text"), control.objectName()
        assert min(control.width(), control.height()) >= 24, control.objectName()
    assert page.rows["ring"].button.accessibleName() == "Tester la sonnerie"


# How loud it is


def test_levels_are_measured_while_somebody_can_see_them(open_: Open) -> None:
    rig = open_(equipped(town()))
    assert told(rig, Meter) == [Meter(on=True)]
    rig.window.showMinimized()
    QApplication.processEvents()
    assert told(rig, Meter) == [Meter(on=True), Meter(on=False)]
    rig.window.showNormal()
    QApplication.processEvents()
    assert told(rig, Meter)[2:] == [Meter(on=True)]
    press(Key.Key_Tab, CTRL)
    assert told(rig, Meter)[3:] == [Meter(on=False)]


def test_a_new_engine_is_told_to_measure_again(open_: Open) -> None:
    rig = open_(equipped(town()))
    rig.store.levels.emit(Levels(input=-24.0, output=-70.0))
    rig.fact(EngineChanged("restarting", 1))
    assert told(rig, Meter) == [Meter(on=True)], "nobody to tell"
    assert text(rig, "microphone_level") == ""
    rig.fact(EngineChanged("running", 1))
    assert told(rig, Meter) == [Meter(on=True)] * 2


def test_a_level_is_shown_in_words_too_and_nothing_else_repaints(open_: Open) -> None:
    rig = open_(equipped(town()))
    changes: list[str] = []
    for name in ("sound", "condition", "calls", "call_sounds", "board"):
        getattr(rig.store, name).connect(lambda name=name: changes.append(name))
    before = rig.store.state
    for level, words_ in (
        (-120.0, "Aucun son\u202f: le micro est-il coupé\u202f?"),
        (-60.0, "Parlez pour voir le niveau"),
        (-45.0, "Trop bas\u202f: rapprochez le micro"),
        (-24.0, "Niveau bon"),
        (-4.0, "Trop fort\u202f: éloignez le micro"),
    ):
        rig.store.levels.emit(Levels(input=level, output=-120.0))
        assert text(rig, "microphone_level") == words_
    meter = rig.window.sound.rows["microphone"].meter
    assert meter is not None
    assert meter.accessibleDescription() == text(rig, "microphone_level")
    assert text(rig, "speaker_level") == "Silence"
    rig.store.levels.emit(Levels(input=-24.0, output=-20.0))
    assert text(rig, "speaker_level") == "Le son passe"
    assert rig.store.state is before
    assert changes == []


# Tests


def test_the_microphone_is_recorded_and_played_back(open_: Open) -> None:
    rig = open_(equipped(town()))
    button = rig.window.sound.rows["microphone"].button
    assert button.text() == "Enregistrer 5 s et réécouter"
    button.setFocus()
    press(Key.Key_Return)
    assert told(rig, SoundTest) == [SoundTest(what="microphone")]
    rig.fact(Outcome(what="microphone", state="recording"))
    assert text(rig, "microphone_test") == "Parlez maintenant, pendant 5 secondes."
    assert button.text() == "Arrêter"
    rig.fact(Outcome(what="microphone", state="playing"))
    assert text(rig, "microphone_test") == "Voici comment on vous entend."
    rig.fact(Outcome(what="microphone", state="done", level=-50.0))
    assert text(rig, "microphone_test").startswith("Trop bas")
    assert button.text() == "Enregistrer 5 s et réécouter"


def test_a_test_is_stopped_by_its_button_or_by_leaving(open_: Open) -> None:
    rig = open_(equipped(town()))
    button = rig.window.sound.rows["speaker"].button
    button.click()
    rig.fact(Outcome(what="speaker", state="playing"))
    button.click()
    assert told(rig, SoundTest) == [SoundTest(what="speaker"), SoundTest(what="stop")]
    assert (button.text(), text(rig, "speaker_test")) == ("Tester", "")
    button.click()
    rig.fact(Outcome(what="speaker", state="playing"))
    assert button.text() == "Arrêter", "the same once more"
    button.click()
    rig.asked.commands.clear()
    rig.window.sound.rows["ring"].button.click()
    rig.fact(Outcome(what="ring", state="playing"))
    rig.window.go("directory")
    assert told(rig, SoundTest) == [SoundTest(what="ring"), SoundTest(what="stop")]


def test_a_result_with_another_device_is_no_longer_said(open_: Open) -> None:
    rig = open_(equipped(town(), HEADSET))
    rig.fact(Outcome(what="microphone", state="done", level=-50.0))
    assert text(rig, "microphone_test")
    press(Key.Key_Down)
    assert text(rig, "microphone_test") == ""
    rig.fact(Outcome(what="microphone", state="done", level=-50.0))
    assert text(rig, "microphone_test").startswith("Trop bas")
    rig.window.go("directory")
    rig.window.go("sound")
    assert text(rig, "microphone_test") == ""


def test_tests_wait_for_the_end_of_a_call_and_devices_do_not(open_: Open) -> None:
    rig = open_(scenes.talking(equipped(town(), HEADSET)))
    page = rig.window.sound
    assert text(rig, "tests_wait").startswith("Les essais attendent la fin de l’appel.")
    for row in page.rows.values():
        assert not row.button.isEnabled()
        assert row.button.toolTip() == text(rig, "tests_wait")
        assert row.choice.isEnabled()
    rig.fact(CallState(call="i1", state="ended", why="normal"))
    assert all(row.button.isEnabled() for row in page.rows.values())
    assert text(rig, "tests_wait") == ""


def test_devices_that_come_while_the_page_is_open(open_: Open) -> None:
    rig = open_(town())
    rig.fact(Devices(devices=(SPEAKERS,), output=SPEAKERS.name))
    assert words(rig.window.sound.rows["speaker"].choice)[1:] == ["Haut-parleurs de l’ordinateur"]
    rig.fact(Devices(devices=(SPEAKERS, INSIDE), input=INSIDE.name, output=SPEAKERS.name))
    assert words(rig.window.sound.rows["microphone"].choice)[1:] == ["Micro intégré"]
