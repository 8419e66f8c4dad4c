"""The sound's packets, as a telephone at the other end of the wire sees them."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import SOCK_DGRAM

import pytest

from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.conftest import NewEngine, tone_into
from tests.softphone.engine.dialogue import await_packets, direct, ended
from tests.support.ports import free_port
from tests.support.sip import Peer, udp
from tests.support.sound import tone_seconds

EXPEDITED = 46
"""DSCP of voice (RFC 3246)."""


@dataclass
class Mirror:
    """Sends back whatever sound comes, in packets of its own."""

    port: int
    seen: list[tuple[int, int]] = field(default_factory=list)
    """Payload type and DSCP of each packet that came."""

    def run(self, end: socket.socket) -> None:
        """Until the socket is closed."""
        while True:
            try:
                packet, options, _, sender = end.recvmsg(2048, 64)
            except TimeoutError:
                return
            (service,) = (data[0] for _, kind, data in options if kind == socket.IP_TOS)
            kind = packet[1] & 0x7F
            self.seen.append((kind, service >> 2))
            number = len(self.seen)
            header = struct.pack("!BBHII", 0x80, kind, number, 160 * number, 4711)
            end.sendto(header + packet[12:], sender)


@contextmanager
def mirror() -> Iterator[Mirror]:
    with socket.socket(socket.AF_INET, SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", free_port(SOCK_DGRAM)))
        end.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        end.settimeout(2)
        mirror = Mirror(end.getsockname()[1])
        thread = threading.Thread(target=mirror.run, args=(end,))
        thread.start()
        try:
            yield mirror
        finally:
            thread.join(5)


@contextmanager
def call(engine: NewEngine, formats: str, heard: Path) -> Iterator[tuple[EngineProcess, Mirror]]:
    """Marie calls a telephone that knows these formats."""
    here, there = free_port(SOCK_DGRAM), free_port(SOCK_DGRAM)
    wire = udp(("127.0.0.1", there), ("127.0.0.1", here))
    with closing(Peer(wire, "old")) as old, mirror() as sound:
        old.formats, old.rtp_port = formats, sound.port
        marie = engine("marie")
        marie.send(tone_into(heard, 440))
        marie.send(direct(here, there))
        marie.send(protocol.Dial(call="c", to="99"))
        dialog = old.answer(old.invited())
        yield marie, sound
        old.hang_up(dialog)
        ended(marie, "c")
        assert marie.close() == 0


@pytest.mark.parametrize(
    ("formats", "codec"), [("9", "G722/16000"), ("8", "PCMA/8000"), ("0", "PCMU/8000")]
)
def test_a_telephone_that_knows_only_one_codec_is_spoken_with_in_that(
    engine: NewEngine, tmp_path: Path, formats: str, codec: str
) -> None:
    heard = tmp_path / "heard.wav"
    with call(engine, formats, heard) as (marie, sound):
        assert marie.wait(protocol.Media).codec == codec
        await_packets(marie, "c", 100)
    assert {kind for kind, _ in sound.seen} == {int(formats)}
    assert tone_seconds(heard, 440) >= 1.6


def test_sound_goes_first_where_the_network_knows_it(engine: NewEngine, tmp_path: Path) -> None:
    with call(engine, "9", tmp_path / "heard.wav") as (marie, sound):
        await_packets(marie, "c", 10)
    assert {dscp for _, dscp in sound.seen} == {EXPEDITED}
