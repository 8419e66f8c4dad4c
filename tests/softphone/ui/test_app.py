"""Starting up: enrolment in the window against a real server, then the phone, live.

TLS, HTTP, WebSocket and the engine's process are real; only the exchange is missing.
"""

import base64
import functools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from softphone import profile as profiles
from softphone import sound_settings
from softphone.enrol import fingerprint_of
from softphone.protocol import Levels
from softphone.secrets import FileStore, Secrets
from softphone.sound_settings import SoundSettings
from softphone.ui.app import Phone
from softphone.ui.engine_link import EngineLink
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.window import Window
from tests.softphone.town_server import ENROL_TOKEN, TOKEN, TownServer, problem, stored, town_server
from tests.softphone.ui.keyboard import press, say

Key = Qt.Key


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a keyring: secrets go into the private file."""
    monkeypatch.setenv("ALLO_SOUND", "none")
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TownServer]:
    with town_server(tmp_path) as running:
        running.colleagues.append(
            {"extension": "2015", "name": "Sophie Lejeune", "presence": "free", "since": None}
        )
        yield running


@pytest.fixture
def phone(qapp: QApplication, look: Look, tmp_path: Path, server: TownServer) -> Iterator[Phone]:
    """Closed before the server is."""
    made = Phone(qapp, look, tmp_path / "phone", "fr", tmp_path / "log")
    yield made
    made.close()
    if made._window is not None:
        made._window.hide()
    for store in made.findChildren(Store):
        store.deleteLater()


def link_to(
    server: TownServer, token: str = ENROL_TOKEN, ca: str = "", scheme: str = "https"
) -> str:
    digest = base64.urlsafe_b64encode(fingerprint_of(server.authority.pem)).decode().rstrip("=")
    return f"{scheme}://127.0.0.1:{server.port}/enrol/{token}?ca={ca or digest}"


def page(phone: Phone) -> QWidget:
    assert phone._window is not None
    phone._window.activateWindow()
    QApplication.processEvents()
    return phone._window


def label(phone: Phone, name: str) -> str:
    found = page(phone).findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()


def paste(phone: Phone, link: str) -> None:
    """The person pastes the link and presses Enter on the button."""
    edit = page(phone).findChild(QWidget, "enrol_link")
    assert edit is not None
    edit.setFocus()
    QTest.qWaitForWindowActive(page(phone))
    edit.selectAll()  # type: ignore[attr-defined]
    QApplication.clipboard().setText(link)
    QTest.keyClick(edit, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    press(Key.Key_Tab)
    press(Key.Key_Return)


def window(qtbot: QtBot, phone: Phone) -> Window:
    qtbot.waitUntil(lambda: isinstance(phone._window, Window), timeout=10_000)
    found = page(phone)
    assert isinstance(found, Window)
    return found


def test_from_a_pasted_link_to_a_live_directory_and_a_message(
    qtbot: QtBot, phone: Phone, server: TownServer, tmp_path: Path
) -> None:
    phone.open("", "")
    assert page(phone).windowTitle() == "allo — activation"
    paste(phone, f"Bonjour Marie, votre lien : {link_to(server)} À bientôt")
    opened = window(qtbot, phone)
    assert opened.windowTitle() == "allo — Marie Dupont · poste 2014"
    store = opened._store
    qtbot.waitUntil(lambda: store.state.link.state == "live", timeout=10_000)
    qtbot.waitUntil(lambda: "2015" in store.state.board.colleagues, timeout=5_000)
    qtbot.waitUntil(lambda: store.state.engine.state == "running", timeout=10_000)
    secrets = tmp_path / "phone" / "secrets.json"
    qtbot.waitUntil(lambda: store.state.line.state != "unknown", timeout=10_000)
    assert str(secrets) in str(opened.banner._extras.secret_file)
    assert secrets.stat().st_mode & 0o077 == 0

    opened.write_to("2015")
    say("Été à 15 h ?")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.messages) == 1, timeout=5_000)
    assert server.messages[0]["text"] == "Été à 15 h ?"
    qtbot.waitUntil(
        lambda: "stored" in [e.status for e in store.state.messages.get("2015").entries[-1:]],
        timeout=5_000,
    )
    server.say("message", message=stored(9, "2015", "2014", "D’accord"))
    qtbot.waitUntil(lambda: 9 in server.received, timeout=5_000)


def test_a_link_given_at_start_is_spent_at_once(
    qtbot: QtBot, phone: Phone, server: TownServer
) -> None:
    phone.open(link_to(server, scheme="allo"), "")
    window(qtbot, phone)
    assert len(server.spent) == 1
    assert server.languages[0] == "fr"


def test_a_clicked_link_does_not_take_away_the_phone_that_is_there(
    qtbot: QtBot, phone: Phone, server: TownServer, tmp_path: Path
) -> None:
    """Any web page can show such a link."""
    profiles.save(tmp_path / "phone", server.profile)
    FileStore(tmp_path / "phone").save(Secrets(sip="sip-geheim", api_token=TOKEN))
    phone.open(link_to(server), "")
    texts = [x.text() for x in page(phone).findChildren(QLabel)]
    assert any("déjà le téléphone de Marie Dupont, poste 2014" in text for text in texts)
    QTest.qWait(100)
    assert server.spent == []
    keep = page(phone).findChild(QWidget, "keep")
    assert keep is not None
    QTest.mouseClick(keep, Qt.MouseButton.LeftButton)
    window(qtbot, phone)
    assert server.spent == []


def test_on_an_enrolled_computer_a_link_is_spent_when_the_person_says_so(
    qtbot: QtBot, phone: Phone, server: TownServer, tmp_path: Path
) -> None:
    profiles.save(tmp_path / "phone", server.profile)
    phone.open(link_to(server), "")
    button = page(phone).findChild(QWidget, "enrol")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    window(qtbot, phone)
    assert len(server.spent) == 1


def test_the_servers_own_words_are_in_the_language_of_the_window(
    qtbot: QtBot, qapp: QApplication, look: Look, tmp_path: Path, server: TownServer
) -> None:
    server.enrol_answer = (410, problem(410, "enrolment-expired", "Expired."))
    english = Phone(qapp, look, tmp_path / "phone", "en", tmp_path / "log")
    english.open(link_to(server), "")
    qtbot.waitUntil(lambda: server.languages == ["en"], timeout=10_000)
    qtbot.waitUntil(lambda: label(english, "enrol_message") != "", timeout=10_000)
    page(english).hide()


@pytest.mark.parametrize(
    ("id_", "status", "words"),
    [
        ("enrolment-unknown", 404, "Le serveur ne connaît pas ce lien."),
        ("enrolment-used", 410, "Ce lien a déjà servi"),
        ("enrolment-replaced", 410, "Un lien plus récent remplace celui-ci."),
        ("enrolment-expired", 410, "Ce lien a expiré."),
        ("brand-new", 500, "Le serveur n’y arrive pas."),
    ],
)
def test_a_refused_link_says_why_and_what_to_do(
    qtbot: QtBot, phone: Phone, server: TownServer, id_: str, status: int, words: str
) -> None:
    server.enrol_answer = (status, problem(status, id_))
    phone.open("", "")
    paste(phone, link_to(server))
    qtbot.waitUntil(lambda: words in label(phone, "enrol_message"), timeout=10_000)
    assert "informatique" in label(phone, "enrol_message")
    server.enrol_answer = None
    paste(phone, link_to(server))
    window(qtbot, phone)


def test_a_false_server_is_named(qtbot: QtBot, phone: Phone, server: TownServer) -> None:
    phone.open("", "")
    paste(phone, link_to(server, ca="A" * 43))
    qtbot.waitUntil(
        lambda: "n’est pas celui de votre lien" in label(phone, "enrol_message"), timeout=10_000
    )
    assert server.spent == []


def test_half_a_link_and_no_server(qtbot: QtBot, phone: Phone) -> None:
    phone.open("", "")
    paste(phone, "allo://127.0.0.1:9/enrol/")
    assert "Ce n’est pas un lien complet." in label(phone, "enrol_message")
    texts = " ".join(x.text() for x in page(phone).findChildren(QLabel) if x.isVisible())
    assert "no /enrol/TOKEN" not in texts, "no English in the French window"
    paste(phone, f"https://127.0.0.1:9/enrol/abcdefgh?ca={'A' * 43}")
    qtbot.waitUntil(lambda: "injoignable" in label(phone, "enrol_message"), timeout=15_000)


def test_a_broken_profile_asks_for_a_new_link(phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "profile.json").write_text("{")
    phone.open("", "")
    texts = [x.text() for x in page(phone).findChildren(QLabel)]
    assert any("illisibles" in text for text in texts)


def test_lost_secrets_ask_for_a_new_link(
    qtbot: QtBot, phone: Phone, server: TownServer, tmp_path: Path
) -> None:
    profiles.save(tmp_path / "phone", server.profile)
    phone.open("", "")

    def asked() -> bool:
        found = phone._window
        return found is not None and found.objectName() == "page_enrol"

    qtbot.waitUntil(asked, timeout=5_000)
    texts = [x.text() for x in page(phone).findChildren(QLabel)]
    assert any("a disparu" in text for text in texts)


def test_a_damaged_certificate_is_said_and_calls_still_work(
    qtbot: QtBot, phone: Phone, server: TownServer, tmp_path: Path
) -> None:
    import msgspec

    home = tmp_path / "phone"
    broken = msgspec.structs.replace(server.profile.server, ca_pem="damaged")
    profiles.save(home, msgspec.structs.replace(server.profile, server=broken))
    FileStore(home).save(Secrets(sip="sip-geheim", api_token="api-geheim"))
    phone.open("", "")
    opened = window(qtbot, phone)
    qtbot.waitUntil(lambda: opened._store.state.link.state == "refused", timeout=5_000)
    qtbot.waitUntil(lambda: opened._store.state.engine.state == "running", timeout=5_000)
    assert opened._intents.dial("112")


def test_the_sound_that_was_chosen_is_kept_and_told_to_every_engine(
    qtbot: QtBot,
    phone: Phone,
    server: TownServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The engine is a false one that writes down what it hears, and says how loud it is."""
    home, heard_file = tmp_path / "phone", tmp_path / "heard"
    engine = (
        "import sys\n"
        """print('{"fact": "ready", "pid": 1}', flush=True)\n"""
        "for line in sys.stdin:\n"
        f"    open({str(heard_file)!r}, 'a').write(line)\n"
        """    print('{"fact": "levels", "input": -20, "output": -30}', flush=True)\n"""
    )
    monkeypatch.setattr(
        "softphone.ui.app.EngineLink",
        functools.partial(EngineLink, command=(sys.executable, "-c", engine)),
    )
    monkeypatch.delenv("ALLO_SOUND")
    profiles.save(home, server.profile)
    FileStore(home).save(Secrets(sip="sip-geheim", api_token=TOKEN))
    before = SoundSettings(speaker="Casque, ALSA", noise=False)
    sound_settings.save(home, before)

    def heard(what: str, field: str) -> list[object]:
        lines = heard_file.read_text().splitlines() if heard_file.exists() else []
        said = [json.loads(line) for line in lines]
        return [line.get(field) for line in said if line["do"] == what]

    phone.open("", "")
    opened = window(qtbot, phone)
    levels: list[Levels] = []
    opened._store.levels.connect(levels.append)
    assert opened._store.state.sound_settings == before
    qtbot.waitUntil(lambda: heard("processing", "noise") == [False], timeout=10_000)
    assert heard("sound", "output_device") == ["Casque, ALSA"]

    opened._intents.choose_sound(SoundSettings(microphone="Table, ALSA"))
    qtbot.waitUntil(lambda: len(heard("processing", "noise")) == 2, timeout=10_000)
    assert heard("sound", "input_device")[-1] == "Table, ALSA"
    qtbot.waitUntil(lambda: Levels(input=-20.0, output=-30.0) in levels, timeout=10_000)
    assert sound_settings.load(home) == SoundSettings(microphone="Table, ALSA")
