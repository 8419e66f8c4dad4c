"""The engine's side of the device list: real processes, a real PortAudio, devices that come and go.

Most tests plug ALSA devices, which need no card; the last ones use a virtual JACK card.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from softphone import protocol
from softphone.engine.sound.device_watch import COMMAND, DeviceWatch
from tests.support import sound
from tests.support.alsa import AlsaDevices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its devices are ALSA's and JACK's")

JACK = "JACK Audio Connection Kit"
HEADSET = "Casque Jabra é"
SOON_S = 1.0
"""After which a person would wonder."""


class Listener:
    """A watch, and what it told."""

    def __init__(self, command: Sequence[str] = COMMAND, silence: float = 15.0) -> None:
        self._told: queue.SimpleQueue[protocol.Devices] = queue.SimpleQueue()
        self.watch = DeviceWatch(self._told.put, command=command, silence=silence)

    def next(self, timeout: float = 10.0) -> set[str]:
        """Names in the next list."""
        return {device.name for device in self._told.get(timeout=timeout).devices}

    def nothing_more(self, seconds: float) -> bool:
        """Whether nothing else is told for so long."""
        try:
            self._told.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def another(self, than: int, timeout: float) -> int:
        """Process id of the next one that looks."""
        deadline = time.monotonic() + timeout
        while (pid := self.watch.pid) in (0, than):
            assert time.monotonic() < deadline, f"{than} was not replaced"
            time.sleep(0.02)  # polled: nobody but the system tells
        return pid


Listen = Callable[..., Listener]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start watches; all end with the test, and leave no process."""
    with contextlib.ExitStack() as stack:

        def start(**options: Any) -> Listener:
            listener = Listener(**options)
            stack.callback(listener.watch.close)
            return listener

        yield start


@pytest.fixture
def alsa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AlsaDevices:
    """Devices that every process started from here finds."""
    devices = AlsaDevices(tmp_path)
    for name, value in devices.environment.items():
        monkeypatch.setenv(name, value)
    return devices


