"""From the CSV to people who hear each other: real Asterisk, real engines, TLS and SRTP."""

import sqlite3
import time
from pathlib import Path

from pbx_config.layout import Layout
from softphone import protocol
from softphone.calls import Call
from softphone.engine_process import EngineProcess
from softphone.state import State
from tests.support.robot import RobotPhone
from tests.support.sound import tone_seconds
from tests.support.town import Town

A_HZ, B_HZ = 440.0, 800.0


def test_two_agents_from_the_csv_hear_each_other(town: Town, tmp_path: Path) -> None:
    marie, julien = town.phone("2002"), town.phone("2003")
    for phone in (marie, julien):
        line = phone.wait("registration", lambda state: state.ready).line
        assert line.tls.startswith("TLSv1.")
        assert line.auth == "SHA-256"
    speak(marie.engine, A_HZ, tmp_path / "marie-heard.wav")
    speak(julien.engine, B_HZ, tmp_path / "julien-heard.wav")

    marie.dial("to-julien", "2003")
    call = rings(julien)
    assert (call.number, call.name) == ("2002", "Marie Dupont")
    julien.engine.send(protocol.Answer(call=call.key))
    for phone in (marie, julien):
        phone.wait("sound", lambda state: any(c.codec for c in state.calls.values()))
        (talking,) = phone.state.calls.values()
        assert talking.codec.startswith("G722")
        assert talking.srtp.startswith("AES_")
    time.sleep(3.6)  # they talk: the duration is what is tested
    marie.engine.send(protocol.Hangup(call="to-julien"))
    for phone in (marie, julien):
        phone.wait("idle", idle)

    assert tone_seconds(tmp_path / "marie-heard.wav", B_HZ) >= 3.0
    assert tone_seconds(tmp_path / "julien-heard.wav", A_HZ) >= 3.0
    assert cdr_of(town, "2002", "2003") == ("ANSWERED", True)


def test_112_leaves_with_the_number_of_the_site(town: Town) -> None:
    aicha = town.phone("3002")
    aicha.wait("registration", lambda state: state.ready)
    operator = town.operator()

    aicha.dial("emergency", "112")
    call = operator.wait(protocol.Incoming)

    assert call.number.endswith("71000001")  # the CPAS, not the town hall, not her own
    operator.send(protocol.Answer(call=call.call))
    aicha.wait("answer", lambda state: state.calls["emergency"].state == "connected")
    aicha.engine.send(protocol.Hangup(call="emergency"))
    operator.wait(protocol.CallState, lambda fact: fact.state == "ended")


def test_a_citizen_waits_and_the_receptionist_takes_exactly_that_one(
    town: Town, tmp_path: Path
) -> None:
    nathalie = town.phone("2000")
    nathalie.wait("live picture", lambda state: state.ready and state.board.fresh)
    first, second = town.citizen("+32470000051"), town.citizen("+32470000052")
    speak(nathalie.engine, B_HZ, tmp_path / "nathalie-heard.wav")
    speak(first, 300.0, tmp_path / "first-heard.wav")
    speak(second, A_HZ, tmp_path / "second-heard.wav")

    # A member's phone rings meanwhile: the queue must let go of the caller all the same
    sophie = town.phone("2004")
    sophie.wait("live picture", lambda state: state.ready and state.board.fresh)
    first.send(protocol.Dial(call="first", to="071000010"))
    waits(nathalie, "+32470000051")
    assert rings(sophie).queue_title == "Population", "no receptionist, and sees for whom it rings"
    second.send(protocol.Dial(call="second", to="071000010"))
    chosen = waits(nathalie, "+32470000052")
    # pjsua2 (the citizen's side here) drops as misordered what follows less than 1 s of music, 100
    # frames: who answers begins at timestamp 0, as the music did. Longer music is told apart.
    time.sleep(2.2)
    nathalie.link.take_caller("population", chosen).result(10)
    call = rings(nathalie)
    assert (call.number, call.caller_id) == ("+32470000052", chosen)
    nathalie.engine.send(protocol.Answer(call=call.key))
    nathalie.wait("answer", lambda state: state.calls[call.key].state == "connected")
    time.sleep(3.6)  # they talk
    assert waiting(nathalie) == {"+32470000051"}
    second.send(protocol.Hangup(call="second"))
    first.send(protocol.Hangup(call="first"))
    nathalie.wait("empty queue", lambda _: not waiting(nathalie))
    second.wait(protocol.CallState, lambda fact: fact.state == "ended")
    nathalie.wait("idle", idle)

    assert tone_seconds(tmp_path / "nathalie-heard.wav", A_HZ) >= 3.0
    assert tone_seconds(tmp_path / "second-heard.wav", B_HZ) >= 3.0


