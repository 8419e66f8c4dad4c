"""What is open and what is played, in all orders of events: with a bridge and devices that only
remember. Whether it sounds is heard in ``test_device``."""

from types import SimpleNamespace
from typing import Any

import pytest

from softphone import protocol
from softphone.engine.faults import Refused
from softphone.engine.sound import route as route_module
from softphone.engine.sound import tones
from softphone.engine.sound.device import DeviceReport, Wanted
from softphone.engine.sound.route import REMIND_S, SoundRoute
from softphone.engine.sound.tones import Tone


class Audio:
    """A call's port in the bridge."""

    def startTransmit(self, sink: object) -> None: ...

    def stopTransmit(self, sink: object) -> None: ...


class Port(Audio):
    def __init__(self, outbox: object, thread: object) -> None:
        self.plug(None, None)

    def plug(self, source: object, sink: object) -> None:
        self.source, self.sink = source, sink
        self.source_trouble = SimpleNamespace(problem="")
        self.sink_trouble = SimpleNamespace(problem="")

    def startTransmit2(self, sink: object, level: object) -> None: ...


class Devices:
    """The device thread: does all at once."""

    late = 0
    hangs = False

    def __init__(self, *ends: Any) -> None:
        self.tell = ends[-1]
        self.wanted = Wanted()
        self.number = 0

    def want(self, wanted: Wanted) -> int:
        self.wanted, self.number = wanted, self.number + 1
        return self.number

    def on_devices(self, there: protocol.Devices) -> None: ...

    def close(self) -> None:
        self.wanted = Wanted()


