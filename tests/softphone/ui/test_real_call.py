"""The window over a real engine, talking to another real engine: rings, answers, mutes, hangs up.

No exchange between them: SIP over loopback, silence as sound.
"""

from collections.abc import Iterator
from socket import SOCK_DGRAM

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from softphone import protocol
from softphone.engine.announcement import KEYS
from softphone.engine_process import EngineProcess
from softphone.protocol import Account, CallState, Dial, Hangup, Sound
from softphone.ui.engine_link import EngineLink
from softphone.ui.intents import Intents
from softphone.ui.look import Look
from softphone.ui.store import Store
from softphone.ui.window import Window
from tests.softphone.ui.keyboard import press, say
from tests.softphone.ui.scenes import MARIE
from tests.support.ports import free_port

Key = Qt.Key
QUIET = Sound(source="silence", sink="nothing")


def account(user: str, mine: int, other: int) -> Account:
    return Account(
        host="127.0.0.1",
        port=other,
        user=user,
        transport="udp",
        srtp="off",
        register=False,
        bind="127.0.0.1",
        local_port=mine,
    )


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)


@pytest.fixture
def citizen(ports: tuple[int, int]) -> Iterator[EngineProcess]:
    mine, other = ports
    with EngineProcess(name="citizen") as engine:
        engine.send(QUIET)
        engine.send(account("+3271000042", other, mine))
        yield engine


@pytest.fixture
def window(look: Look, ports: tuple[int, int], qtbot: QtBot) -> Iterator[Window]:
    mine, other = ports
    store = Store(MARIE)
    link = EngineLink(store.apply, (QUIET,))
    link.use(account("2014", mine, other))
    link.start()
    made = Window(look, store, Intents(store, link.send))
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: store.state.engine.state == "running", timeout=10_000)
    yield made
    link.close()
    made.hide()
    made.deleteLater()
    store.deleteLater()


def seen(window: Window, name: str) -> str:
    return " | ".join(x.text() for x in window.findChildren(QLabel, name) if x.isVisible())


def test_a_citizen_calls_marie_answers_mutes_and_hangs_up(
    qtbot: QtBot, window: Window, citizen: EngineProcess, ports: tuple[int, int]
) -> None:
    citizen.send(Dial(call="c1", to=f"sip:2014@127.0.0.1:{ports[0]}"))
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Appel entrant", timeout=10_000)
    assert seen(window, "call_name") == "071 00 00 42"
    citizen.wait(CallState, lambda fact: fact.state == "ringing")

    press(Key.Key_F3)
    qtbot.waitUntil(lambda: seen(window, "call_state") == "En communication", timeout=10_000)
    citizen.wait(CallState, lambda fact: fact.state == "connected")
    qtbot.waitUntil(lambda: seen(window, "call_timer") >= "00:01", timeout=5_000)

    press(Key.Key_F9)
    qtbot.waitUntil(lambda: "Micro coupé" in seen(window, "call_state"), timeout=5_000)
    press(Key.Key_F9)
    qtbot.waitUntil(lambda: seen(window, "call_state") == "En communication", timeout=5_000)

    press(Key.Key_F4)
    assert citizen.wait(CallState, lambda fact: fact.state == "ended").why == "normal"
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Terminé", timeout=5_000)
    qtbot.waitUntil(lambda: seen(window, "call_state") == "", timeout=10_000)


def test_record_asks_for_the_announcement_with_keys_in_the_call(
    qtbot: QtBot, window: Window, citizen: EngineProcess, ports: tuple[int, int]
) -> None:
    citizen.send(Dial(call="c1", to=f"sip:2014@127.0.0.1:{ports[0]}"))
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Appel entrant", timeout=10_000)
    press(Key.Key_F3)
    qtbot.waitUntil(lambda: seen(window, "call_state") == "En communication", timeout=10_000)
    record = window.calls.findChild(QAbstractButton, "record")
    assert isinstance(record, QAbstractButton)
    record.click()
    assert seen(window, "call_recording") == "Annonce en cours…"

    def keys() -> str:
        facts = list(citizen.facts)
        return "".join(fact.digit for fact in facts if isinstance(fact, protocol.Pressed))

    qtbot.waitUntil(lambda: keys() == KEYS, timeout=5_000)


def test_marie_declines_and_the_citizen_hears_so(
    qtbot: QtBot, window: Window, citizen: EngineProcess, ports: tuple[int, int]
) -> None:
    citizen.send(Dial(call="c1", to=f"sip:2014@127.0.0.1:{ports[0]}"))
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Appel entrant", timeout=10_000)
    press(Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert citizen.wait(CallState, lambda fact: fact.state == "ended").why == "declined"


def test_marie_calls_and_the_other_side_answers_and_leaves(
    qtbot: QtBot, window: Window, citizen: EngineProcess
) -> None:
    say("071/00.00.42")
    press(Key.Key_Return)
    incoming = citizen.wait(protocol.Incoming)
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Ça sonne là-bas", timeout=10_000)
    citizen.send(protocol.Answer(call=incoming.call))
    qtbot.waitUntil(lambda: seen(window, "call_state") == "En communication", timeout=10_000)
    citizen.send(Hangup(call=incoming.call))
    qtbot.waitUntil(lambda: seen(window, "call_state") == "Terminé", timeout=10_000)
    QApplication.processEvents()
