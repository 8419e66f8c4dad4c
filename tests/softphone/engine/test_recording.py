"""Recording a call, through a real Asterisk: only who was told is recorded, and each on their side.

Marie says 440 Hz, Julien 1000 Hz, the citizen 300 Hz.
"""

import contextlib
import re
import resource
import socket
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from socket import SOCK_DGRAM

import psutil
import pytest

from softphone import protocol
from softphone.engine.announcement import KEYS
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import SIP_LOG, NewEngine, Pbx, tone_into
from tests.softphone.engine.dialogue import await_packets, direct, ended, reached, stats, talk
from tests.support import sip
from tests.support.ports import free_port
from tests.support.sound import (
    TELEPHONE_RATE,
    Samples,
    heard_seconds,
    level,
    read_both,
    read_wav,
    tone,
    write_wav,
)

Phone = Callable[..., EngineProcess]


@pytest.fixture
def marie(phone: Phone) -> EngineProcess:
    return phone(1, hz=440)


@pytest.fixture
def julien(phone: Phone) -> EngineProcess:
    return phone(2, hz=1000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "recorded.wav"


@pytest.fixture
def his(marie: EngineProcess, julien: EngineProcess) -> str:
    """Marie (``c``) and Julien talk; his key."""
    return talk(marie, julien, to="2002")


def announce(phone: EngineProcess, call: str) -> None:
    """Let the PBX tell the other side, and wait until it has."""
    phone.send(protocol.Announce(call=call))
    assert phone.wait(protocol.Recordable).call == call


def record(phone: EngineProcess, call: str, file: Path) -> None:
    phone.send(protocol.Record(call=call, on=True, file=str(file)))
    assert phone.wait(protocol.Recording) == protocol.Recording(call=call, on=True, file=str(file))


def stop(phone: EngineProcess, call: str) -> None:
    phone.send(protocol.Record(call=call, on=False))
    assert recorded(phone, call) == ""


def recorded(phone: EngineProcess, call: str) -> str:
    """Wait for the end of a recording; why it ended by itself."""
    return phone.wait(protocol.Recording, lambda fact: fact.call == call and not fact.on).problem


def recorded_until(file: Path) -> float:
    """Seconds that a player plays."""
    here, _, rate = read_both(file)
    return len(here) / rate


def call_ids(pbx: Pbx, dialled: str) -> list[str]:
    """The SIP Call-IDs of all calls from phones to there, as a forger would like to know them."""
    log = (pbx.asterisk.layout.log / SIP_LOG).read_text(errors="replace")
    found: list[str] = re.findall(
        rf"^INVITE sip:{dialled}@localhost.*?^Call-ID: (\S+)", log, re.M | re.S
    )
    return found


def refusal(phone: EngineProcess, command: protocol.Command) -> str:
    phone.send(command)
    return phone.wait(protocol.Error).message


def spoken_seconds(heard: Samples, *tones: float) -> float:
    """Seconds in which something is heard that is none of these tones."""
    block = TELEPHONE_RATE // 10
    blocks = [heard[at : at + block] for at in range(0, len(heard) - block + 1, block)]
    return sum(
        0.1
        for one in blocks
        if level(one) > -45 and not any(heard_seconds(one, TELEPHONE_RATE, hz) for hz in tones)
    )


@pytest.mark.parametrize("wire", ["tls", "tls12"])
def test_each_side_is_in_its_own_channel(
    marie: EngineProcess, julien: EngineProcess, his: str, file: Path
) -> None:
    announce(marie, "c")
    record(marie, "c", file)
    await_packets(marie, "c", 150)
    stop(marie, "c")
    here, there, rate = read_both(file)
    assert 2.5 <= len(here) / rate <= 5
    assert heard_seconds(here, rate, 440) >= len(here) / rate - 0.5
    assert heard_seconds(there, rate, 1000) >= len(there) / rate - 0.5
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await_packets(marie, "c", 10)
    assert not [fact for fact in julien.facts if isinstance(fact, protocol.Recordable)]


def test_who_was_not_told_is_not_recorded(
    marie: EngineProcess, julien: EngineProcess, his: str, file: Path
) -> None:
    for phone, call in ((marie, "c"), (julien, his)):
        message = refusal(phone, protocol.Record(call=call, on=True, file=str(file)))
        assert "not told" in message
    announce(marie, "c")
    message = refusal(julien, protocol.Record(call=his, on=True, file=str(file)))
    assert "not told" in message, "whom Julien hears was told nothing"
    assert not file.exists()


def test_the_other_side_hears_it(
    marie: EngineProcess, julien: EngineProcess, his: str, tmp_path: Path
) -> None:
    julien.send(tone_into(tmp_path / "told.wav", 1000))
    announce(marie, "c")
    julien.send(tone_into(tmp_path / "after.wav", 1000))
    await_packets(julien, his, 50)
    marie.send(protocol.Hangup(call="c"))
    ended(julien, his)
    told, _ = read_wav(tmp_path / "told.wav")
    assert spoken_seconds(told, 440) >= 1.5, "of the 2.6 that it takes"
    after, rate = read_wav(tmp_path / "after.wav")
    assert heard_seconds(after[-rate // 2 :], rate, 440) >= 0.3, "and then Marie again"


def test_a_citizen_out_of_a_queue_hears_it_and_is_recorded(
    marie: EngineProcess, engine: NewEngine, pbx: Pbx, tmp_path: Path, file: Path
) -> None:
    citizen = engine("citizen")
    citizen.send(tone_into(tmp_path / "waiting.wav", 300))
    citizen.send(pbx.citizen())
    citizen.send(protocol.Dial(call="q", to="+3271000200"))
    call = marie.wait(protocol.Incoming).call
    marie.send(protocol.Answer(call=call))
    reached(marie, call, "connected")
    await_packets(citizen, "q", 25)
    citizen.send(tone_into(tmp_path / "told.wav", 300))
    announce(marie, call)
    record(marie, call, file)
    await_packets(marie, call, 100)
    citizen.send(protocol.Hangup(call="q"))
    ended(marie, call)
    marie.rewind()  # in whatever order
    assert recorded(marie, call) == "", "the end of the call is its end"
    told, _ = read_wav(tmp_path / "told.wav")
    assert spoken_seconds(told, 440) >= 1.5
    here, there, rate = read_both(file)
    assert heard_seconds(here, rate, 440) >= 1.5
    assert heard_seconds(there, rate, 300) >= 1.5


def test_a_citizen_who_is_called_hears_it(
    marie: EngineProcess, engine: NewEngine, pbx: Pbx, tmp_path: Path
) -> None:
    citizen = engine("citizen")
    citizen.send(tone_into(tmp_path / "told.wav", 300))
    citizen.send(pbx.citizen())
    talk(marie, citizen, to="071 99 00 01")
    announce(marie, "c")
    marie.send(protocol.Hangup(call="c"))
    ended(marie, "c")
    assert citizen.close() == 0
    told, _ = read_wav(tmp_path / "told.wav")
    assert spoken_seconds(told, 440) >= 1.5


def test_the_towns_own_words_come_first(
    marie: EngineProcess, julien: EngineProcess, his: str, pbx: Pbx, tmp_path: Path
) -> None:
    own = pbx.asterisk.layout.data / "sounds" / "allo" / "recording-fr.wav"
    own.parent.mkdir(exist_ok=True)
    write_wav(own, tone(700, 2, rate=8000), rate=8000)
    try:
        julien.send(tone_into(tmp_path / "told.wav", 1000))
        announce(marie, "c")
    finally:
        own.unlink()
    marie.send(protocol.Hangup(call="c"))
    ended(julien, his)
    assert julien.close() == 0
    assert heard_seconds(*read_wav(tmp_path / "told.wav"), 700) >= 1.5


def test_the_pbx_may_have_told_them_before(
    marie: EngineProcess, julien: EngineProcess, pbx: Pbx, file: Path
) -> None:
    pbx.ask("dialplan set global ALLO_ANNOUNCED 1")
    try:
        his = talk(marie, julien, to="2002")
    finally:
        pbx.ask("dialplan set global ALLO_ANNOUNCED ")
    assert julien.wait(protocol.Recordable).call == his
    record(julien, his, file)
    stop(julien, his)


def test_no_text_of_the_other_side_makes_it_recordable(engine: NewEngine, file: Path) -> None:
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    with closing(sip.Peer(sip.udp(("127.0.0.1", there), ("127.0.0.1", here)), "far")) as far:
        far.formats = "9"
        marie = engine("marie")
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        call = far.answer(far.invited())
        reached(marie, "c", "connected")
        told = (("X-Allo-Announced", call.call_id), ("X-Allo-Recording", "announced"))
        far.request("MESSAGE", "marie", "announced", extra=told)  # nobody asked for it
        marie.send(protocol.Announce(call="c"))
        stats(marie, "c")  # by its answer she has asked, and waits
        far.write(call, "announced", extra=told)
        other = (("X-Allo-Announced", "another-call"),)
        far.request("MESSAGE", "marie", "announced", extra=other)
        wanted = protocol.Record(call="c", on=True, file=str(file))
        assert "not told" in refusal(marie, wanted)
        far.request("MESSAGE", "marie", "announced", extra=told[:1])
        assert marie.wait(protocol.Recordable).call == "c", "as the PBX says it, it works"
        record(marie, "c", file)


def test_what_a_citizen_sends_is_not_passed_on(marie: EngineProcess, pbx: Pbx, file: Path) -> None:
    trunk, network = pbx.exchange.trunks[0], pbx.exchange.network
    wire = sip.udp((trunk.host, trunk.port), (network.bind, network.sip_udp_port))
    with closing(sip.Peer(wire, "071990001")) as citizen:
        marie.send(protocol.Dial(call="c", to="071 99 00 01"))
        call = citizen.answer(citizen.invited())
        reached(marie, "c", "connected")
        hers = call_ids(pbx, "071990001")[-1]
        told = (("X-Allo-Announced", hers), ("X-Allo-Recording", "announced"))
        for _ in range(2):  # while nobody asked, and while the announcement is heard
            citizen.write(call, "announced", extra=told)
            assert citizen.request("MESSAGE", "2001", "announced", extra=told).code == 404
            assert "not told" in refusal(marie, protocol.Record(call="c", on=True, file=str(file)))
            marie.send(protocol.Announce(call="c"))
            stats(marie, "c")  # by its answer she has asked, and waits
        assert marie.wait(protocol.Recordable), "what the PBX says itself arrives"
        citizen.hang_up(call)
        ended(marie, "c")


def test_no_program_of_this_machine_makes_it_recordable(
    marie: EngineProcess, his: str, pbx: Pbx, file: Path
) -> None:
    told = (
        "MESSAGE sip:u1-1@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bKx\r\n"
        "Max-Forwards: 9\r\nFrom: <sip:allo@allo>;tag=x\r\nTo: <sip:u1-1@127.0.0.1>\r\n"
        f"Call-ID: x\r\nCSeq: 1 MESSAGE\r\nX-Allo-Announced: {call_ids(pbx, '2002')[-1]}\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    marie.send(protocol.Announce(call="c"))
    stats(marie, "c")  # by its answer she has asked, and waits
    answers = []
    connections = psutil.Process(marie.pid).net_connections("tcp4")
    for port in {c.laddr.port for c in connections if c.status == psutil.CONN_LISTEN}:
        with (
            contextlib.suppress(ConnectionError),
            socket.create_connection(("127.0.0.1", port), 5) as stranger,
        ):
            stranger.sendall(told.encode())
            answers.append(stranger.recv(4096)[:11])
    assert b"SIP/2.0 200" in answers, "the library took it"
    assert "not told" in refusal(marie, protocol.Record(call="c", on=True, file=str(file)))
    assert marie.wait(protocol.Recordable), "when the PBX says so"


def test_only_a_phone_of_ours_lets_the_pbx_announce(
    marie: EngineProcess, engine: NewEngine, pbx: Pbx
) -> None:
    citizen = engine("citizen")
    citizen.send(pbx.citizen())
    key = talk(marie, citizen, to="071 99 00 01")
    await_packets(citizen, key, 5)
    citizen.send(protocol.Dtmf(call=key, digits=KEYS))
    for digit in KEYS:
        assert marie.wait(protocol.Pressed).digit == digit, "keys as any others"


def test_it_does_not_hold_for_who_comes_after(
    marie: EngineProcess, julien: EngineProcess, his: str, phone: Phone, file: Path
) -> None:
    sophie = phone(3)
    announce(marie, "c")
    record(marie, "c", file)
    julien.send(protocol.Transfer(call=his, to="2003"))
    hers = sophie.wait(protocol.Incoming).call
    sophie.send(protocol.Answer(call=hers))
    assert marie.wait(protocol.Party, lambda fact: fact.number == "2003")
    assert not marie.wait(protocol.Recordable).on
    assert "somebody else" in recorded(marie, "c")
    again = protocol.Record(call="c", on=True, file=str(file.with_name("again.wav")))
    assert "not told" in refusal(marie, again)
    announce(marie, "c")
    record(marie, "c", file.with_name("again.wav"))


def test_muted_there_is_silence_here(marie: EngineProcess, his: str, file: Path) -> None:
    announce(marie, "c")
    marie.send(protocol.Mute(call="c", on=True))
    record(marie, "c", file)
    await_packets(marie, "c", 100)
    marie.send(protocol.Mute(call="c", on=False))
    await_packets(marie, "c", 50)
    stop(marie, "c")
    here, there, rate = read_both(file)
    assert level(here[: int(1.5 * rate)]) == pytest.approx(-120)
    assert heard_seconds(here[-rate // 2 :], rate, 440) >= 0.3
    assert heard_seconds(there, rate, 1000) >= 2.5


def test_on_hold_there_is_silence_and_time_goes_on(
    marie: EngineProcess, julien: EngineProcess, his: str, file: Path
) -> None:
    announce(marie, "c")
    record(marie, "c", file)
    marie.send(protocol.Hold(call="c", on=True))
    marie.wait(protocol.Held, lambda fact: fact.here)
    await_packets(julien, his, 150)  # three seconds of music
    marie.send(protocol.Hold(call="c", on=False))
    marie.wait(protocol.Held, lambda fact: not fact.here)
    await_packets(marie, "c", 75)
    stop(marie, "c")
    here, there, rate = read_both(file)
    assert len(here) / rate >= 4
    held = slice(rate, int(2.5 * rate))
    assert level(here[held]) == pytest.approx(-120)
    assert level(there[held]) == pytest.approx(-120)
    assert heard_seconds(here[-rate:], rate, 440) >= 0.7
    assert heard_seconds(there[-rate:], rate, 1000) >= 0.7


def test_what_one_says_to_another_meanwhile_is_not_in_it(
    marie: EngineProcess, his: str, phone: Phone, file: Path
) -> None:
    sophie = phone(3, hz=700)
    announce(marie, "c")
    record(marie, "c", file)
    await_packets(marie, "c", 50)
    marie.send(protocol.Hold(call="c", on=True))
    marie.wait(protocol.Held, lambda fact: fact.here)
    hers = talk(marie, sophie, to="2003", call="sophie")
    await_packets(marie, "sophie", 100)
    sophie.send(protocol.Hangup(call=hers))
    ended(marie, "sophie")
    marie.send(protocol.Hold(call="c", on=False))
    marie.wait(protocol.Held, lambda fact: not fact.here)
    await_packets(marie, "c", 75)
    stop(marie, "c")
    here, there, rate = read_both(file)
    assert heard_seconds(there, rate, 700) == 0
    assert heard_seconds(here[:rate], rate, 440) >= 0.7
    assert heard_seconds(here[-rate:], rate, 440) >= 0.7
    silent = len(here) / rate - heard_seconds(here, rate, 440)
    assert silent >= 2, "she spoke to Sophie"


def test_another_source_is_recorded_from_then_on(
    marie: EngineProcess, his: str, file: Path, tmp_path: Path
) -> None:
    announce(marie, "c")
    record(marie, "c", file)
    await_packets(marie, "c", 50)
    marie.send(tone_into(tmp_path / "again.wav", 700))
    await_packets(marie, "c", 75)
    stop(marie, "c")
    here, there, rate = read_both(file)
    assert heard_seconds(here[: rate // 2], rate, 440) >= 0.3
    assert heard_seconds(here[-rate:], rate, 700) >= 0.8
    assert heard_seconds(there, rate, 1000) >= 2


def test_files_and_calls_that_cannot_be(
    marie: EngineProcess, his: str, file: Path, tmp_path: Path
) -> None:
    assert "no such call" in refusal(marie, protocol.Announce(call="d"))
    announce(marie, "c")
    for name in ("", str(tmp_path), str(tmp_path / "no" / "folder.wav"), "a\0b"):
        assert "file" in refusal(marie, protocol.Record(call="c", on=True, file=name))
    record(marie, "c", file)
    twice = protocol.Record(call="c", on=True, file=str(file.with_name("twice.wav")))
    assert "already" in refusal(marie, twice)
    stop(marie, "c")
    assert "exists" in refusal(marie, protocol.Record(call="c", on=True, file=str(file)))
    marie.send(protocol.Hold(call="c", on=True))
    marie.wait(protocol.Held)
    assert "on hold" in refusal(marie, protocol.Announce(call="c"))


def test_the_end_of_the_engine_completes_it(marie: EngineProcess, his: str, file: Path) -> None:
    announce(marie, "c")
    record(marie, "c", file)
    await_packets(marie, "c", 125)
    assert marie.close() == 0
    assert recorded_until(file) >= 2.4
    assert file.stat().st_size == 44 + 4 * TELEPHONE_RATE * recorded_until(file)


def test_killed_it_leaves_what_was_until_a_second_ago(
    marie: EngineProcess, his: str, file: Path
) -> None:
    announce(marie, "c")
    record(marie, "c", file)
    await_packets(marie, "c", 125)
    marie.kill()
    assert recorded_until(file) >= 1
    here, there, rate = read_both(file)
    assert heard_seconds(here, rate, 440) >= 0.7
    assert heard_seconds(there, rate, 1000) >= 0.7


def allow_files(phone: EngineProcess, size: int) -> None:
    """Let an engine write no file longer than this: it fails as on a full disk."""
    _, most = resource.prlimit(phone.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(phone.pid, resource.RLIMIT_FSIZE, (size, most))


def test_a_full_disk_ends_it_and_not_the_call(marie: EngineProcess, his: str, file: Path) -> None:
    marie.send(protocol.Sound(source="tone", tone_hz=440, sink="nothing"))
    announce(marie, "c")
    allow_files(marie, 150_001)
    record(marie, "c", file)
    assert recorded(marie, "c"), "it says why"
    here, there, rate = read_both(file)
    assert file.stat().st_size == 150_000
    assert heard_seconds(here, rate, 440) >= 2
    assert heard_seconds(there, rate, 1000) >= 2
    allow_files(marie, 10_000_000)
    again = file.with_name("again.wav")
    record(marie, "c", again)
    await_packets(marie, "c", 75)
    stop(marie, "c")
    here, there, rate = read_both(again)
    assert heard_seconds(here, rate, 440) >= 1
    assert heard_seconds(there, rate, 1000) >= 1
