"""The device thread and drivers that misbehave: busy, gone, stalled, ended, hanging.

The narrowest seam: an object in place of the module sounddevice, because no driver fails when told
to. What a real PortAudio can show is asked of it in test_device.py and test_device_alsa.py.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from softphone import protocol
from softphone.engine.sound import device, devices
from softphone.engine.sound.device import DeviceReport, DeviceThread, Role, Wanted
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.processing import Processing

BUSY, GONE, INVALID_RATE = -9985, -9999, -9997
TALK: frozenset[Role] = frozenset({"microphone", "speaker"})
LISTEN: frozenset[Role] = frozenset({"speaker"})


class PortAudioError(Exception):
    """As sounddevice raises it: words, and PortAudio's number."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(eq=False)
class Gear:
    """A device at an address of the driver's."""

    name: str
    inputs: int = 1
    outputs: int = 2
    rate: float = 48_000.0
    refuses: Callable[[float, int], int | None] = lambda rate, channels: None
    """The error of an attempt with this rate and these channels."""
    stalls: bool = False
    attempts: list[tuple[float, int]] = field(default_factory=list)
    streams: "list[Stream]" = field(default_factory=list)
    """All that were ever opened."""

    @property
    def label(self) -> str:
        return f"{self.name}, ALSA"

    @property
    def open(self) -> "list[Stream]":
        return [stream for stream in self.streams if not stream.closed.is_set()]


class PortAudio:
    """What of sounddevice the thread uses. ``there`` is what is plugged in, by address.

    As with a real one the list is that of the last initialisation, and an index leads to whatever
    is at that address now.
    """

    PortAudioError = PortAudioError

    def __init__(self, **there: Gear) -> None:
        self.there = there
        self.initialisations = 0
        self.unusable = False
        self.hold: dict[str, threading.Event] = {}
        """In ``open``, ``close`` or ``initialise`` the driver hangs until this is set."""
        self._initialized = 0
        self._initialize()

    def _initialize(self) -> None:
        self.pass_through("initialise")
        if self.unusable:
            raise PortAudioError("Internal error", -9986)
        assert not any(gear.open for gear in self.there.values()), "streams would be lost"
        self.initialisations += 1
        self._initialized += 1
        self._listed = [
            (address, gear.name, gear.inputs, gear.outputs, gear.rate)
            for address, gear in self.there.items()
        ]

    def _terminate(self) -> None:
        self._initialized -= 1

    def pass_through(self, place: str) -> None:
        if gate := self.hold.get(place):
            assert gate.wait(20)

    def query_devices(self, index: int | None = None) -> Any:
        assert self._initialized == 1
        found = [
            {
                "name": name,
                "index": number,
                "hostapi": 0,
                "max_input_channels": inputs,
                "max_output_channels": outputs,
                "default_samplerate": rate,
            }
            for number, (_, name, inputs, outputs, rate) in enumerate(self._listed)
        ]
        return found if index is None else found[index]

    def query_hostapis(self) -> list[dict[str, Any]]:
        first = {
            side: next((d["index"] for d in self.query_devices() if d[f"max_{side}_channels"]), -1)
            for side in ("input", "output")
        }
        return [
            {
                "name": "ALSA",
                "devices": list(range(len(self._listed))),
                **{f"default_{side}_device": index for side, index in first.items()},
            }
        ]

    class default:
        device = (-1, -1)
        """The host API's is asked then: the first one."""

    def RawInputStream(self, **options: Any) -> "Stream":
        return Stream(self, is_input=True, **options)

    def RawOutputStream(self, **options: Any) -> "Stream":
        return Stream(self, is_input=False, **options)

    def at(self, index: int) -> Gear | None:
        return self.there.get(self._listed[index][0])


