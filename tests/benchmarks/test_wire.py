"""The tapped wire between phone and PBX."""

import socket
import time
from contextlib import closing

import pytest

from benchmarks import wire
from benchmarks.wire import Wire

REGISTER = b"REGISTER sip:pbx SIP/2.0\r\nCSeq: 1 REGISTER\r\n\r\n"
ACCEPTED = b"SIP/2.0 200 OK\r\nCSeq: 1 REGISTER\r\n\r\n"


def test_what_passes_arrives_and_is_stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as pbx,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as phone,
    ):
        for end in (pbx, phone):
            end.bind(("127.0.0.1", 0))
            end.settimeout(10)
        with Wire(pbx.getsockname()[1]) as tapped:
            began = time.time_ns()
            phone.sendto(REGISTER, ("127.0.0.1", tapped.port))
            data, back = pbx.recvfrom(1000)
            pbx.sendto(ACCEPTED, back)
            assert (data, phone.recv(1000)) == (REGISTER, ACCEPTED)
            asked = tapped.wait("REGISTER", "REGISTER", up=True, since_ns=began)
            answered = tapped.wait("SIP/2.0 200", "REGISTER", up=False, since_ns=began)
            assert began <= asked.at_ns <= answered.at_ns <= time.time_ns()
            monkeypatch.setattr(wire, "SECONDS", 0.1)
            with pytest.raises(TimeoutError, match="INVITE"):
                tapped.wait("SIP/2.0 200", "INVITE", up=False, since_ns=began)
