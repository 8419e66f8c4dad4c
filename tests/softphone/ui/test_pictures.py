"""Every page and state as a picture in ``tests/artefacts/``, for people to look at; and what a
machine can see in them: nothing cut off, nothing outside the window, nothing blank."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from softphone import protocol
from softphone.facts import SoundChosen
from softphone.live import Member, QueueChanged
from softphone.protocol import CallState, Incoming, Levels, Recording, SoundState
from softphone.sound_settings import SoundSettings
from softphone.state import State
from softphone.ui import i18n
from softphone.ui.button import Button
from softphone.ui.enrol_page import EnrolPage
from softphone.ui.look import Look
from softphone.ui.tokens import DARK, LIGHT
from softphone.ui.window import Window
from tests.softphone.ui import scenes as s
from tests.softphone.ui.rig import Rig

FOLDER = Path(__file__).parents[2] / "artefacts"
Do = Callable[[Rig], None]


def _recent(rig: Rig) -> None:
    """Some calls were made and missed."""
    for key, number, name, answered in (
        ("r1", "+3271000042", "Jeanne Collignon", False),
        ("r2", "+3271000057", "", False),
        ("r3", "2042", "Olivier Massart", True),
    ):
        rig.fact(Incoming(call=key, number=number, name=name))
        if answered:
            rig.fact(CallState(call=key, state="connected", code=200))
        rig.fact(CallState(call=key, state="ended", why="normal" if answered else "cancelled"))
    later = rig.store.now() + 8
    rig.store._clock = lambda: later
    rig.store._second()


def _go(page: str) -> Do:
    return lambda rig: rig.window.go(page)


def _thread(rig: Rig) -> None:
    rig.window.go("messages")
    rig.window.messages.open("2032")


def _search(text: str) -> Do:
    return lambda rig: rig.window.field.setText(text)


def _town() -> State:
    return s.town()


def _rush() -> State:
    return s.town(s.CHANTAL, rush=True)


def _taken(rig: Rig) -> None:
    """The last caller who waited was taken; a member with a long name is on a call."""
    rig.window.switchboard.take_first()
    calm = s.queues(rig.store.now(), rush=False)
    lambert = Member(
        extension="2017",
        name="Nathalie Lambert-Vandenbroeck",
        state="busy",
        since=rig.store.now() - 380,
    )
    for number, queue in enumerate(calm):
        queue = msgspec.structs.replace(queue, members=(*queue.members, lambert))
        rig.fact(QueueChanged(seq=900 + number, queue=queue))


def _sound(rig: Rig) -> None:
    """Somebody speaks on the page, with a headset."""
    rig.window.go("sound")
    rig.fact(SoundChosen(SoundSettings(microphone=s.HEADSET.name, speaker=s.HEADSET.name)))
    rig.store.levels.emit(Levels(input=-24.0, output=-64.0))


def _sound_low(rig: Rig) -> None:
    """The test says that the microphone is too far; the ringer is at home; echo stays in."""
    rig.window.go("sound")
    rig.fact(
        SoundChosen(SoundSettings(ring="Haut-parleur de bureau, ALSA", echo=False)),
        protocol.Tested(what="microphone", state="done", level=-47.0),
    )
    rig.store.levels.emit(Levels(input=-46.0, output=-14.0))
    rig.window.sound.switches["echo"].switch.setFocus()


def _unplugged(rig: Rig) -> None:
    """The chosen headset is gone."""
    rig.fact(
        SoundChosen(SoundSettings(microphone=s.HEADSET.name, speaker=s.HEADSET.name)),
        SoundState(
            device=True,
            input=s.INSIDE.name,
            output=s.SPEAKERS.name,
            missing=(s.HEADSET.name,),
        ),
    )


def _plugged(rig: Rig) -> None:
    """A headset was just plugged in."""
    rig.store.replace(s.equipped(rig.store.state, s.HEADSET))


def _stopped(rig: Rig) -> None:
    """The recording has ended."""
    file = "/home/marie/Documents/allo/2026-11-27 14-30-05 071000042.wav"
    rig.fact(Recording(call="i1", on=False, file=file))


def _nothing(rig: Rig) -> None:
    pass


SCENES: dict[str, tuple[Callable[[], State], Do]] = {
    "phone": (_town, _recent),
    "call": (lambda: s.ringing(s.talking(_town())), _nothing),
    "incoming": (lambda: s.ringing(_town()), _nothing),
    "incoming-queue": (lambda: s.ringing_for(_town()), _nothing),
    "calling": (lambda: s.calling(_town()), _nothing),
    "taken": (lambda: s.taken(_town()), _nothing),
    "busy": (lambda: s.busy(_town()), _nothing),
    "muted": (lambda: s.muted(s.talking(_town())), _nothing),
    "search": (_town, _search("urba")),
    "search-number": (_town, _search("071/00.00.42")),
    "search-nobody": (_town, _search("xyz")),
    "directory": (_town, _go("directory")),
    "messages": (lambda: s.unsent(_town()), _thread),
    "messages-handed": (lambda: s.handed(_town()), _thread),
    "switchboard-rush": (_rush, _nothing),
    "switchboard-calm": (lambda: s.town(s.CHANTAL), _nothing),
    "switchboard-taken": (_rush, _taken),
    "switchboard-stale": (lambda: s.stale(s.talking(_rush())), _nothing),
    "offline": (lambda: s.offline(_town()), _nothing),
    "refused": (lambda: s.refused(_town()), _nothing),
    "silent": (lambda: s.silent(_town()), _nothing),
    "held": (lambda: s.held(_town()), _nothing),
    "unprocessed": (lambda: s.unprocessed(_town()), _nothing),
    "sound-unprocessed": (lambda: s.unprocessed(s.equipped(_town(), s.HEADSET)), _sound),
    "sound": (lambda: s.equipped(_town(), s.HEADSET), _sound),
    "sound-low": (lambda: s.equipped(_town()), _sound_low),
    "sound-call": (lambda: s.recorded(s.talking(s.equipped(_town(), s.HEADSET))), _sound),
    "unplugged": (lambda: s.equipped(_town()), _unplugged),
    "plugged": (lambda: s.equipped(_town()), _plugged),
    "announcing": (lambda: s.announced(s.talking(_town())), _nothing),
    "unannounced": (lambda: s.announced(s.talking(_town()), in_vain=True), _nothing),
    "recording": (lambda: s.recorded(s.talking(_town())), _nothing),
    "recorded": (lambda: s.recorded(s.talking(_town())), _stopped),
    "trouble-network": (lambda: s.troubled(s.talking(_town()), "network_poor"), _nothing),
    "trouble-quiet": (lambda: s.troubled(s.talking(_town()), "microphone_quiet"), _nothing),
    "help": (_town, _go("about")),
}
SIZES = {"360": (360, 640), "800": (800, 640), "1280": (1280, 720), "1920": (1920, 1080)}

PICTURES = [
    *[(scene, "1280", theme, "fr") for scene in SCENES for theme in ("light", "dark")],
    *[(scene, size, "light", "fr") for scene in SCENES for size in ("360", "1920")],
    *[(scene, "800", "dark", "fr") for scene in ("call", "switchboard-rush", "messages")],
    *[(scene, "1280", "light", "en") for scene in SCENES],
    *[(scene, "360", "dark", "en") for scene in ("call", "switchboard-rush", "messages")],
]


@pytest.fixture
def dressed(look: Look, qapp: QApplication) -> Iterator[Callable[[str, str], Look]]:
    """Puts on a theme and a language, and takes them off again."""

    def wear(theme: str, language: str) -> Look:
        look.use(DARK if theme == "dark" else LIGHT)
        if language == "en":
            for translator in qapp.findChildren(QTranslator):
                qapp.removeTranslator(translator)
        return look

    yield wear
    look.use(LIGHT)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    i18n.install(qapp)


def cut_off(window: QWidget) -> list[str]:
    """Words that do not fit where they stand."""
    found = []
    for label in window.findChildren(QLabel):
        text = re.sub("<[^>]*>", "", label.text())
        if label.isVisible() and text and not label.wordWrap():
            need = max(label.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
            if need > label.contentsRect().width() + 1:
                found.append(f"{label.objectName()} {text!r}")
    for button in window.findChildren(Button):
        if button.isVisible() and button.minimumSizeHint().width() > button.width():
            found.append(f"button {button.text()!r}")
    return found


def outside(window: QWidget) -> list[str]:
    """Controls that reach over the window's edge."""
    found = []
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | Button) and widget.isVisible():
            left = widget.mapTo(window, widget.rect().topLeft()).x()
            if left < 0 or left + widget.width() > window.width():
                found.append(f"{type(widget).__name__} {widget.objectName()} {widget.text()!r}")
    return found


