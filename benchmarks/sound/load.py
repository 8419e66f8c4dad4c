"""A long call while the machine has other things to do: is there ever a gap?

- One core is kept busy by a program of its own, two engines talk; then two of baresip's, for a
  minute.
- The real window is resized, and so painted, all the time, on a virtual screen; its own engine
  talks with one beside it. Both directions are listened to.

All processing is on, as the phone is shipped. So the microphone hears a siren all along, and not a
tone, which would be taken for noise. Where the other side says a tone meanwhile the siren stays
above it, and is listened to from when the echo canceller has noticed that the tone does not come
back (after six seconds): what both sides say at once it takes for echo, which is no gap. A gap is
silence of more than 40 ms. Where the probe itself had no processor time nobody knows: its share of
the time says how much the rest is worth.
"""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.sound.rig import ON, Stage, Talk, stage
from softphone import protocol
from softphone.state import State
from tests.support import hearing
from tests.support.probe import Probe
from tests.support.robot import connected
from tests.support.screen import Screen, screen
from tests.support.sound import Samples, SoundCard, read_wav, siren, sound_card
from tests.support.town import Town

SECONDS = 60
SETTLED_S = 10
"""The gain has found its level then, and the echo canceller believes that there is no echo."""
ROBOT_HZ = 300
LOWEST_HZ = 800
"""Of the siren, over the robot's tone."""
GAP_MS = 40.0
UNHEARD = 5.0
"""Percent; beyond it a run says too little."""
SIZES = ((1280, 720), (900, 640), (1100, 700), (1000, 680))
PAUSE_S = 0.05
"""Between two sizes: about as often as a hand that drags a corner."""


@dataclass(frozen=True)
class Listened:
    """What came of one call."""

    gaps: list[float]
    """All of them, ms."""
    unheard: float
    """Percent of the time."""


def busy(folder: Path, seconds: int) -> Iterator[Result]:
    """One core has work without end. What ours does is told before baresip begins."""
    with stage(folder) as set_up, work(seconds):
        with set_up.ours(ON) as talk:
            heard = _listen_to(set_up, talk, seconds)
            anew = talk.opened_anew()
        what = f"one core busy, {seconds} s, processing on"
        yield Result("sound", f"{what}: gaps over {GAP_MS:g} ms", _long(heard.gaps), "", target=0)
        yield Result("sound", f"{what}: longest gap", max(heard.gaps, default=0.0), "ms")
        yield Result("sound", f"{what}: not listened to", heard.unheard, "% of the time",
                     target=UNHEARD)  # fmt: skip
        yield Result("sound", f"{what}: cards opened anew", anew, "", target=0)
        with set_up.baresip() as talk:
            heard = _listen_to(set_up, talk, SECONDS)
    what = f"one core busy, {SECONDS} s of baresip"
    yield Result("sound", f"{what}: gaps over {GAP_MS:g} ms", _long(heard.gaps), "")
    yield Result("sound", f"{what}: longest gap", max(heard.gaps, default=0.0), "ms")
    yield Result("sound", f"{what}: not listened to", heard.unheard, "% of the time")


def window(folder: Path, seconds: int) -> list[Result]:
    """The window has one size after the other while its engine is in a call."""
    with (
        Town(folder / "town") as town,
        sound_card() as card,
        screen() as desk,
        card.patch() as patch,
    ):
        town.start()
        home = town.home / "phones" / "2004"
        town.phone("2004").close()
        robot = town.phone("2005")
        robot.wait("robot gone", lambda state: _presence(state, "2004") == "offline", 20)
        file = folder / "heard.wav"
        robot.engine.send(
            protocol.Sound(source="tone", tone_hz=ROBOT_HZ, sink="file", sink_file=str(file))
        )
        with _window(home, desk, card) as shown:
            robot.wait("registration", lambda state: _presence(state, "2004") == "free", 20)
            robot.dial("c", "2004")
            robot.wait("ring", lambda state: _presence(state, "2004") == "ringing")
            desk.focus(shown)
            desk.press("F3")
            robot.wait("answer", connected("c"))
            microphone = patch.await_port("in", "PortAudio")
            loudspeaker = patch.await_port("out", "PortAudio")
            with Probe(card, microphone, loudspeaker) as probe, _dragged(desk, shown):
                here = _listen(probe, seconds)
        robot.engine.wait(protocol.CallState, lambda fact: fact.state == "ended")
        there, rate = read_wav(file)
    what = f"window resized all the time, {seconds} s, processing on"
    beyond = _there(there, rate, seconds)
    return [
        Result("sound", f"{what}: gaps over {GAP_MS:g} ms here", _long(here.gaps), "", target=0),
        Result("sound", f"{what}: gaps over {GAP_MS:g} ms at the other side", _long(beyond.gaps),
               "", target=0),
        Result("sound", f"{what}: longest gap", max([*here.gaps, *beyond.gaps], default=0.0), "ms"),
        Result("sound", f"{what}: not listened to", here.unheard, "% of the time", target=UNHEARD),
        Result("sound", f"{what}: not listened to at the other side", beyond.unheard,
               "% of the time", target=UNHEARD),
    ]  # fmt: skip


@contextmanager
def work(seconds: int) -> Iterator[None]:
    """A program that computes as long as it is let, and at most three times as long as that."""
    spin = (sys.executable, "-c", "while True: pass")
    program = subprocess.Popen(["timeout", str(3 * seconds + 60), *spin])
    try:
        yield
    finally:
        program.terminate()
        program.wait(5)


@contextmanager
def _window(home: Path, desk: Screen, card: SoundCard) -> Iterator[str]:
    program = subprocess.Popen(
        [sys.executable, "-m", "softphone.main", "--home", str(home)],
        env={**desk.environment, **card.environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield desk.window("allo")
    finally:
        program.terminate()
        program.wait(10)


@contextmanager
def _dragged(desk: Screen, shown: str) -> Iterator[None]:
    """The window's size changes while the block lasts."""
    still = threading.Event()

    def drag() -> None:
        number = 0
        while not still.wait(PAUSE_S):
            desk.resize(shown, *SIZES[number % len(SIZES)])
            number += 1

    hand = threading.Thread(target=drag, name="hand", daemon=True)
    hand.start()
    try:
        yield
    finally:
        still.set()
        hand.join(5)


def _listen_to(set_up: Stage, talk: Talk, seconds: int) -> Listened:
    with Probe(set_up.card, talk.into, talk.source) as probe:
        return _listen(probe, seconds)


def _listen(probe: Probe, seconds: int) -> Listened:
    lengths, missed = [], []
    for part in probe.steady(siren(probe.rate, lowest=LOWEST_HZ), seconds, SETTLED_S):
        lengths += hearing.gaps(part, probe.rate)
        missed.append(hearing.unheard(part))
    return Listened(lengths, float(np.mean(missed)))


def _there(heard: Samples, rate: int, seconds: int) -> Listened:
    """What the other side heard, from when it had settled until the siren ended."""
    loud = np.flatnonzero(np.abs(heard) > 0.01)
    assert len(loud), "the other side heard nothing"
    sound = heard[loud[0] + SETTLED_S * rate : loud[-1]]
    missing = 100 * (1 - len(sound) / rate / seconds)
    return Listened(hearing.gaps(sound, rate), max(missing, 0.0))


def _long(lengths: Iterable[float]) -> int:
    return sum(length > GAP_MS for length in lengths)


def _presence(state: State, extension: str) -> str:
    return next((c.presence for c in state.colleagues if c.extension == extension), "unknown")
