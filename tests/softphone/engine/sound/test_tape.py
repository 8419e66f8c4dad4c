"""A recording's file: two channels, private, playable at any moment, never in the clock's way."""

import errno
import os
import queue
import stat
import sys
import threading
import wave
from array import array
from pathlib import Path

import pytest

from softphone.engine.sound import tape
from softphone.engine.sound.samples import RATE
from softphone.engine.sound.tape import Tape

FRAME = RATE // 50
Ends = queue.SimpleQueue[str]


@pytest.fixture
def ends() -> Ends:
    """Why tapes ended."""
    return queue.SimpleQueue()


def frame(value: int) -> bytes:
    """20 ms of one value, as the bridge gives them."""
    return array("h", [value] * FRAME).tobytes()


def channels(file: Path) -> tuple[list[int], list[int]]:
    """What a player reads, left and right."""
    with wave.open(str(file), "rb") as recorded:
        assert recorded.getparams()[:3] == (2, 2, RATE)
        both = array("h", recorded.readframes(recorded.getnframes()))
        if sys.byteorder == "big":
            both.byteswap()
        return list(both[0::2]), list(both[1::2])


def test_left_and_right(tmp_path: Path, ends: Ends) -> None:
    file = tmp_path / "call.wav"
    recorder = Tape(file, ends.put)
    for n in range(60):
        recorder.put(frame(n), frame(-n))
    recorder.close()
    assert ends.get(timeout=5) == ""
    left, right = channels(file)
    assert left == [n for n in range(60) for _ in range(FRAME)]
    assert right == [-n for n in left]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_can_be_played_while_it_is_written(tmp_path: Path, ends: Ends) -> None:
    file = tmp_path / "call.wav"
    recorder = Tape(file, ends.put)
    assert channels(file) == ([], []), "from the beginning"
    written = threading.Event()
    append = recorder._append

    def appended(data: bytearray) -> None:
        append(data)
        written.set()

    recorder._append = appended  # type: ignore[method-assign]
    for _ in range(70):
        recorder.put(frame(7), frame(8))
    assert written.wait(5)
    left, right = channels(file)
    assert (left, right) == ([7] * RATE, [8] * RATE), "the whole seconds until now"
    recorder.close()
    ends.get(timeout=5)
    assert len(channels(file)[0]) == 70 * FRAME


def test_nothing_is_overwritten_or_followed(tmp_path: Path, ends: Ends) -> None:
    (tmp_path / "there.wav").write_bytes(b"dear")
    (tmp_path / "link.wav").symlink_to(tmp_path / "elsewhere.wav")
    for name in ("there.wav", "link.wav", "no/folder.wav", "\0.wav"):
        with pytest.raises((OSError, ValueError)):
            Tape(tmp_path / name, ends.put)
    assert (tmp_path / "there.wav").read_bytes() == b"dear"
    assert not (tmp_path / "elsewhere.wav").exists()


def test_a_disk_that_stands_still_ends_it_and_holds_up_nobody(
    tmp_path: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, file = threading.Event(), tmp_path / "call.wav"
    recorder = Tape(file, ends.put)
    append = recorder._append

    def slow(data: bytearray) -> None:
        assert goes_on.wait(10)
        append(data)

    recorder._append = slow  # type: ignore[method-assign]
    monkeypatch.setattr(tape, "_WAITING", 100)
    for _ in range(400):
        recorder.put(frame(1), frame(2))
    assert not recorder.running
    goes_on.set()
    assert "too slow" in ends.get(timeout=5)
    left, _ = channels(file)
    assert 100 * FRAME <= len(left) < 400 * FRAME
    assert set(left) == {1}, "what came before is there"


def test_it_ends_before_its_length_is_too_long_to_tell(
    tmp_path: Path, ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tape, "_LONGEST", 2 * RATE * 4)
    recorder = Tape(tmp_path / "call.wav", ends.put)
    for _ in range(200):
        recorder.put(frame(1), frame(2))
    assert ends.get(timeout=5) == os.strerror(errno.EFBIG)
    assert not recorder.running
    assert len(channels(tmp_path / "call.wav")[0]) == 2 * RATE
