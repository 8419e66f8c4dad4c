"""The process that lists the devices, asked over its pipes: a real PortAudio, ALSA's devices."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from softphone import protocol
from softphone.engine.sound.device_watch import COMMAND
from softphone.engine.sound.watch_devices import NO_PORTAUDIO
from tests.support.alsa import AlsaDevices

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its devices are ALSA's")

Process = subprocess.Popen[bytes]


@pytest.fixture
def alsa(tmp_path: Path) -> AlsaDevices:
    return AlsaDevices(tmp_path)


@contextmanager
def watcher(environment: dict[str, str], before: bytes = b"") -> Iterator[Process]:
    """One process, ended with the block; ``before`` is what was known."""
    with ExitStack() as stack:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        stack.callback(process.wait, 5)
        stack.callback(process.kill)
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe
            stack.enter_context(pipe)
        process.stdin.write(before + b"\n")  # type: ignore[union-attr]
        process.stdin.flush()  # type: ignore[union-attr]
        yield process


def lines(process: Process) -> Iterator[bytes]:
    assert process.stdout
    return iter(process.stdout.readline, b"")


def facts(process: Process) -> Iterator[protocol.Devices]:
    """What it says; the empty lines between are left out."""
    for line in lines(process):
        if line != b"\n":
            fact = protocol.decode_fact(line)
            assert isinstance(fact, protocol.Devices)
            yield fact


def tell(process: Process, word: str) -> None:
    assert process.stdin
    process.stdin.write(f"{word}\n".encode())
    process.stdin.flush()


def names(fact: protocol.Devices) -> list[str]:
    return [device.name for device in fact.devices]


def test_the_list_is_said_first_and_at_each_change(alsa: AlsaDevices) -> None:
    alsa.plug("default", "Téléphone")
    with watcher(alsa.environment) as process:
        said = facts(process)
        first = next(said)
        assert sorted(names(first)) == ["Téléphone, ALSA", "default, ALSA"]
        assert first.input == first.output == "default, ALSA"
        assert all(d.inputs and d.outputs and d.rate for d in first.devices)
        tell(process, "attentive")
        alsa.plug("default", "Téléphone", "Casque Jabra é", "sysdefault", "surround51")
        assert set(names(next(said))) - set(names(first)) == {"Casque Jabra é, ALSA"}
        alsa.plug("Casque Jabra é")
        alone = next(said)
        assert names(alone) == ["Casque Jabra é, ALSA"]
        assert alone.input == alone.output == "Casque Jabra é, ALSA", "a new default is a change"
        alsa.plug()
        assert next(said) == protocol.Devices(devices=())


def test_a_name_cut_within_a_letter_spoils_nothing(alsa: AlsaDevices) -> None:
    alsa.plug("default", "Casque Hélène".encode()[:9])
    with watcher(alsa.environment) as process:
        assert sorted(names(next(facts(process)))) == ["Casque H, ALSA", "default, ALSA"]


def test_while_nothing_changes_it_says_that_it_lives(alsa: AlsaDevices) -> None:
    alsa.plug("default")
    with watcher(alsa.environment) as process:
        said = lines(process)
        assert next(said).startswith(b'{"fact":"devices"')
        began = time.monotonic()
        assert next(said) == b"\n"
        assert 4 < time.monotonic() - began < 8, "calm at first"
        tell(process, "attentive")
        began = time.monotonic()
        assert [next(said) for _ in range(6)] == [b"\n"] * 6
        assert time.monotonic() - began < 5
        tell(process, "calm")
        before = began = time.monotonic()
        while (at := time.monotonic()) - before < 2:
            assert at - began < 20, "it never became calm"
            before = at
            assert next(said) == b"\n"


def test_nonsense_is_passed_over(alsa: AlsaDevices) -> None:
    with watcher(alsa.environment) as process:
        said = facts(process)
        assert next(said) == protocol.Devices(devices=())
        for word in ("plug", "", "\N{SNOWMAN}", "attentive"):
            tell(process, word)
        alsa.plug("default")
        assert names(next(said)) == ["default, ALSA"]


def test_it_ends_with_its_input_and_kept_quiet(alsa: AlsaDevices) -> None:
    with watcher(alsa.environment) as process:
        next(facts(process))
        process.send_signal(signal.SIGINT)  # Ctrl-C in a terminal; it is for the engine
        assert process.stdin
        process.stdin.close()
        assert process.wait(3) == 0
        assert not list(facts(process)), "libraries print elsewhere"
        assert process.stderr
        assert process.stderr.read() == b""


def test_without_portaudio_it_says_so_and_ends(tmp_path: Path) -> None:
    # The narrowest seam: a sounddevice that cannot load its library, as on a bare machine.
    instead = sounddevice_instead(tmp_path, "raise OSError('PortAudio library not found')\n")
    with watcher(instead) as process:
        assert list(facts(process)) == [protocol.Devices(devices=())]
        assert process.wait(3) == NO_PORTAUDIO


SOUNDDEVICE = """
import time
_initialized = 1
_ffi_string = bytes
looks = 0
class PortAudioError(Exception): pass
class default: device = (0, 0)
def _initialize(): global _initialized; _initialized = 1
def _terminate(): global _initialized; _initialized = 0
def query_hostapis():
    return ({"name": "ALSA", "default_input_device": 0, "default_output_device": 0},)
