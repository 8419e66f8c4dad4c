"""Sound in tests: make it, recognise it, and a virtual sound card (JACK's dummy driver).

Levels are dBFS, samples are floats in [-1, 1]. Knows nothing of telephony.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

Samples = NDArray[np.float64]

TELEPHONE_RATE = 16_000
_BLOCK_S = 0.1
_AUDIBLE_DB = -45.0
"""A tone below this is not heard."""
_PURITY = 0.8
"""Share of a block's energy that the tone must hold to be heard clearly."""


def tone(hz: float, seconds: float, rate: int = TELEPHONE_RATE, db: float = -12.0) -> Samples:
    """A sine."""
    at = np.arange(int(seconds * rate)) / rate
    return np.asarray(10 ** (db / 20) * np.sin(2 * np.pi * hz * at))


def siren(rate: int = TELEPHONE_RATE, db: float = -20.0, lowest: float = 400) -> Samples:
    """One second of a tone that goes up and down again, to be repeated: as loud at any moment.

    What suppresses steady noise takes a tone for it, but not this: it is nowhere for long.
    """
    at = np.arange(rate) / rate
    hz = lowest + (3_000 - lowest) * (1 - np.abs(2 * at - 1))
    return np.asarray(10 ** (db / 20) * np.sqrt(2) * np.sin(2 * np.pi * np.cumsum(hz) / rate))


def speech(seconds: float, rate: int = TELEPHONE_RATE, db: float = -20.0) -> Samples:
    """Something with the pitch, syllables and bandwidth of speech; always the same."""
    at = np.arange(int(seconds * rate)) / rate
    pitch = 130 + 25 * np.sin(2 * np.pi * 0.7 * at)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = sum(np.sin(k * phase) / k for k in range(1, 25))
    hiss = np.random.default_rng(1).standard_normal(len(at)) * 0.3
    syllables = np.clip(np.sin(2 * np.pi * 4 * at), 0, 1) ** 0.5
    sound = np.asarray((voice + hiss) * syllables)
    return np.asarray(sound * 10 ** (db / 20) / np.sqrt(np.mean(sound**2))).clip(-1, 1)


def write_wav(path: Path, samples: Samples, rate: int = TELEPHONE_RATE) -> Path:
    """16-bit mono."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> tuple[Samples, int]:
    """Samples and rate of a 16-bit mono file."""
    with wave.open(str(path), "rb") as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 1), file.getparams()
        raw = file.readframes(file.getnframes())
        return np.frombuffer(raw, "<i2").astype(float) / 32768, file.getframerate()


def read_both(path: Path) -> tuple[Samples, Samples, int]:
    """The two channels of a recorded call, here and there, and the rate (16-bit)."""
    with wave.open(str(path), "rb") as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 2), file.getparams()
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768
        return both[0::2], both[1::2], file.getframerate()


def level(samples: Samples) -> float:
    """RMS in dBFS; −120 for silence."""
    power = float(np.mean(samples**2)) if len(samples) else 0.0
    return 10 * float(np.log10(power + 1e-12))


def dominant_frequency(path: Path) -> float:
    """The strongest frequency in Hz (to 1 Hz), 0.0 when the file is silent."""
    samples, rate = read_wav(path)
    if level(samples) < _AUDIBLE_DB:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=max(rate, len(samples))))
    return round(float(np.argmax(spectrum)) * rate / max(rate, len(samples)))


def tone_seconds(path: Path, hz: float, among: int = 1) -> float:
    """Seconds of the file in which this tone, and hardly anything else, is heard."""
    return heard_seconds(*read_wav(path), hz, among)


def heard_seconds(samples: Samples, rate: int, hz: float, among: int = 1) -> float:
    """Seconds in which the tone is heard clearly: so no other tone is, and no silence.

    ``among``: how many tones, this one included, are expected to sound at once, equally loud.
    """
    size = int(_BLOCK_S * rate)
    heard = 0
    for start in range(0, len(samples) - size + 1, size):
        block = samples[start : start + size]
        total = float(np.mean(block**2))
        power = _goertzel(block, rate, hz)
        if 10 * np.log10(power + 1e-12) > _AUDIBLE_DB and power > _PURITY / among * total:
            heard += 1
    return heard * _BLOCK_S


def narrow(samples: Samples, rate: int, hz: float) -> float:
    """Level of what is within 20 Hz of a frequency, dBFS RMS."""
    spectrum = np.fft.rfft(samples)
    at = np.fft.rfftfreq(len(samples), 1 / rate)
    spectrum[np.abs(at - hz) > 20] = 0
    return level(np.fft.irfft(spectrum, len(samples)))


def _goertzel(block: Samples, rate: int, hz: float) -> float:
    """Power of one frequency in a block."""
    at = np.arange(len(block)) / rate
    return float(2 * np.abs(np.mean(block * np.exp(-2j * np.pi * hz * at))) ** 2)


@dataclass(frozen=True)
class SoundCard:
    """A virtual sound card; programs started with ``environment`` find it as their JACK device."""

    server: str
    rate: int
    environment: dict[str, str]
    pid: int = 0
    """Of the process that is the card."""

    @contextmanager
    def still(self) -> Iterator[None]:
        """The card stands still, and answers nobody."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def patch(self) -> Iterator["Patch"]:
        """A client that sees, connects, plays into and records from the card's programs."""
        patch = Patch(self)
        try:
            yield patch
        finally:
            patch.close()