def gone(pid: int, timeout: float) -> bool:
    """Whether this process ends in time (one that nobody has buried yet has ended, too)."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_the_next_process_is_told_what_the_last_one_knew(listen: Listen, tmp_path: Path) -> None:
    """The seam: a process that keeps what it is told, says one list and ends."""
    knew = tmp_path / "knew"
    said = protocol.encode(protocol.Devices(devices=(protocol.Device(name="Jabra, ALSA"),)))
    script = (
        "import sys\n"
        f"with open({str(knew)!r}, 'ab') as file: file.write(sys.stdin.buffer.readline())\n"
        f"sys.stdout.buffer.write({said!r})\n"
    )
    phone = listen(command=(sys.executable, "-c", script))
    assert phone.next() == {"Jabra, ALSA"}
    phone.another(phone.watch.pid, timeout=5)
    deadline = time.monotonic() + 5
    while (lines := knew.read_bytes().splitlines(keepends=True))[1:] == []:
        assert time.monotonic() < deadline, lines
        time.sleep(0.02)  # polled: the process only writes
    assert lines[:2] == [b"\n", said]


@pytest.mark.alone
def test_plugged_in_and_pulled_out_are_told_soon(alsa: AlsaDevices, listen: Listen) -> None:
    alsa.plug("default")
    phone = listen()
    assert phone.next() == {"default, ALSA"}
    phone.watch.attentive(True)
    alsa.plug("default", HEADSET)
    assert phone.next(SOON_S) == {"default, ALSA", f"{HEADSET}, ALSA"}
    alsa.plug(HEADSET)
    assert phone.next(SOON_S) == {f"{HEADSET}, ALSA"}
    alsa.plug()
    assert phone.next(SOON_S) == set()


def test_while_calm_it_is_told_a_little_later(alsa: AlsaDevices, listen: Listen) -> None:
    alsa.plug("default")
    phone = listen()
    assert phone.next() == {"default, ALSA"}
    alsa.plug("default", HEADSET)
    assert phone.nothing_more(1.5)
    assert phone.next(8.0) == {"default, ALSA", f"{HEADSET}, ALSA"}


def test_one_that_died_is_replaced_and_nothing_is_told_twice(
    alsa: AlsaDevices, listen: Listen
) -> None:
    alsa.plug("default")
    phone = listen()
    assert phone.next() == {"default, ALSA"}
    phone.watch.attentive(True)
    first = phone.watch.pid
    os.kill(first, signal.SIGKILL)
    phone.another(first, timeout=5)
    assert phone.nothing_more(1.5), "the list is as it was"
    alsa.plug("default", HEADSET)
    assert phone.next(2) == {"default, ALSA", f"{HEADSET}, ALSA"}, "as attentive as before"


def test_one_that_hangs_is_replaced(alsa: AlsaDevices, listen: Listen) -> None:
    alsa.plug("default")
    phone = listen(silence=3.0)
    assert phone.next() == {"default, ALSA"}
    phone.watch.attentive(True)
    first = phone.watch.pid
    os.kill(first, signal.SIGSTOP)
    alsa.plug("default", HEADSET)
    assert phone.next(10) == {"default, ALSA", f"{HEADSET}, ALSA"}
    assert phone.watch.pid != first
    assert gone(first, 1)


def test_silence_within_the_limit_is_no_fault(alsa: AlsaDevices, listen: Listen) -> None:
    phone = listen(silence=8.0)
    assert phone.next() == set()
    first = phone.watch.pid
    assert phone.nothing_more(9.0), "calm, it looks every five seconds"
    assert phone.watch.pid == first


def test_new_starts_become_rare(listen: Listen, tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    script = f"open({str(starts)!r}, 'a').write('x')"
    phone = listen(command=(sys.executable, "-c", script))
    began = time.monotonic()
    while not starts.exists() or len(starts.read_text()) < 3:
        assert time.monotonic() - began < 15
        time.sleep(0.02)  # polled: a process that does nothing but end
    assert time.monotonic() - began > 3, "after one second, then after two"
    assert phone.nothing_more(1.5)
    assert len(starts.read_text()) == 3, "then after four"


def test_nonsense_is_passed_over(listen: Listen) -> None:
    script = (
        "import sys\n"
        "print('ALSA lib: no such card')\n"
        'print(\'{"fact":"ready","pid":1}\')\n'
        'print(\'{"fact":"devices","devices":[]}\', flush=True)\n'
        "sys.stdin.read()"
    )
    phone = listen(command=(sys.executable, "-c", script))
    assert phone.next() == set()


def test_where_it_cannot_be_started_the_phone_lives(listen: Listen) -> None:
    phone = listen(command=("/no/such/program",))
    assert phone.nothing_more(0.5)
    assert phone.watch.pid == 0


@pytest.mark.parametrize("stopped", [False, True], ids=["well", "hanging"])
def test_closing_is_quick_and_leaves_nobody(alsa: AlsaDevices, stopped: bool) -> None:
    phone = Listener()
    phone.next()
    pid = phone.watch.pid
    assert pid
    if stopped:
        os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    phone.watch.close()
    assert time.monotonic() - began < (2.5 if stopped else 1.0)
    assert gone(pid, 1)
    phone.watch.attentive(True)  # too late, and no harm


def test_when_the_engine_is_killed_nobody_is_left(alsa: AlsaDevices) -> None:
    alsa.plug("default")
    with engine() as process:
        assert process.stdout
        assert process.stdout.readline() == b"default, ALSA\n"
        (child,) = psutil.Process(process.pid).children()
        process.send_signal(signal.SIGKILL)
        process.wait(5)
        assert gone(child.pid, 2)


@contextmanager
def engine() -> Iterator["subprocess.Popen[bytes]"]:
    """Another process that watches and prints."""
    script = (
        "import sys\n"
        "from softphone.engine.sound.device_watch import DeviceWatch\n"
        "watch = DeviceWatch(lambda told: print(*(d.name for d in told.devices), flush=True))\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def headset(card: sound.SoundCard, name: str) -> Iterator[None]:
    """To PortAudio another program of the card is a device: one microphone, one loudspeaker."""
    import jack

    with jack.Client(name, no_start_server=True, servername=card.server) as client:
        client.outports.register("microphone")
        client.inports.register("loudspeaker")
        yield


@contextmanager
def player() -> Iterator[None]:
    """Another process with a stream of PortAudio, as an engine in a call has."""
    script = (
        "import sounddevice, sys\n"
        "silence = lambda data, *_: data.__setitem__(slice(None), bytes(len(data)))\n"
        "with sounddevice.RawOutputStream(channels=1, dtype='int16', callback=silence):\n"
        "    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as process:
        try:
            yield
            process.communicate(timeout=5)
        finally:
            process.kill()


@pytest.mark.alone
def test_a_headset_on_a_real_time_card(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    with sound.sound_card() as card:
        for name, value in card.environment.items():
            monkeypatch.setenv(name, value)
        phone = listen()
        assert phone.next() == {f"system, {JACK}"}
        phone.watch.attentive(True)
        with headset(card, HEADSET):
            assert phone.next(SOON_S) == {f"system, {JACK}", f"{HEADSET}, {JACK}"}
        assert phone.next(SOON_S) == {f"system, {JACK}"}
        with card.patch() as patch:
            assert phone.next(SOON_S) == {f"system, {JACK}", f"patch, {JACK}"}
            with player():
                patch.await_ports("out", set())
                assert phone.nothing_more(1.5), "a phone that plays is no device"
        assert phone.next(SOON_S) == {f"system, {JACK}"}
        looking = phone.watch.pid
    assert phone.next(5.0) == set(), "the whole card is gone"
    assert phone.watch.pid == looking, "and nobody died of it"
    assert phone.nothing_more(1.0)