def query_devices():
    global looks
    looks += 1
    found = look()
    if found is None:
        found = [{"name": f"Casque {looks}", "index": 0, "hostapi": 0, "max_input_channels": 1,
                  "max_output_channels": 1, "default_samplerate": 48000.0}]
    return found
"""
"""The seam of the next two is sounddevice again: no sound driver fails or is slow when told to."""


def test_a_portaudio_that_fails_is_asked_again(tmp_path: Path) -> None:
    """Once is nothing: a call would lose its headset, and every device would come anew."""
    fails = "def look():\n    if looks in (1, 3, 6, 8, 9): raise PortAudioError('Internal error')\n"
    with watcher(sounddevice_instead(tmp_path, SOUNDDEVICE + fails)) as process:
        tell(process, "attentive")
        said = facts(process)
        assert [names(next(said)) for _ in range(5)] == [
            [],
            ["Casque 2, ALSA"],
            ["Casque 5, ALSA"],
            [],
            ["Casque 10, ALSA"],
        ]


def test_jacks_devices_are_gone_when_several_looks_do_not_see_them(tmp_path: Path) -> None:
    """One hiccup of a driver, and a call's streams would be closed and opened again."""
    hiccup = "def look(): return [] if looks in (2, 4, 5, *range(7, 13)) else None\n"
    jack = SOUNDDEVICE.replace("ALSA", "JACK Audio Connection Kit")
    another = jack.replace("{looks}", "{looks // 13}")
    with watcher(sounddevice_instead(tmp_path, another + hiccup)) as process:
        tell(process, "attentive")
        said = facts(process)
        assert [names(next(said)) for _ in range(3)] == [
            ["Casque 0, JACK Audio Connection Kit"],
            [],
            ["Casque 1, JACK Audio Connection Kit"],
        ]


def test_one_that_replaces_another_knows_the_card_in_use(tmp_path: Path) -> None:
    """PortAudio lists no card that the call has open. The seam is also the kernel's list here."""
    jabra = "Jabra: USB Audio (hw:1,0), ALSA"
    before = protocol.Devices(
        devices=(protocol.Device(name=jabra, inputs=1, outputs=2, rate=48_000),), input=jabra
    )
    in_use = (
        "from softphone.engine.sound.busy import with_busy\n"
        f"with_busy.__defaults__ = (lambda label, side: label == {jabra!r},)\n"
        "def look(): pass\n"
    )
    instead = sounddevice_instead(tmp_path, SOUNDDEVICE + in_use)
    with watcher(instead, protocol.encode(before).strip()) as process:
        first = next(facts(process))
        assert names(first) == [jabra, "Casque 1, ALSA"]
        assert (first.input, first.output) == (jabra, "Casque 1, ALSA")


def test_where_looking_is_dear_it_looks_less_often(tmp_path: Path) -> None:
    computes = (
        "def look():\n"
        "    until = time.process_time() + 0.1\n"
        "    while time.process_time() < until: pass\n"
    )
    with watcher(sounddevice_instead(tmp_path, SOUNDDEVICE + computes)) as process:
        tell(process, "attentive")
        said = facts(process)
        next(said)
        began = time.monotonic()
        assert names(next(said)) == ["Casque 3, ALSA"], "seen twice that the one before is gone"
        assert 1.9 < time.monotonic() - began < 8, "twenty times as long as it computed"


def sounddevice_instead(folder: Path, text: str) -> dict[str, str]:
    """Environment of a process that imports this as sounddevice."""
    (folder / "sounddevice.py").write_text(text)
    path = (str(folder), os.environ.get("PYTHONPATH"))
    return {"PYTHONPATH": os.pathsep.join(filter(None, path))}


def test_it_is_small_and_modest(alsa: AlsaDevices) -> None:
    alsa.plug("default", *(f"Casque {number}" for number in range(60)))
    with watcher(alsa.environment) as process:
        assert len(next(facts(process)).devices) == 61
        tell(process, "attentive")
        said, child = lines(process), psutil.Process(process.pid)
        next(said)
        began, used = time.monotonic(), sum(child.cpu_times()[:2])
        while time.monotonic() - began < 4:
            next(said)
        share = (sum(child.cpu_times()[:2]) - used) / (time.monotonic() - began)
        assert 0 < share < 0.1, "5 % is the rule, measured in ticks of 10 ms"
        assert child.memory_info().rss < 50e6
        maps = {Path(each.path).name for each in child.memory_maps()}
        assert any("portaudio" in name for name in maps)
        assert not any("pjsua" in name or "numpy" in name for name in maps)