@contextmanager
def sound_card(rate: int = 48_000, period: int = 480) -> Iterator[SoundCard]:
    """Run ``jackd`` with its real-time dummy driver under a name of its own."""
    server = f"allo-{os.getpid()}-{secrets.token_hex(3)}"
    environment = {"JACK_DEFAULT_SERVER": server, "JACK_NO_AUDIO_RESERVATION": "1"}
    _clear_up()
    driver = ("-d", "dummy", "-r", str(rate), "-p", str(period))
    process = subprocess.Popen(
        # -t: a busy machine may be late for once; jackd would throw the client out after 0.5 s.
        ["jackd", "-r", "--no-mlock", "-t", "10000", "-n", server, *driver],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        card = SoundCard(server, rate, environment, process.pid)
        _await_card(card, process)
        yield card
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait(5)
        for left in Path("/dev/shm").glob(f"jack_sem.{os.geteuid()}_{server}_*"):
            left.unlink(missing_ok=True)  # of clients that were killed


def _clear_up() -> None:
    """JACK keeps one database for all servers of a user, and a list of eight servers at most. A
    client that was killed leaves the one locked (the next would wait for ever), a server that was
    killed leaves its place in the other taken; while no server runs nobody needs what they left.
    But the list is open in this process once it was a client: then only the database goes."""
    if any(process.info["name"] == "jackd" for process in psutil.process_iter(["name"])):
        return
    for left in Path("/dev/shm").glob(
        f"jack_db-{os.geteuid()}" if "jack" in sys.modules else "jack*"
    ):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _await_card(card: SoundCard, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        try:
            client(card, "hello").close()
        except OSError:
            time.sleep(0.05)  # polled: jackd says nowhere when it is ready
        else:
            return
    raise RuntimeError(f"jackd did not start (status {process.poll()})")


def client(card: SoundCard, name: str) -> Any:
    """A JACK client of the card, not yet active. OSError when there is no such card."""
    import jack

    try:
        return jack.Client(name, no_start_server=True, servername=card.server)
    except jack.JackOpenError as problem:
        raise OSError(str(problem)) from None


class Patch:
    """Cables, a player and a recorder on a ``SoundCard``."""

    def __init__(self, card: SoundCard) -> None:
        self._card = card
        self._client = client(card, "patch")
        self._rate = card.rate
        self._out = self._client.outports.register("play")
        self._in = self._client.inports.register("record")
        self._playing: NDArray[np.float32] = np.zeros(card.rate, "f4")
        self._at = 0
        self._recorded: list[NDArray[np.float32]] | None = None
        self._wanted = 0
        self._done = threading.Event()
        self.opened = 0
        """Ports that programs registered since this patch was there."""
        self._client.set_port_registration_callback(self._on_port, only_available=False)
        self._client.set_process_callback(self._process)
        self._client.activate()

    def _on_port(self, port: Any, registered: bool) -> None:
        self.opened += registered

    def ports(self, kind: str) -> set[str]:
        """Names of the programs' ports, without the card's own: ``kind`` is ``in`` or ``out``."""
        import jack

        while True:
            try:
                found = self._client.get_ports(
                    is_input=kind == "in", is_output=kind == "out", is_audio=True
                )
                break
            except jack.JackError:  # a port went between being listed and being looked up
                continue
        return {p.name for p in found if not p.name.startswith(("system:", self._client.name))}

    def await_ports(self, kind: str, besides: set[str], timeout: float = 5.0) -> set[str]:
        """New ports, as soon as there are some. TimeoutError otherwise."""
        deadline = time.monotonic() + timeout
        while not (new := self.ports(kind) - besides):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no new {kind} port, only {sorted(besides)}")
            time.sleep(0.02)  # polled: JACK's notification comes in its own thread, before the port
        return new

    def await_opened(self, ports: int, timeout: float = 5.0) -> None:
        """Wait until programs registered so many, ever. TimeoutError otherwise."""
        deadline = time.monotonic() + timeout
        while self.opened < ports:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.opened} ports were registered, not {ports}")
            time.sleep(0.02)

    @contextmanager
    def plugged(self, name: str) -> Iterator["Gadget"]:
        """A device of that name, with a microphone and a loudspeaker, until the block's end.

        To PortAudio every JACK client with ports is a device.
        """
        gadget = Gadget(self._card, name)
        try:
            yield gadget
        finally:
            gadget.close()

    def await_none(self, timeout: float = 5.0) -> None:
        """Wait until no program uses the card. TimeoutError otherwise."""
        deadline = time.monotonic() + timeout
        while left := self.ports("in") | self.ports("out"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"still open: {sorted(left)}")
            time.sleep(0.02)

    def await_port(self, kind: str, owner: str, timeout: float = 5.0) -> str:
        """The first port of the program of this name. TimeoutError otherwise."""
        deadline = time.monotonic() + timeout
        while True:
            found = sorted(port for port in self.ports(kind) if port.startswith(owner))
            if found:
                return found[0]
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {kind} port of {owner}, only {sorted(self.ports(kind))}")
            time.sleep(0.02)

    def play(self, samples: Samples, into: str) -> None:
        """Play one second or more over and over into a program's input, alone."""
        self._playing, self._at = samples.astype("f4"), 0
        for other in self._client.get_all_connections(into):
            self._client.disconnect(other, into)
        self._client.connect(self._out, into)

    def record(self, source: str, seconds: float) -> Samples:
        """What a program's output says from now on."""
        self._client.connect(source, self._in)
        self._done.clear()
        self._wanted, self._recorded = int(seconds * self._rate), []
        arrived = self._done.wait(seconds + 5)
        recorded, self._recorded = self._recorded, None
        self._client.disconnect(source, self._in)
        assert arrived, "the sound card stands still"
        return np.concatenate(recorded).astype(float)

    def close(self) -> None:
        """Unplug."""
        self._client.deactivate()
        self._client.close()

    def _process(self, frames: int) -> None:
        index = np.arange(self._at, self._at + frames) % len(self._playing)
        self._out.get_array()[:] = self._playing[index]
        self._at += frames
        recorded = self._recorded
        if recorded is not None and self._wanted > 0:
            recorded.append(self._in.get_array().copy())
            self._wanted -= frames
            if self._wanted <= 0:
                self._done.set()


class Gadget:
    """A headset on the virtual card: says a tone, counts what it is given."""

    def __init__(self, card: SoundCard, name: str, hz: float = 700) -> None:
        self._client = client(card, name)
        self._microphone = self._client.outports.register("capture_1")
        self._loudspeaker = self._client.inports.register("playback_1")
        self._hum = tone(hz, 1.0, card.rate).astype("f4")
        self._at = 0
        self._client.set_process_callback(self._process)
        self._client.activate()

    @property
    def used(self) -> tuple[bool, bool]:
        """Whether a program listens to its microphone, and whether one plays to it."""
        try:
            return bool(self._microphone.connections), bool(self._loudspeaker.connections)
        except Exception:  # JACK: a port went while it was looked at
            return False, False

    def await_use(self, wanted: tuple[bool, bool], timeout: float = 5.0) -> float:
        """Seconds until it is used so. TimeoutError otherwise."""
        began = time.monotonic()
        while self.used != wanted:
            if time.monotonic() > began + timeout:
                raise TimeoutError(f"used {self.used}, not {wanted}")
            time.sleep(0.01)  # polled: JACK's notification comes before the fact
        return time.monotonic() - began

    def close(self) -> None:
        """Pull it out."""
        self._client.deactivate()
        self._client.close()

    def _process(self, frames: int) -> None:
        index = np.arange(self._at, self._at + frames) % len(self._hum)
        self._microphone.get_array()[:] = self._hum[index]
        self._at += frames
