"""A call's card: how it sounds, and recording it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from softphone.protocol import Held, Record, Recordable, Recording
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


def press_record(rig: Rig) -> None:
    found = rig.window.calls.findChild(QAbstractButton, "record")
    assert isinstance(found, QAbstractButton)
    found.click()


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
    rig.fact(Recordable(call="i2"))
    assert visible(rig, "record") == [], "nor is there anything to record"
    rig.fact(Recordable(call="i1"))
    assert visible(rig, "record") == ["Enregistrer"]


def test_recording_from_the_permission_to_the_file(open_: Open, tmp_path: Path) -> None:
    rig = open_(scenes.talking(town()))
    assert visible(rig, "record") == []
    rig.fact(Recordable(call="i1"))
    assert visible(rig, "record") == ["Enregistrer"]
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


def test_no_place_for_recordings_is_said(open_: Open, tmp_path: Path) -> None:
    (tmp_path / "allo").write_text("a file where the folder should be")
    rig = open_(scenes.talking(town()))
    rig.fact(Recordable(call="i1"))
    press_record(rig)
    assert rig.asked.commands == []
    said = [x.text() for x in rig.window.banner.findChildren(QLabel) if x.isVisible()]
    assert any("L’appel ne peut pas être enregistré." in text for text in said)