class Stream:
    """Calls back every 10 ms while its device is plugged in and does not stall."""

    latency = 0.02

    def __init__(
        self,
        portaudio: PortAudio,
        *,
        is_input: bool,
        samplerate: float,
        blocksize: int,
        device: int,
        channels: int,
        callback: Callable[..., None],
        finished_callback: Callable[[], None],
        **_: Any,
    ) -> None:
        portaudio.pass_through("open")
        gear = portaudio.at(device)
        if not gear:
            raise PortAudioError("No such device", GONE)
        assert channels, "asked for no channel at all"
        gear.attempts.append((samplerate, channels))
        if error := gear.refuses(samplerate, channels):
            raise PortAudioError("Error opening", error)
        gear.streams.append(self)
        self.gear = gear
        self.shape = (samplerate, channels)
        self.closed = threading.Event()
        self.beats = 0
        self._portaudio = portaudio
        self._frames = blocksize
        self._bytes = blocksize * channels * 2
        self._is_input = is_input
        self._callback = callback
        self._finished = finished_callback

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._portaudio.pass_through("close")
        self.closed.set()
        self._finished()  # PortAudio says so however it ends

    def end(self) -> None:
        """By itself."""
        self._callback = lambda *_: None
        self._finished()

    def _run(self) -> None:
        while not self.closed.wait(0.01):
            if self.gear in self._portaudio.there.values() and not self.gear.stalls:
                data = bytearray(self._bytes)
                self._callback(
                    bytes(data) if self._is_input else memoryview(data), self._frames, None, 0
                )
                self.beats += 1


class Desk:
    """The thread at work with such devices, and what it reports."""

    def __init__(self, portaudio: PortAudio) -> None:
        self.portaudio = portaudio
        processing = Processing()
        processing.switch(protocol.Processing(echo=False, noise=False, gain=False, high_pass=False))
        self.microphone = Microphone(processing)
        self.reports: list[DeviceReport] = []
        self._inbox: queue.SimpleQueue[DeviceReport] = queue.SimpleQueue()
        self.thread = DeviceThread(
            self.microphone, Loudspeaker(), Loudspeaker(), processing, self._inbox.put
        )

    def want(self, **wanted: Any) -> DeviceReport:
        """From now on; the answer."""
        number = self.thread.want(Wanted(**wanted))
        return self.report(lambda r: r.answers == number)

    def report(
        self, fits: Callable[[DeviceReport], bool] = lambda r: True, timeout: float = 5.0
    ) -> DeviceReport:
        """The next one that fits."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                report = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise TimeoutError(f"not after {self.reports}") from None
            self.reports.append(report)
            if fits(report):
                return report

    def watcher_sees(self, *gear: Gear, busy: tuple[Gear, ...] = ()) -> None:
        """The first is the system's default."""
        self.thread.on_devices(seen(*gear, busy=busy))


def seen(*gear: Gear, busy: tuple[Gear, ...] = ()) -> protocol.Devices:
    told = tuple(
        protocol.Device(name=g.label, inputs=g.inputs, outputs=g.outputs, rate=round(g.rate))
        for g in gear
    )
    first = gear[0].label if gear else ""
    return protocol.Devices(
        devices=told, input=first, output=first, busy=tuple(gear.label for gear in busy)
    )


def eventually(true: Callable[[], bool], what: str, timeout: float = 5.0) -> None:
    deadline = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)  # polled: neither a fake driver nor the thread has a bell for it


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """A desk with this at its sockets."""
    made: list[Desk] = []

    def start(**there: Gear) -> Desk:
        portaudio = PortAudio(**there)
        monkeypatch.setattr(devices, "load", lambda: portaudio)
        made.append(Desk(portaudio))
        return made[-1]

    yield start
    for each in made:
        for gate in each.portaudio.hold.values():
            gate.set()
        each.thread.close()
        if thread := each.thread._thread:
            thread.join(5)
            assert not thread.is_alive()
        assert not any(gear.open for gear in each.portaudio.there.values()), "all is closed"


def inside() -> Gear:
    return Gear("Haut-parleurs")


def headset(**options: Any) -> Gear:
    return Gear("Casque", **options)


def no(rate: float, channels: int) -> int | None:
    return BUSY


def yes(rate: float, channels: int) -> int | None:
    return None


def test_a_busy_headset_is_replaced_at_once_and_used_once_it_is_free(
    desk: Callable[..., Desk],
) -> None:
    own, mine = inside(), headset(refuses=no)
    at = desk(hw0=own, hw1=mine)
    report = at.want(speaker=mine.label, open=LISTEN)
    assert (report.speaker, report.missing, report.problem) == (own.label, (mine.label,), "")
    assert len(mine.attempts) == 1, "another rate would not help"
    (stand_in,) = own.open
    mine.refuses = yes
    report = at.report(lambda r: r.speaker == mine.label, timeout=2)
    assert report.missing == ()
    assert len(mine.open) == 1
    assert not own.open
    assert stand_in.beats > 50, "it went on until then"
    assert at.portaudio.initialisations == 1