def colours(image: QImage) -> int:
    """How many different ones there are in a coarse grid: one would be a blank picture."""
    steps = range(0, image.width(), 7), range(0, image.height(), 7)
    return len({image.pixel(x, y) for x in steps[0] for y in steps[1]})


def keep(window: QWidget, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    for _ in range(6):
        QApplication.processEvents()
    picture = window.grab().toImage()
    assert picture.save(str(FOLDER / f"{name}.png"))
    assert colours(picture) > 6
    assert cut_off(window) == []
    assert outside(window) == []


@pytest.mark.parametrize(("scene", "size", "theme", "language"), PICTURES)
def test_picture(
    dressed: Callable[[str, str], Look], scene: str, size: str, theme: str, language: str
) -> None:
    state, do = SCENES[scene]
    rig = Rig(dressed(theme, language), state())
    window: Window = rig.show(*SIZES[size])
    do(rig)
    for _ in range(3):
        QApplication.processEvents()
    assert (window.width(), window.height()) == SIZES[size], "nothing forces it larger"
    keep(window, f"{scene}-{theme}-{size}-{language}")
    rig.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["360", "1280"])
def test_picture_of_enrolment(
    dressed: Callable[[str, str], Look], tmp_path: Path, theme: str, size: str
) -> None:
    page = EnrolPage(dressed(theme, "fr"), tmp_path, "fr")
    page.resize(*SIZES[size])
    page.show()
    keep(page, f"enrol-empty-{theme}-{size}-fr")
    page.edit.setPlainText("allo://pbx.commune.example:8443/enrol/")
    page.go()
    keep(page, f"enrol-{theme}-{size}-fr")
    page.close()
    page.deleteLater()


@pytest.mark.parametrize("size", ["360", "1280"])
def test_picture_of_a_link_on_an_enrolled_computer(
    dressed: Callable[[str, str], Look], tmp_path: Path, size: str
) -> None:
    link = f"allo://pbx.commune.example:8443/enrol/abcdefgh?ca={'A' * 43}"
    page = EnrolPage(dressed("light", "fr"), tmp_path, "fr", link, replaces=s.MARIE)
    page.resize(*SIZES[size])
    page.show()
    keep(page, f"enrol-again-light-{size}-fr")
    page.close()
    page.deleteLater()
