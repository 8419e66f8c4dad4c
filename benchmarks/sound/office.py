"""An agent at a desk in a room with an echo, and a citizen far away whose ends are files.

The agent's engine has the card and all processing that is asked for. The way between the two
changes no level, so what the citizen hears beside what the microphone heard is the processing's
doing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.sound.rig import CALL, OURS, Stage, on_card
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.dialogue import await_packets, talk
from tests.support.room import Room
from tests.support.sound import TELEPHONE_RATE, Samples, write_wav

_HEADER = 44
"""Bytes before the first sample of a WAV file."""
_SLACK_S = 0.6
"""The citizen's file is written in parts of a quarter of a second, and the way takes its time."""


@dataclass
class Office:
    """The call, going on."""

    room: Room
    agent: EngineProcess
    _heard: Path

    def say(self, samples: Samples) -> tuple[Samples, Samples]:
        """Somebody speaks in the room, at the card's rate.

        Returns what the microphone heard, and what the citizen did: that is longer at both ends.
        """
        before = self._now()
        at_microphone = self.room.measure(samples)
        # The file has reached what was said last when it has grown by as much and the slack.
        seconds = len(samples) / self.room.rate + _SLACK_S
        end = before + round(seconds * TELEPHONE_RATE)
        while self._now() < end:
            await_packets(self.agent, CALL, 5)
        start = max(before - round(_SLACK_S * TELEPHONE_RATE), 0)
        raw = self._heard.read_bytes()[_HEADER:]
        heard = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")[start:end]
        return at_microphone, heard.astype(float) / 32_768

    def _now(self) -> int:
        """Samples in the citizen's file."""
        return max(self._heard.stat().st_size - _HEADER, 0) // 2


@contextmanager
def office(
    set_up: Stage,
    folder: Path,
    processing: protocol.Processing,
    says: Samples | None,
    delay_ms: float = 40,
    echo_db: float = -120,
) -> Iterator[Office]:
    """The citizen says ``says`` (at the telephone's rate) over and over, or nothing."""
    folder.mkdir()
    with (
        EngineProcess(name="agent", environment=set_up.card.environment) as agent,
        EngineProcess(name="citizen") as citizen,
        set_up.card.patch() as patch,
    ):
        heard = folder / "heard.wav"
        into_file = protocol.Sound(source="silence", sink="file", sink_file=str(heard))
        if says is not None:
            said = write_wav(folder / "says.wav", says)
            into_file = protocol.Sound(
                source="file", source_file=str(said), sink="file", sink_file=str(heard)
            )
        citizen.send(into_file)
        agent.send(protocol.Sound(source="silence", sink="nothing"))
        for number, phone in zip(OURS, (agent, citizen), strict=True):
            phone.send(set_up.pbx.account(number))
            phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
        key = talk(agent, citizen, to=f"200{OURS[1]}", call=CALL)
        ports = on_card(patch, agent, processing)
        with Room(set_up.card, ports.microphone, ports.loudspeaker, delay_ms, echo_db) as room:
            await_packets(citizen, key, 5)
            yield Office(room, agent, heard)
