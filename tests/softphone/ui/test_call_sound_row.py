"""A call's card: how it sounds, and recording it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from softphone.protocol import (
    Announce,
    CallState,
    Error,
    Held,
    Party,
    Record,
    Recordable,
    Recording,
)
from softphone.state import State
from softphone.ui.call_sound_row import QualityMark
from softphone.ui.look import Look
from tests.softphone.ui import scenes
from tests.softphone.ui.rig import Rig
from tests.softphone.ui.scenes import quality, town

Open = Callable[[State], Rig]


@pytest.fixture
def open_(look: Look, tmp_path: Path) -> Iterator[Open]:
    rigs: list[Rig] = []

    def make(state: State) -> Rig:
        rigs.append(Rig(look, state, tmp_path / "allo"))
        rigs[-1].show()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.close()


def visible(rig: Rig, name: str) -> list[str]:
    """Texts of the visible labels and buttons called ``name``."""
    labels = [x.text() for x in rig.window.calls.findChildren(QLabel, name) if x.isVisible()]
    buttons = rig.window.calls.findChildren(QAbstractButton, name)
    return [*labels, *(x.text() for x in buttons if x.isVisible())]


def button(rig: Rig) -> QAbstractButton:
    found = rig.window.calls.findChild(QAbstractButton, "record")
    assert isinstance(found, QAbstractButton)
    return found


def press_record(rig: Rig) -> None:
    button(rig).click()


def test_bars_and_a_word_and_the_figures_on_hover(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    assert visible(rig, "call_quality") == []
    mark = rig.window.calls.findChild(QualityMark)
    assert isinstance(mark, QualityMark)
    for mos, word, figure in (
        (4.3, "Bonne qualité", "Qualité 4,3"),
        (3.4, "Qualité moyenne", "Qualité 3,4"),
        (2.2, "Mauvaise qualité", "Qualité 2,2"),
    ):
        rig.fact(quality(mos))
        assert visible(rig, "call_quality") == [word]
        assert mark.toolTip().startswith(figure)
        assert "Codec G722/16000" in mark.toolTip()
    assert mark.accessibleDescription() == mark.toolTip()


def test_a_call_on_hold_has_no_quality(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    rig.fact(quality(4.3), Held(call="i1", here=True))
    assert visible(rig, "call_quality") == []
    rig.fact(Held(call="i1", here=False))
    assert visible(rig, "call_quality") == ["Bonne qualité"]


def test_each_card_shows_its_own_call(open_: Open) -> None:
    rig = open_(scenes.ringing(scenes.talking(town())))
    rig.fact(quality(4.3), quality(1.5, "i2"))
    assert visible(rig, "call_quality") == ["Bonne qualité"], "what rings does not sound yet"
    assert visible(rig, "record") == ["Enregistrer"], "nor is there anything to record"
    rig.fact(Recordable(call="i2"))
    assert visible(rig, "record") == ["Enregistrer"]


def test_recording_from_the_permission_to_the_file(open_: Open, tmp_path: Path) -> None:
    rig = open_(scenes.talking(town()))
    rig.fact(Recordable(call="i1"))
    assert visible(rig, "record") == ["Enregistrer"]
    assert button(rig).toolTip() == "", "they know"
    press_record(rig)
    (asked,) = rig.asked.commands
    assert isinstance(asked, Record)
    assert (asked.call, asked.on) == ("i1", True)
    file = Path(asked.file)
    assert file.parent == tmp_path / "allo"
    assert file.parent.is_dir()
    assert file.name.endswith(" +3271000042.wav")
    assert visible(rig, "call_recording") == [], "only once it is true"
    rig.fact(Recording(call="i1", on=True, file=asked.file))
    assert visible(rig, "call_recording") == ["Enregistrement"]
    assert visible(rig, "record") == ["Arrêter"]
    press_record(rig)
    assert rig.asked.commands[1:] == [Record(call="i1", on=False)]
    rig.fact(Recording(call="i1", on=False, file=asked.file))
    assert visible(rig, "call_recording") == []
    assert visible(rig, "record") == ["Enregistrer"]


def test_the_other_side_is_told_first_and_then_it_begins_by_itself(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    assert visible(rig, "record") == ["Enregistrer"]
    assert button(rig).toolTip() == "L’autre personne entend d’abord une annonce."
    assert button(rig).accessibleDescription() == button(rig).toolTip()
    press_record(rig)
    assert rig.asked.commands == [Announce(call="i1")]
    assert visible(rig, "call_recording") == ["Annonce en cours…"]
    rig.fact(quality(4.3))
    assert len(rig.asked.commands) == 1
    rig.fact(Recordable(call="i1"))
    _, begun = rig.asked.commands
    assert isinstance(begun, Record)
    assert (begun.call, begun.on) == ("i1", True)
    rig.fact(Recording(call="i1", on=True, file=begun.file), Recordable(call="i1"))
    assert visible(rig, "call_recording") == ["Enregistrement"]
    assert len(rig.asked.commands) == 2, "it begins once"


def test_nothing_begins_that_nobody_wants_any_more(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    press_record(rig)
    assert visible(rig, "record") == ["Annuler"]
    press_record(rig)
    assert visible(rig, "record") == ["Enregistrer"]
    assert visible(rig, "call_recording") == []
    press_record(rig)
    assert rig.asked.commands == [Announce(call="i1")], "they are being told already"
    press_record(rig)
    rig.fact(Recordable(call="i1"))
    assert rig.asked.commands == [Announce(call="i1")]
    press_record(rig)
    assert isinstance(rig.asked.commands[-1], Record)


def test_what_could_not_be_announced_is_said_and_can_be_tried_again(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    not_told = "Pas d’enregistrement\u202f: l’annonce n’a pas pu être faite."
    press_record(rig)
    rig.fact(Error(command="announce", call="i2", message="another call"))
    assert visible(rig, "call_recording_note") == []
    rig.fact(Error(command="announce", call="i1", message="nobody heard it"))
    assert visible(rig, "record") == ["Enregistrer"]
    assert visible(rig, "call_recording") == []
    assert visible(rig, "call_recording_note") == [not_told]
    press_record(rig)
    assert visible(rig, "call_recording_note") == []
    assert rig.asked.commands == [Announce(call="i1")] * 2
    rig.fact(Party(call="i1", number="2032", name="somebody else"))
    assert visible(rig, "call_recording_note") == [not_told], "the engine waits no longer"


def test_a_recording_that_does_not_begin_is_said(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    press_record(rig)
    rig.fact(Recordable(call="i1"), Error(command="record", call="i1", message="it exists"))
    assert visible(rig, "record") == ["Enregistrer"]
    assert visible(rig, "call_recording_note") == [
        "Pas d’enregistrement\u202f: il n’a pas pu commencer."
    ]


def test_who_is_somebody_else_now_has_to_be_told(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    rig.fact(Recordable(call="i1"), Recordable(call="i1", on=False))
    press_record(rig)
    assert rig.asked.commands == [Announce(call="i1")]


def test_who_waits_with_music_cannot_be_told(open_: Open) -> None:
    rig = open_(scenes.talking(town()))
    rig.fact(Held(call="i1", here=True))
    assert visible(rig, "record") == []
    rig.fact(Held(call="i1", here=False))
    assert visible(rig, "record") == ["Enregistrer"]


def test_one_call_is_recorded_at_a_time(open_: Open) -> None:
    rig = open_(scenes.ringing(scenes.talking(town())))
    rig.fact(CallState(call="i2", state="connected"))
    assert visible(rig, "record") == ["Enregistrer", "Enregistrer"]
    press_record(rig)
    assert visible(rig, "record") == ["Annuler"], "the other would be told in vain"
    press_record(rig)
    assert visible(rig, "record") == ["Enregistrer", "Enregistrer"]


def test_no_place_for_recordings_is_said(open_: Open, tmp_path: Path) -> None:
    (tmp_path / "allo").write_text("a file where the folder should be")
    rig = open_(scenes.talking(town()))
    rig.fact(Recordable(call="i1"))
    press_record(rig)
    assert rig.asked.commands == []
    said = [x.text() for x in rig.window.banner.findChildren(QLabel) if x.isVisible()]
    assert any("L’appel ne peut pas être enregistré." in text for text in said)