def test_who_was_quicker_is_told_to_the_others(town: Town) -> None:
    karim, nathalie = town.phone("2001"), town.phone("2000")
    free(karim, "2000")
    free(nathalie, "2001")
    citizen = town.citizen("+32470000053")
    citizen.send(protocol.Dial(call="c", to="071000000"))
    his, hers = rings(karim), rings(nathalie)
    assert his.caller_id == hers.caller_id != ""
    karim.engine.send(protocol.Answer(call=his.key))
    nathalie.wait(
        "who took it",
        lambda state: any(
            (call.why, call.taken_by, call.by_me) == ("elsewhere", "Karim Benali", False)
            for call in state.calls.values()
        ),
    )
    karim.wait("talk", lambda state: state.calls[his.key].state == "connected")
    citizen.send(protocol.Hangup(call="c"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    karim.wait("idle", idle)


def test_who_picked_up_at_a_colleagues_is_told_there(town: Town) -> None:
    thomas, karim, nathalie = town.phone("2005"), town.phone("2001"), town.phone("2000")
    free(nathalie, "2001")
    thomas.dial("c", "2001")
    rings(karim)
    nathalie.dial("mine", "*82001")
    nathalie.wait("talk", lambda state: state.calls["mine"].state == "connected")
    karim.wait(
        "who took it",
        lambda state: any(
            call.why == "elsewhere" and call.taken_by.startswith("Nathalie") and not call.by_me
            for call in state.calls.values()
        ),
    )
    nathalie.engine.send(protocol.Hangup(call="mine"))
    for phone in (thomas, nathalie):
        phone.wait("idle", idle)


def test_the_engine_killed_is_registered_again(town: Town) -> None:
    thomas = town.phone("2005")
    thomas.wait("registration", lambda state: state.ready)
    thomas.engine.kill()
    thomas.restart_engine()
    thomas.wait("registration", lambda state: state.ready, timeout=3)


def speak(engine: EngineProcess, hz: float, heard: Path) -> None:
    engine.send(protocol.Sound(source="tone", tone_hz=hz, sink="file", sink_file=str(heard)))


def rings(phone: RobotPhone) -> Call:
    state = phone.wait(
        "ring", lambda state: any(call.state == "incoming" for call in state.calls.values())
    )
    return next(call for call in state.calls.values() if call.state == "incoming")


def free(phone: RobotPhone, extension: str) -> None:
    """Wait until the phone's own line is ready and a colleague's can be rung."""
    phone.wait(
        f"{extension} free",
        lambda state: (
            state.ready
            and state.board.fresh
            and state.board.colleagues[extension].presence == "free"
        ),
    )


def idle(state: State) -> bool:
    return not any(call.alive for call in state.calls.values())


def waiting(phone: RobotPhone) -> set[str]:
    return {caller.number for queue in phone.state.queues for caller in queue.callers}


def waits(phone: RobotPhone, number: str) -> str:
    """The caller's id on the PBX, once the panel shows them."""
    phone.wait(f"{number} in the queue", lambda _: number in waiting(phone))
    return next(c.id for q in phone.state.queues for c in q.callers if c.number == number)


def cdr_of(town: Town, source: str, target: str) -> tuple[str, bool]:
    """Disposition, and whether the talking time is plausible."""
    with sqlite3.connect(Layout(town.home / "asterisk").cdr) as db:
        row = db.execute(
            "SELECT disposition, billsec FROM cdr WHERE src = ? AND dst = ?", (source, target)
        ).fetchone()
    return row[0], int(row[1]) >= 3