class Desk:
    """A route, and what came of what was done to it."""

    def __init__(self) -> None:
        self.facts: list[protocol.Fact] = []
        self.attentive: list[bool] = []
        bridge = SimpleNamespace(setNullDev=lambda: None, setNoDev=lambda: None)
        self.route = SoundRoute(
            SimpleNamespace(audDevManager=lambda: bridge),
            lambda report: None,
            SimpleNamespace(put=self.facts.append),  # type: ignore[arg-type]
            self.attentive.append,
        )

    @property
    def devices(self) -> Devices:
        device: Any = self.route._device
        assert isinstance(device, Devices)
        return device

    @property
    def open(self) -> set[str]:
        return set(self.devices.wanted.open)

    @property
    def tone(self) -> Tone | None:
        return self.route._playing

    def report(self, **problems: str) -> None:
        """The device thread has done it, or not all of it."""
        names = {r: "Casque" for r in ("microphone", "speaker", "ring") if r not in problems}
        self.route.on_device(
            DeviceReport(answers=self.devices.number, problems=problems, **names)  # type: ignore[arg-type]
        )

    def said(self) -> list[protocol.SoundState]:
        """Of the sound, since it was last asked."""
        self.route.tick()
        told = [fact for fact in self.facts if isinstance(fact, protocol.SoundState)]
        self.facts.clear()
        return told


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(route_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(route_module, "DeviceThread", Devices)
    monkeypatch.setattr(route_module, "Port", Port)
    return Desk()


def test_nothing_is_open_at_rest(desk: Desk) -> None:
    desk.route.look()
    assert desk.open == set()
    desk.route.connect("c", Audio())
    assert desk.open == {"microphone", "speaker"}
    desk.route.disconnect("c")
    assert desk.open == set()


def test_a_call_rings_then_talks(desk: Desk) -> None:
    desk.route.ring("internal")
    assert (desk.open, desk.tone) == ({"ring"}, None)
    desk.route.ring(None)
    desk.route.connect("c", Audio())
    assert (desk.open, desk.tone) == ({"microphone", "speaker"}, None)


def test_ringback_ends_with_the_others_sound(desk: Desk) -> None:
    desk.route.dialling()
    desk.route.rings_there("c")
    assert (desk.open, desk.tone) == ({"speaker"}, tones.RINGBACK)
    desk.route.connect("c", Audio())
    assert desk.tone is None
    desk.route.rings_there("c")
    assert desk.tone is None, "its sound is there already"


def test_who_calls_while_it_rings_there_is_heard_and_nothing_else(desk: Desk) -> None:
    """One stream at a time: both may be meant for one device that only one can have."""
    desk.route.rings_there("c")
    desk.route.ring("external")
    assert (desk.open, desk.tone) == ({"ring"}, None)
    desk.route.ring(None)
    assert (desk.open, desk.tone) == ({"speaker"}, tones.RINGBACK)


def test_the_tone_of_a_call_that_came_to_nothing_ends(desk: Desk, clock: list[float]) -> None:
    desk.route.came_to_nothing("busy")
    assert (desk.open, desk.tone) == ({"speaker"}, tones.BUSY)
    clock[0] += 10
    desk.route.tick()
    assert (desk.open, desk.tone) == (set(), None)


def test_it_is_not_heard_in_the_next_call(desk: Desk, clock: list[float]) -> None:
    desk.route.came_to_nothing("busy")
    desk.route.dialling()
    assert desk.tone is None
    desk.route.came_to_nothing("congestion")
    desk.route.ring("queue")
    assert (desk.open, desk.tone) == ({"ring"}, None)
    desk.route.ring(None)
    assert desk.tone is None


def test_a_second_caller_beeps_and_beeps_no_more(desk: Desk) -> None:
    desk.route.connect("c", Audio())
    desk.route.ring("queue-2")
    assert (desk.open, desk.tone) == ({"microphone", "speaker"}, tones.CALL_WAITING)
    desk.route.ring(None)
    assert desk.tone is None


def test_who_waits_long_is_not_forgotten(desk: Desk, clock: list[float]) -> None:
    desk.route.connect("c", Audio())
    desk.route.pause("c")
    desk.route.on_hold(True)
    desk.route.tick()
    assert (desk.open, desk.tone) == (set(), None)
    clock[0] += REMIND_S + 1
    desk.route.tick()
    assert (desk.open, desk.tone) == ({"speaker"}, tones.HOLD_REMINDER)
    desk.route.ring("external")
    assert desk.open == {"ring"}
    desk.route.ring(None)
    assert (desk.open, desk.tone) == ({"speaker"}, tones.HOLD_REMINDER)
    desk.route.on_hold(False)
    assert desk.open == set()


def test_a_trial_gives_way_to_whatever_comes(desk: Desk) -> None:
    desk.route.try_out(protocol.SoundTest(what="speaker"))
    speaker = desk.route._speaker
    assert (desk.open, speaker.player is not None) == ({"speaker"}, True)
    desk.route.ring("external")
    assert (desk.open, speaker.player) == ({"ring"}, None)
    desk.route.ring(None)
    desk.route.try_out(protocol.SoundTest(what="microphone"))
    assert desk.open == {"microphone"}
    desk.route.dialling()
    assert (desk.open, desk.route._microphone.taps) == (set(), ())
    desk.route.try_out(protocol.SoundTest(what="ring"))
    assert desk.open == {"ring"}
    desk.route.connect("c", Audio())
    assert (desk.open, desk.route._ringer.player) == ({"microphone", "speaker"}, None)


@pytest.mark.parametrize("busy", ["call", "ring", "ringback", "hold"])
def test_no_trial_while_somebody_is_at_it(desk: Desk, busy: str) -> None:
    {
        "call": lambda: desk.route.connect("c", Audio()),
        "ring": lambda: desk.route.ring("external"),
        "ringback": lambda: desk.route.rings_there("c"),
        "hold": lambda: desk.route.on_hold(True),
    }[busy]()
    before = desk.tone, desk.route._speaker.player
    with pytest.raises(Refused, match="call"):
        desk.route.try_out(protocol.SoundTest(what="speaker"))
    assert (desk.tone, desk.route._speaker.player) == before


def test_new_devices_are_looked_out_for_once_ours_are_open(desk: Desk) -> None:
    """Not while we open them: a look opens each of them for a moment, too."""
    desk.route.connect("c", Audio())
    assert desk.attentive == []
    desk.report()
    assert desk.attentive == [True]
    desk.route.disconnect("c")
    desk.report()
    assert desk.attentive == [True, False]


def test_another_melody_during_a_call_leaves_the_call_alone(desk: Desk) -> None:
    desk.route.choose(protocol.Sound(source="tone", sink="nothing"))
    desk.route.connect("c", Audio())
    assert desk.route._port
    before = desk.route._port.source
    desk.route.choose(protocol.Sound(source="tone", sink="nothing", ring_melody="queue"))
    assert desk.route._port.source is before
    desk.route.choose(protocol.Sound(source="silence", sink="nothing"))
    assert desk.route._port.source is not before


def test_processing_that_does_not_load_is_told_and_when_it_is_switched_off(desk: Desk) -> None:
    desk.route.connect("c", Audio())
    desk.report()
    assert [state.processing for state in desk.said()] == [""]
    desk.route._processing._missing = "no wheel for this machine"
    (state,) = desk.said()
    assert (state.device, state.problem, state.processing) == (
        True, "", "no wheel for this machine",
    )  # fmt: skip
    assert desk.said() == [], "once"
    desk.report(speaker="gone")
    assert [state.processing for state in desk.said()] == ["no wheel for this machine"]
    desk.route._processing._missing = ""
    assert [state.processing for state in desk.said()] == [""]


def test_a_direction_that_fails_is_told_and_when_it_works_again(desk: Desk) -> None:
    desk.route.connect("c", Audio())
    desk.report()
    desk.said()
    port: Any = desk.route._port
    port.source_trouble.problem = "ValueError: broken"
    (state,) = desk.said()
    assert (state.device, state.problem) == (False, "sound into calls: ValueError: broken")
    assert (state.input_problem, state.output_problem) == ("fault", "")
    assert desk.said() == []
    port.source_trouble.problem = ""
    (state,) = desk.said()
    assert (state.device, state.problem, state.input_problem) == (True, "", "")


def test_what_failed_is_over_with_the_call(desk: Desk) -> None:
    desk.route.connect("c", Audio())
    desk.report()
    port: Any = desk.route._port
    port.sink_trouble.problem = "ValueError: broken"
    assert desk.said()[-1].output_problem == "fault"
    desk.route.disconnect("c")
    desk.report()
    assert desk.said()[-1].output_problem == ""


def test_a_card_that_is_held_is_told_from_one_that_is_gone(desk: Desk) -> None:
    mine = protocol.Device(name="Casque", inputs=1, outputs=2)
    desk.route.on_devices(protocol.Devices(devices=(mine,), input="Casque", output="Casque"))
    desk.route.connect("c", Audio())
    desk.report(speaker="no sound output device")
    assert [state.output_problem for state in desk.said()] == ["refuses"]
    desk.route.on_devices(protocol.Devices(devices=()))
    desk.report(speaker="no sound output device")
    assert [state.output_problem for state in desk.said()] == ["absent"]


def test_a_driver_that_hangs_is_told_as_such(desk: Desk) -> None:
    desk.route.connect("c", Audio())
    desk.report()
    desk.said()
    desk.devices.hangs = True
    (state,) = desk.said()
    assert (state.device, state.input_problem, state.output_problem) == (False, "hangs", "hangs")
    desk.devices.hangs = False
    desk.report()
    assert [state.device for state in desk.said()] == [True]
