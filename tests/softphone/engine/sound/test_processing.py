"""WebRTC's processing by itself: echo, noise, switches. Whole calls are in the benchmarks."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from softphone import protocol
from softphone.engine.sound import processing as module
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.samples import BLOCK, RATE, Samples
from softphone.engine_process import EngineProcess
from tests.support import sound


def processing(**switches: bool) -> Processing:
    off = {"echo": False, "noise": False, "gain": False, "high_pass": False}
    made = Processing()
    made.switch(protocol.Processing(**{**off, **switches}))
    made.prepare(delay_ms=20)
    return made


def run(made: Processing, microphone: sound.Samples, speaker: sound.Samples) -> sound.Samples:
    said = []
    for at in range(0, len(microphone) - BLOCK + 1, BLOCK):
        made.heard(int16(speaker[at : at + BLOCK]))
        said.append(made.said(int16(microphone[at : at + BLOCK])))
    return np.concatenate(said) / 32768


def int16(samples: sound.Samples) -> Samples:
    return np.asarray(samples * 32767, np.int16)


@pytest.mark.parametrize("delay_ms", [40, 80, 120])
def test_the_speakers_echo_is_gone_after_two_seconds(delay_ms: int) -> None:
    far = sound.speech(6.0)
    echo = 0.5 * np.concatenate([np.zeros(delay_ms * RATE // 1000), far])[: len(far)]
    said = run(processing(echo=True), echo, far)
    loss = sound.level(echo[2 * RATE :]) - sound.level(said[2 * RATE :])
    assert loss >= 30


def test_steady_noise_goes_down_and_speech_stays() -> None:
    noise = np.random.default_rng(1).standard_normal(8 * RATE) * 10 ** (-45 / 20)
    quiet = run(processing(noise=True), noise, np.zeros_like(noise))
    assert sound.level(noise[4 * RATE :]) - sound.level(quiet[4 * RATE :]) >= 12
    speech = sound.speech(8.0)
    said = run(processing(noise=True), speech, np.zeros_like(speech))
    assert sound.level(speech[4 * RATE :]) - sound.level(said[4 * RATE :]) <= 2


def test_a_low_voice_is_raised() -> None:
    low = sound.speech(8.0, db=-38)
    said = run(processing(gain=True), low, np.zeros_like(low))
    assert sound.level(said[5 * RATE :]) > -38 + 2


def test_rumble_goes() -> None:
    rumble = sound.tone(30, 3.0, RATE)
    said = run(processing(high_pass=True), rumble, np.zeros_like(rumble))
    assert sound.level(rumble) - sound.level(said[RATE:]) > 10


def test_all_off_changes_nothing() -> None:
    made = processing()
    speech = sound.speech(1.0)
    assert made.problem == ""
    assert np.array_equal(run(made, speech, speech) * 32768, int16(speech))


def test_switched_while_it_runs() -> None:
    rumble = sound.tone(30, 2.0, RATE)
    made = processing(high_pass=True)
    assert sound.level(run(made, rumble, rumble)[RATE:]) < -25
    made.switch(protocol.Processing(echo=False, noise=False, gain=False, high_pass=False))
    assert sound.level(run(made, rumble, rumble)) == pytest.approx(-15, abs=0.1)


def test_without_the_library_the_microphone_works_unprocessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The narrowest seam: a package that cannot be imported."""
    blocked: dict[str, Any] = {name: None for name in sys.modules if name.startswith("livekit.")}
    for name in {*blocked, "livekit.rtc", "livekit.rtc.apm"}:
        monkeypatch.setitem(sys.modules, name, None)
    made = processing(echo=True, noise=True)
    assert "livekit" in made.problem
    speech = sound.speech(0.5)
    assert np.array_equal(run(made, speech, speech) * 32768, int16(speech))
    made.switch(protocol.Processing(echo=False, noise=False, gain=False, high_pass=False))
    assert made.problem == "", "nothing is wanted, so nothing is wrong"


BAD = {"RATE": 1000, "BLOCK": 10}
"""A rate that the module refuses, with an answer. (A block of a wrong length ends the process.)"""


@pytest.mark.parametrize("request_", ["_say", "_hear"])
def test_an_error_that_the_module_answers_is_a_problem_until_blocks_go_well_again(
    monkeypatch: pytest.MonkeyPatch, request_: str
) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    block = int16(sound.speech(0.01))
    made = processing(echo=True)
    made.heard(block)
    made.said(block)
    assert made.problem == ""

    with monkeypatch.context() as patch:
        for name, value in BAD.items():
            patch.setattr(module, name, value)
        bad = processing(echo=True)
    good = getattr(made._module, request_)
    setattr(made._module, request_, getattr(bad._module, request_))
    made.heard(block)
    assert made.said(block).any(), "one is heard all the same"
    assert "Failed to process" in made.problem

    setattr(made._module, request_, good)
    now[0] += 4.9
    made.heard(block)
    made.said(block)
    assert made.problem
    now[0] += 0.2
    made.said(block)
    assert made.problem == ""


def test_a_module_that_is_gone_is_a_problem() -> None:
    """The library then answers nothing at all."""
    made = processing(noise=True)
    assert made._module
    made._module._apm._ffi_handle.dispose()
    block = int16(sound.speech(0.01))
    assert np.array_equal(made.said(block), block)
    assert made.problem


def test_a_delay_that_no_driver_can_mean_leaves_the_sound_alone() -> None:
    """It is only a hint, and was laid at the sound device's door."""
    made = processing(echo=True)
    made.prepare(delay_ms=-5)
    assert "delay" in made.problem


def test_an_engine_without_the_library_says_so(
    engine: Callable[..., EngineProcess], tmp_path: Path
) -> None:
    (tmp_path / "livekit").mkdir()
    (tmp_path / "livekit/__init__.py").write_text("")
    marie = engine("bare", environment={"PYTHONPATH": str(tmp_path)})
    marie.send(protocol.Sound())
    state = marie.wait(protocol.SoundState, lambda f: bool(f.processing))
    assert "livekit" in state.processing
    marie.send(protocol.Processing(echo=False, noise=False, gain=False, high_pass=False))
    assert marie.wait(protocol.SoundState).processing == ""
    marie.send(protocol.Processing())
    assert "livekit" in marie.wait(protocol.SoundState).processing
