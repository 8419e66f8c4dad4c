"""A citizen calls a service that is closed: what they hear, and what they can do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pbx_config.asterisk import Asterisk
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.e2e.test_window import until
from tests.support.pbx import runtime
from tests.support.sound import level, read_wav, tone_seconds
from tests.support.town import Town

NUMBER, URGENT = "071000070", "+32470112233"
CLOSING = f"""
[[hours]]
name = "Permanence"
week = ["lun-dim 00:00-24:00"]
holidays = false

[[prompt]]
name = "Travaux fermé"
fr = "Le service des travaux est fermé. En cas d'urgence, tapez un. Sinon, laissez un message."

[[service]]
name = "Travaux"
extension = "2970"
number = "{NUMBER}"
hours = "Permanence"
closed = {{ prompt = "Travaux fermé", urgent = "{URGENT}" }}
"""


@pytest.fixture
def closed_town(town: Town) -> Iterator[Town]:
    """With a service that somebody closed just now."""
    with town.with_more(CLOSING):
        town.allo("hours", "close", "Permanence")
        yield town


def test_who_presses_1_reaches_the_one_on_duty(closed_town: Town, tmp_path: Path) -> None:
    operator = closed_town.operator()
    citizen = call(closed_town, "+32470000071", tmp_path / "heard.wav")
    citizen.send(protocol.Dtmf(call="call", digits="1"))
    urgent = operator.wait(protocol.Incoming)
    shown = Asterisk(Layout(closed_town.home / "asterisk"), runtime()).command(
        "core show channels concise"
    )
    assert f"PJSIP/{URGENT}@" in shown
    operator.send(protocol.Sound(source="tone", tone_hz=620, sink="nothing"))
    operator.send(protocol.Answer(call=urgent.call))
    operator.wait(protocol.CallState, lambda fact: fact.state == "connected")
    hear(citizen, 2)
    citizen.send(protocol.Hangup(call="call"))
    operator.wait(protocol.CallState, lambda fact: fact.state == "ended")
    assert tone_seconds(tmp_path / "heard.wav", 620) > 0.5


def test_who_waits_hears_the_prompt_and_leaves_a_message(closed_town: Town, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    citizen = call(closed_town, "+32470000072", heard)
    box = closed_town.home / "asterisk/spool/voicemail/default/2970"
    for _ in range(40):  # the prompt, the time for a key, Asterisk's own words, the signal
        hear(citizen, 1)
        if any(box.glob("tmp/*")):
            break
    hear(citizen, 4)
    citizen.send(protocol.Hangup(call="call"))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    (prompt,) = (closed_town.home / "asterisk/data/sounds/allo").glob("travaux-ferme-fr-*.wav16")
    said, _ = read_wav(prompt)
    sound, rate = read_wav(heard)
    seconds = len(said) / 16_000
    spoken = sound[: int(seconds * rate)]
    assert level(spoken) > -35, "somebody speaks as long as the prompt is"
    until(lambda: any(box.glob("INBOX/msg*.txt")), "the message is kept")
    (message,) = box.glob("INBOX/msg*.wav")
    left, rate = read_wav(message)
    assert len(left) / rate > 1
    assert np.abs(left).max() > 0.01


def call(town: Town, number: str, heard: Path) -> EngineProcess:
    """A citizen who is answered at once; says a tone, keeps what is heard."""
    citizen = town.citizen(number)
    citizen.send(protocol.Sound(source="tone", sink="file", sink_file=str(heard)))
    citizen.send(protocol.Dial(call="call", to=NUMBER))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "connected")
    return citizen


def hear(citizen: EngineProcess, seconds: int) -> None:
    """So long the call goes on: its quality is told every second."""
    for _ in range(seconds):
        citizen.wait(protocol.Quality)
