"""Copying frames to and from the library's vectors, and frames that fail."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pjsua2 as pj
import pytest

from softphone import protocol
from softphone.engine.sound import port
from softphone.engine.sound.port import Port
from softphone.engine.sound.samples import Samples
from softphone.engine_process import EngineProcess
from tests.softphone.engine.dialogue import await_packets, ended, talk

FRAME = 320
VOICE: Samples = np.arange(FRAME, dtype=np.int16)


@pytest.mark.parametrize("size", [0, 1, 640, 1920, 100_000])
@pytest.mark.parametrize("known", [True, False], ids=["by address", "by Python"])
def test_round_trip(size: int, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "_LAYOUT_KNOWN", known)
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    vector = pj.ByteVector()
    port.write_vector(vector, data)
    assert port.read_vector(vector) == data


def test_the_fast_way_is_known_here() -> None:
    assert port._LAYOUT_KNOWN


class Moody:
    """A source and a sink in one, which breaks when it is told to."""

    def __init__(self) -> None:
        self.broken = False
        self.heard: list[Samples] = []

    def read(self, count: int) -> Samples:
        self._try()
        return VOICE[:count]

    def write(self, sound: Samples) -> None:
        self._try()
        self.heard.append(sound)

    def _try(self) -> None:
        if self.broken:
            raise ValueError("broken")


class Bridge:
    """A port, called as the library's clock calls it, on a clock of the test's."""

    def __init__(self, now: list[float]) -> None:
        self.now = now
        self.facts: list[protocol.Fact] = []
        outbox: Any = SimpleNamespace(put=self.facts.append)
        clock_thread: Any = SimpleNamespace(keep=lambda: None)
        self.port = Port.__new__(Port)  # the library's own part needs the library to run
        self.port._outbox, self.port._thread = outbox, clock_thread
        self.end = Moody()
        self.port.plug(self.end, self.end)

    def requested(self) -> bytes:
        """What the bridge gets; empty is silence."""
        self.now[0] += 0.02
        frame = SimpleNamespace(type=pj.PJMEDIA_FRAME_TYPE_NONE, size=2 * FRAME)
        frame.buf = pj.ByteVector()
        self.port.onFrameRequested(frame)
        return port.read_vector(frame.buf) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else b""

    def received(self) -> int:
        """How many frames were heard until now."""
        self.now[0] += 0.02
        buffer = pj.ByteVector(VOICE.tobytes())
        self.port.onFrameReceived(
            SimpleNamespace(type=pj.PJMEDIA_FRAME_TYPE_AUDIO, size=2 * FRAME, buf=buffer)
        )
        return len(self.end.heard)


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Bridge:
    now = [100.0]
    monkeypatch.setattr(port, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return Bridge(now)


def faults(bridge: Bridge) -> list[str]:
    return [fact.where for fact in bridge.facts if isinstance(fact, protocol.Fault)]


def test_a_frame_that_fails_is_silent_and_the_next_one_is_heard(bridge: Bridge) -> None:
    assert bridge.requested() == VOICE.tobytes()
    assert bridge.received() == 1
    bridge.end.broken = True
    assert bridge.requested() == b""
    assert bridge.received() == 1
    bridge.end.broken = False
    assert bridge.requested() == VOICE.tobytes()
    assert bridge.received() == 2
    assert faults(bridge) == ["Port.onFrameRequested", "Port.onFrameReceived"]
    assert bridge.port.source_trouble.problem == bridge.port.sink_trouble.problem == ""


WAYS = {
    "source": (Bridge.requested, "source_trouble"),
    "sink": (Bridge.received, "sink_trouble"),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_fails_for_a_second_is_a_problem_until_it_works(bridge: Bridge, way: str) -> None:
    frame, trouble = WAYS[way]
    problem: Callable[[], str] = lambda: getattr(bridge.port, trouble).problem  # noqa: E731
    bridge.end.broken = True
    for _ in range(49):
        frame(bridge)
    assert problem() == ""
    for _ in range(500):
        frame(bridge)
    assert problem() == "ValueError: broken"
    assert len(faults(bridge)) == 1, "not fifty times a second"
    bridge.end.broken = False
    frame(bridge)
    assert problem() == ""
    bridge.end.broken = True
    frame(bridge)
    assert len(faults(bridge)) == 2, "it worked in between, and long ago was the first"


def test_what_fails_now_and_then_is_told_every_five_seconds_at_most(bridge: Bridge) -> None:
    for number in range(1000):
        bridge.end.broken = number % 2 == 0
        bridge.requested()
        assert bridge.port.source_trouble.problem == ""
    assert len(faults(bridge)) == 4, "in 20 s"


def test_nothing_leaves_a_callback_even_when_nobody_reads_stderr(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(text: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", SimpleNamespace(write=gone))
    bridge.end.broken = True
    for _ in range(60):
        assert bridge.requested() == b""
        assert bridge.received() == 0
    assert bridge.port.source_trouble.problem == "ValueError: broken"


def test_another_source_begins_without_a_stain(bridge: Bridge) -> None:
    bridge.end.broken = True
    for _ in range(60):
        bridge.requested()
    assert bridge.port.source_trouble.problem
    bridge.port.plug(None, None)
    assert bridge.port.source_trouble.problem == ""
    assert bridge.requested() == b""


def test_in_a_call_it_is_told_once_and_when_it_works_again(
    phone: Callable[..., EngineProcess],
) -> None:
    """With the bridge's own clock, and a sink that fails by itself: a disk that is full."""
    marie, julien = phone(1), phone(2)
    key = talk(marie, julien, to="2002")
    marie.send(protocol.Sound(source="tone", sink="file", sink_file="/dev/full"))
    state = marie.wait(protocol.SoundState, lambda f: bool(f.problem))
    assert (state.device, state.input_problem, state.output_problem) == (False, "", "fault")
    assert "No space left on device" in state.problem
    await_packets(julien, key, 50)
    told = [f.where for f in marie.facts if isinstance(f, protocol.Fault)]
    assert told == ["Port.onFrameReceived"]
    marie.send(protocol.Sound(source="tone", sink="nothing"))
    assert marie.wait(protocol.SoundState, lambda f: not f.problem).output_problem == ""
    marie.send(protocol.Hangup(call="c"))
    ended(julien, key)