def test_a_headset_that_stays_busy_is_tried_less_and_less_and_disturbs_nothing(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_RETRY_S", (0.1, 0.2, 1.0))
    own, mine = inside(), headset(refuses=no)
    at = desk(hw0=own, hw1=mine)
    at.want(speaker=mine.label, open=LISTEN)
    time.sleep(2.0)  # the time it is given
    assert 3 <= len(mine.attempts) <= 5
    assert len(own.streams) == 1, "never interrupted"


def test_a_busy_headset_is_tried_as_soon_as_the_list_changes(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_RETRY_S", (60.0,))
    own, mine = inside(), headset(refuses=no)
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    assert at.want(speaker=mine.label, open=LISTEN).speaker == own.label
    mine.refuses = yes
    at.portaudio.there["hw2"] = other = Gear("Caméra")
    at.watcher_sees(own, mine, other)
    assert at.report(timeout=1).speaker == mine.label


@pytest.mark.parametrize(
    "only", [(44_100.0, 1), (48_000.0, 2), (44_100.0, 2), (8_000.0, 1), (48_000.0, 6)]
)
def test_a_device_with_one_shape_is_opened_in_that(
    desk: Callable[..., Desk], only: tuple[float, int]
) -> None:
    def refuses(rate: float, channels: int) -> int | None:
        return None if (rate, channels) == only else INVALID_RATE

    mine = headset(inputs=max(2, only[1]), outputs=max(2, only[1]), refuses=refuses)
    at = desk(hw0=mine)
    heard: list[int] = []
    at.microphone.taps += (lambda block: heard.append(len(block)),)
    assert at.want(open=TALK).problem == ""
    assert [stream.shape for stream in mine.open] == [only, only]
    eventually(lambda: sum(heard) > 8_000, "half a second of 16 kHz")
    assert all(stream.beats > 20 for stream in mine.open)


def test_a_device_without_a_usable_shape_is_named(desk: Callable[..., Desk]) -> None:
    mine = headset(refuses=lambda rate, channels: INVALID_RATE)
    at = desk(hw0=mine)
    problem = at.want(open=LISTEN).problem
    assert mine.label in problem
    assert "Error opening" in problem


def test_a_device_that_goes_while_it_is_opened(desk: Callable[..., Desk]) -> None:
    """The list changed between looking and opening, and the watcher has not seen it yet."""
    own, mine = inside(), headset()
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    assert at.want(microphone=mine.label, speaker=mine.label).speaker == mine.label
    del at.portaudio.there["hw1"]
    report = at.want(microphone=mine.label, speaker=mine.label, open=TALK)
    assert (report.microphone, report.speaker) == (own.label, own.label)
    assert report.missing == (mine.label,)
    at.portaudio.there["hw1"] = mine
    assert at.report(lambda r: r.missing == (), timeout=3).speaker == mine.label


def test_without_any_device_it_is_said_until_one_comes(desk: Callable[..., Desk]) -> None:
    at = desk()
    at.watcher_sees()
    report = at.want(open=TALK)
    assert report.problems["microphone"] == "no sound input device"
    assert report.problems["speaker"] == "no sound output device"
    at.portaudio.there["hw1"] = mine = headset()
    at.watcher_sees(mine)
    report = at.report(lambda r: not r.problem, timeout=1)
    assert report.microphone == report.speaker == mine.label


def test_a_missing_microphone_does_not_interrupt_the_loudspeaker(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_RETRY_S", (0.1,))
    own = Gear("Barre", inputs=0)
    at = desk(hw0=own)
    report = at.want(open=TALK)
    assert (report.speaker, report.problem) == (own.label, "no sound input device")
    for _ in range(3):
        at.report(timeout=1)  # tried again
    assert len(own.streams) == 1
    assert at.portaudio.initialisations == 1


def test_the_right_one_of_sixty_that_are_named_alike(desk: Callable[..., Desk]) -> None:
    gear = {f"hw{i}": Gear(f"Casque {i % 3} – salle n° 5 é 🎧") for i in range(60)}
    at = desk(**gear)
    chosen = "Casque 1 – salle n° 5 é 🎧, ALSA (7)"
    report = at.want(speaker=chosen, open=LISTEN)
    assert (report.speaker, report.missing) == (chosen, ())
    assert [name for name, each in gear.items() if each.open] == ["hw19"], "the seventh of its kind"


def test_a_headset_that_comes_back_at_another_address(desk: Callable[..., Desk]) -> None:
    own, mine, camera = inside(), headset(), Gear("Caméra")
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    at.want(microphone=mine.label, speaker=mine.label, open=TALK)
    at.portaudio.there = {"hw0": own}
    at.watcher_sees(own)
    assert at.report(timeout=1).missing == (mine.label,)
    at.portaudio.there = {"hw0": own, "hw1": camera, "hw2": mine}
    at.watcher_sees(own, camera, mine)
    report = at.report(timeout=1)
    assert (report.microphone, report.speaker, report.missing) == (mine.label, mine.label, ())
    assert len(mine.open) == 2
    assert not camera.streams, "which is where the headset was"


def test_a_headset_with_another_number_is_the_same(desk: Callable[..., Desk]) -> None:
    own, mine = inside(), Gear("Jabra: USB Audio (hw:2,0)")
    at = desk(hw0=own, hw2=mine)
    yesterday = "Jabra: USB Audio (hw:1,0), ALSA"
    report = at.want(microphone=yesterday, speaker=yesterday, open=TALK)
    assert (report.microphone, report.speaker, report.missing) == (mine.label, mine.label, ())


def test_what_was_only_looked_up_is_not_opened_at_an_old_address(
    desk: Callable[..., Desk],
) -> None:
    own, mine, camera = inside(), headset(), Gear("Caméra")
    at = desk(hw0=own, hw1=mine)
    at.want(speaker=mine.label)
    at.portaudio.there = {"hw0": own, "hw1": camera, "hw2": mine}
    at.watcher_sees(own, camera, mine)
    assert at.want(speaker=mine.label, open=LISTEN).speaker == mine.label
    assert len(mine.open) == 1
    assert not camera.streams


def test_another_device_at_the_address_of_the_headset_is_not_kept(
    desk: Callable[..., Desk],
) -> None:
    """It came between looking and opening; the watcher sees it a moment later. (ALSA's names
    carry the address; the other systems refuse an index whose device is gone.)"""
    own, mine, camera = inside(), Gear("Casque (hw:1,0)"), Gear("Caméra (hw:1,0)")
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    at.want(microphone=mine.label)
    at.portaudio.there = {"hw0": own, "hw1": camera}
    at.want(microphone=mine.label, open=TALK)
    assert camera.open, "nobody can know yet"
    at.watcher_sees(own, camera)
    report = at.report(timeout=1)
    assert (report.microphone, report.missing) == (own.label, (mine.label,))
    assert not camera.open


def test_the_systems_default_is_followed_unless_a_device_is_chosen(
    desk: Callable[..., Desk],
) -> None:
    own, mine, new = inside(), headset(), Gear("Écran")
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    report = at.want(microphone=mine.label, open=TALK)
    assert (report.microphone, report.speaker) == (mine.label, own.label)
    at.portaudio.there = {"hw2": new, "hw0": own, "hw1": mine}
    at.watcher_sees(new, own, mine)
    report = at.report(timeout=1)
    assert (report.microphone, report.speaker) == (mine.label, new.label)


def test_a_stand_in_follows_the_systems_default(desk: Callable[..., Desk]) -> None:
    own, mine, new = inside(), headset(refuses=no), Gear("Écran")
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, mine)
    assert at.want(speaker=mine.label, open=LISTEN).speaker == own.label
    at.portaudio.there = {"hw2": new, "hw0": own, "hw1": mine}
    at.watcher_sees(new, own, mine)
    assert at.report(lambda r: r.speaker != own.label, timeout=1).speaker == new.label
    assert not own.open


def test_a_stalled_stream_is_opened_anew_and_told(desk: Callable[..., Desk]) -> None:
    own = inside()
    at = desk(hw0=own)
    at.want(open=LISTEN)
    (first,) = own.open
    eventually(lambda: first.beats > 10, "it plays")
    own.stalls, began = True, time.monotonic()
    report = at.report(lambda r: bool(r.fault), timeout=3)
    own.stalls = False
    assert 0.9 < time.monotonic() - began < 2
    assert report.fault == f"{own.label}: no sound for a second, opened again"
    assert report.speaker == own.label
    (second,) = own.open
    assert second is not first
    eventually(lambda: second.beats > 10, "it plays again")


def test_what_stalls_again_and_again_is_given_time_and_the_others_go_on(
    desk: Callable[..., Desk],
) -> None:
    """There is no other microphone."""
    own, mine = Gear("Haut-parleurs", inputs=0), headset(stalls=True)
    at = desk(hw0=own, hw1=mine)
    at.want(microphone=mine.label, open=TALK)
    at.report(lambda r: bool(r.fault), timeout=4)
    report = at.report(lambda r: bool(r.fault), timeout=4)
    assert report.problems == {"microphone": f"{mine.label}: no sound for a second"}
    assert report.speaker == own.label
    assert not mine.open
    (speaker,) = own.open
    mine.stalls = False
    assert at.report(timeout=2).microphone == mine.label, "after a second"
    assert own.open == [speaker], "not interrupted for it"


def test_for_what_stalls_again_and_again_the_default_stands_in(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_RETRY_S", (0.1,))
    monkeypatch.setattr(device, "_DISTRUST_S", 1.0)
    own, mine = inside(), headset(stalls=True)
    at = desk(hw0=own, hw1=mine)
    at.want(speaker=mine.label, open=LISTEN)
    at.report(lambda r: bool(r.fault), timeout=4)
    report = at.report(lambda r: bool(r.fault), timeout=4)
    assert (report.speaker, report.missing, report.problem) == (own.label, (mine.label,), "")
    (stand_in,) = own.open
    eventually(lambda: stand_in.beats > 30, "it plays meanwhile")
    again = at.report(lambda r: bool(r.fault), timeout=4)
    assert again.speaker == own.label, "it was tried after a second, and was silent"
    assert len(mine.streams) == 3
    mine.stalls = False
    assert at.report(lambda r: r.speaker == mine.label, timeout=4).missing == ()
    (stream,) = mine.open
    eventually(lambda: stream.beats > 10, "it plays")


def test_a_slow_first_callback_is_no_stall(desk: Callable[..., Desk]) -> None:
    own = inside()
    own.stalls = True
    at = desk(hw0=own)
    at.want(open=LISTEN)
    (stream,) = own.open
    time.sleep(1.5)  # the time it takes
    own.stalls = False
    eventually(lambda: stream.beats > 10, "it plays")
    assert own.streams == [stream]


def test_a_stream_that_ends_by_itself_is_opened_anew_at_once(desk: Callable[..., Desk]) -> None:
    own = inside()
    at = desk(hw0=own)
    at.want(open=LISTEN)
    (first,) = own.open
    first.end()
    report = at.report(lambda r: bool(r.fault), timeout=0.8)
    assert report.fault == f"{own.label}: ended by itself, opened again"
    (second,) = own.open
    eventually(lambda: second.beats > 10, "it plays again")


@pytest.mark.parametrize("place", ["open", "close", "initialise"])
def test_a_driver_that_hangs_is_told_of_and_then_only_the_last_order_counts(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(device, "_HANGS_S", 0.5)
    own, mine = inside(), headset()
    at = desk(hw0=own, hw1=mine)
    if place != "open":
        at.want(open=LISTEN)
    gate = at.portaudio.hold[place] = threading.Event()
    match place:
        case "open":
            at.thread.want(Wanted(open=LISTEN))
        case "close":
            at.thread.want(Wanted())
        case _:
            at.thread.renew()
    assert not at.thread.hangs
    began = time.monotonic()
    eventually(lambda: at.thread.hangs, "it says so")
    assert 0.3 < time.monotonic() - began < 1.5
    before = len(own.streams)
    for _ in range(5):
        at.thread.want(Wanted(open=LISTEN))
        number = at.thread.want(Wanted(speaker=mine.label, open=LISTEN))
    gate.set()
    report = at.report(lambda r: r.answers == number, timeout=2)
    assert report.speaker == mine.label
    assert len(own.streams) - before <= 1, "what was on its way"
    assert len(mine.streams) == 1
    eventually(lambda: not at.thread.hangs, "it is well again")


def test_a_burst_of_orders_opens_once(desk: Callable[..., Desk]) -> None:
    own = inside()
    at = desk(hw0=own)
    at.want()
    gate = at.portaudio.hold["open"] = threading.Event()
    at.thread.want(Wanted(open=LISTEN))  # the thread is on its way
    for _ in range(10):
        at.thread.want(Wanted())
        number = at.thread.want(Wanted(open=LISTEN))
    gate.set()
    at.report(lambda r: r.answers == number)
    assert len(own.streams) == len(own.open) == 1


def test_after_a_sleep_all_is_opened_anew_when_it_is_needed(desk: Callable[..., Desk]) -> None:
    own = inside()
    at = desk(hw0=own)
    at.want(open=LISTEN)
    at.thread.renew()
    at.report()
    assert (at.portaudio.initialisations, len(own.streams), len(own.open)) == (2, 2, 1)
    at.want()
    at.thread.renew()
    at.report()
    assert (at.portaudio.initialisations, len(own.open)) == (2, 0), "nobody needs it now"
    at.want(open=LISTEN)
    assert (at.portaudio.initialisations, len(own.open)) == (3, 1), "but now"
    at.want(open=TALK)
    assert at.portaudio.initialisations == 3


def test_a_portaudio_that_does_not_start_again_is_tried_again(desk: Callable[..., Desk]) -> None:
    own = inside()
    at = desk(hw0=own)
    at.want(open=LISTEN)
    at.portaudio.unusable = True
    at.thread.renew()
    assert at.report().problem == "sound device: Internal error"
    at.portaudio.unusable = False
    assert at.report(lambda r: not r.problem, timeout=2).speaker == own.label
    assert len(own.open) == 1


def test_a_device_that_the_watcher_knows_to_be_busy_is_found_when_it_is_free(
    desk: Callable[..., Desk],
) -> None:
    """PortAudio leaves a busy card out of its list; to the watcher nothing changes at all."""
    own, mine = inside(), headset()
    at = desk(hw0=own)
    at.watcher_sees(own, mine)
    report = at.want(speaker=mine.label, open=LISTEN)
    assert (report.speaker, report.missing) == (own.label, (mine.label,))
    at.want(speaker=mine.label)
    at.portaudio.there["hw1"] = mine
    assert at.want(speaker=mine.label, open=LISTEN).speaker == mine.label, "in the next call"


def test_a_card_of_which_a_program_has_one_direction_is_not_asked_for_it(
    desk: Callable[..., Desk],
) -> None:
    """So PortAudio lists it, when it is initialised meanwhile: with no way out, or in."""
    own, mine = inside(), headset(outputs=0)
    whole = headset()
    at = desk(hw0=own, hw1=mine)
    at.watcher_sees(own, whole, busy=(whole,))
    report = at.want(speaker=whole.label, open=LISTEN)
    assert (report.speaker, report.missing, report.problem) == (own.label, (whole.label,), "")
    at.portaudio.there["hw1"] = whole
    at.watcher_sees(own, whole)
    assert at.report(lambda r: r.speaker == whole.label, timeout=2).missing == ()
    assert len(whole.open) == 1
    assert not own.open


def test_a_card_that_was_busy_all_over_is_used_in_the_same_call_once_it_is_free(
    desk: Callable[..., Desk],
) -> None:
    own, mine = inside(), headset()
    at = desk(hw0=own)
    at.watcher_sees(own, mine, busy=(mine,))
    assert at.want(speaker=mine.label, open=LISTEN).speaker == own.label
    (stand_in,) = own.open
    eventually(lambda: stand_in.beats > 10, "it goes on")
    at.portaudio.there["hw1"] = mine
    at.watcher_sees(own, mine)
    assert at.report(lambda r: r.speaker == mine.label, timeout=2).missing == ()
    assert not own.open


def test_what_the_watcher_has_open_while_it_looks_is_looked_for_twice(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, mine = inside(), headset()
    at = desk(hw0=own)
    at.watcher_sees(own, mine)
    monkeypatch.setattr("time.sleep", lambda seconds: at.portaudio.there.update(hw1=mine))
    assert at.want(speaker=mine.label, open=LISTEN).speaker == mine.label
    assert at.portaudio.initialisations <= 3, (
        "two looks in a row; one before, if nothing was wanted"
    )
