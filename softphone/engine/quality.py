"""How one call sounds: makes facts of what was counted, and knows neither library nor clock.

Once a second it is given the counters of the call's stream. Of the difference to the second before
it makes ``quality`` and, when something lasts, ``trouble``; of all seconds ``quality_summary``.
A trouble begins late and ends late, so that a banner does not flicker; that somebody is heard again
is said at once.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from softphone import protocol
from softphone.engine.mos import mos
from softphone.engine.sound.levels import SILENCE, Second

_POOR_MOS, _POOR_S = 3.0, 3
"""Below 3.1 nearly everybody is dissatisfied (G.107 Table B.1). One bad second is a hiccup."""
_HEAVY_LOSS, _HEAVY_S = 20.0, 2
"""Percent: one packet in five is missing, words are; no need to wait for a third second."""
_FINE_MOS, _FINE_S = 3.6, 5
"""From here on only some are (R = 70); and it has to stay so."""
_NOTHING_S = 3
"""The other side sends in silence as well; a shorter pause is a PBX that connects anew."""
_SILENT_DBFS, _SILENT_S = -75.0, 5
"""No room is as quiet as that at 16 bits: it is muted by its switch, or the system feeds zeros."""
_ALIVE_DBFS = -70.0
_QUIET_DBFS, _QUIET_S = -45.0, 10
"""Speech usually has an active level (ITU-T P.56) of −26 dBov; 20 dB less is a whisper."""
_HEARD_DBFS, _HEARD_S = -42.0, 2
_SPEECH_DBFS = -65.0
"""Nothing below is taken for speech, however still the room."""
_ABOVE_NOISE_DB = 10.0
"""A second with speech in it stands out so much from the stillest of the last ``_NOISE_S``."""
_NOISE_S = 60
_NO_NOISE_DBFS = -110.0
"""Below, it is not the room's noise but a device that has not begun."""
_NETWORK: tuple[protocol.TroubleKind, ...] = ("network_poor", "nothing_heard")
_MICROPHONE: tuple[protocol.TroubleKind, ...] = ("microphone_quiet", "microphone_silent")
_ENDS_MS = 60.0
"""Delay nobody measures: a packet's 20 ms, and about as much in the sound card at either end."""


@dataclass(frozen=True)
class Counters:
    """What a stream has counted since it began (RFC 3550), and how it is now."""

    codec: str
    sent: int
    received: int
    lost: int
    """Packets that did not come; less when some of them come after all."""
    late: int
    """Packets that came, and that the jitter buffer threw away: too late, or it was full."""
    gaps: int
    """Runs of lost packets."""
    reports: int
    """RTCP reports of the other side about what we send."""
    lost_there: int
    """Of ours, as the last of them says."""
    jitter_ms: float
    rtt_ms: float
    """0: not known yet."""
    buffer_ms: float
    """Of sound that waits in the jitter buffer."""
    burst_ms: float
    """Of sound that lately came at once, as the buffer remembers it."""


class CallQuality:
    """The quality of one call."""

    def __init__(self, call: str) -> None:
        self._call = call
        self._before: Counters | None = None
        self._reported = (0, 0, 0)
        """Reports, sent and lost there at the last report."""
        self._loss_there = 0.0
        self._codec = ""
        self._sent = self._received = self._lost = 0
        """Of the streams that are over."""
        self._late = 0
        """Of all of them."""
        self._scores: list[float] = []
        """MOS of each second."""
        self._rtts: list[float] = []
        self._jitter = 0.0
        self._underruns = 0
        self._troubles: set[protocol.TroubleKind] = set()
        self._poor, self._heavy, self._fine = _Run(), _Run(), _Run()
        self._nothing = _Run()
        self._silent, self._quiet, self._heard = _Run(), _Run(), _Run()
        self._inputs: deque[float] = deque(maxlen=_NOISE_S)

    def second(
        self, now: Counters | None, sound: Second, *, muted: bool
    ) -> Sequence[protocol.Quality | protocol.Trouble]:
        """To be called once a second; ``now`` is None while nobody is to hear anything (hold).

        The first second of a stream says nothing: it is not a whole one.
        """
        before, self._before = self._before, now
        if now is None:
            return [*self._network_forgotten(), *self._microphone_forgotten()]
        if before is None:
            return []
        quality = self._measure(before, now, sound, muted=muted)
        received = now.received - before.received
        return [quality, *self._network(quality, received), *self._microphone(sound, muted)]

    def stream_over(self, last: Counters) -> None:
        """The stream ends with these counters: on hold, or the call does."""
        self._codec = last.codec
        self._sent += last.sent
        self._received += last.received
        self._lost += last.lost
        if not self._scores and last.received:
            # Shorter than two seconds: better this than nothing.
            loss = _loss(last.received, last.lost, late=0)
            self._scores.append(mos(last.codec, loss=loss, delay_ms=_delay(last, 0.0)))
            self._jitter = last.jitter_ms
        self._before = None
        self._reported, self._loss_there = (0, 0, 0), 0.0

    def summary(self, seconds: float) -> protocol.QualitySummary | None:
        """Of all of it, when its last stream is over; None: there never was sound."""
        if not self._scores:
            return None
        return protocol.QualitySummary(
            call=self._call,
            codec=self._codec,
            seconds=round(seconds, 2),
            mos=round(_mean(self._scores), 2),
            mos_lowest=round(min(self._scores), 2),
            sent=self._sent,
            received=self._received,
            lost=self._lost + self._late,
            jitter_ms=round(self._jitter, 1),
            rtt_ms=round(_mean(self._rtts), 1),
            underruns=self._underruns,
        )

    def _measure(
        self, before: Counters, now: Counters, sound: Second, *, muted: bool
    ) -> protocol.Quality:
        received = now.received - before.received
        lost = max(0, now.lost - before.lost)
        late = now.late - before.late
        loss = _loss(received, lost, late)
        burst = _burst(lost, now.gaps - before.gaps, loss)
        delay = _delay(now, now.buffer_ms)
        score = mos(now.codec, loss=loss, delay_ms=delay, burst=burst) if received else 1.0
        self._late += late
        self._codec = now.codec
        self._scores.append(score)
        self._jitter = max(self._jitter, now.jitter_ms)
        self._underruns += sound.underruns
        if now.rtt_ms:
            self._rtts.append(now.rtt_ms)
        return protocol.Quality(
            call=self._call,
            codec=now.codec,
            mos=round(score, 2),
            loss=round(loss, 1),
            loss_there=round(self._lost_there(now), 1),
            jitter_ms=round(now.jitter_ms, 1),
            rtt_ms=round(now.rtt_ms, 1),
            buffer_ms=now.buffer_ms,
            input=SILENCE if muted else round(sound.input, 1),
            output=round(sound.output, 1),
            underruns=sound.underruns,
        )

    def _lost_there(self, now: Counters) -> float:
        """Percent since the report before the last one; they come every five seconds or so."""
        reports, sent, lost = self._reported
        if now.reports != reports:
            ours = now.sent - sent
            missing = min(max(0, now.lost_there - lost), ours)
            self._loss_there = 100 * missing / ours if ours else 0.0
            self._reported = now.reports, now.sent, now.lost_there
        return self._loss_there

    def _network(self, quality: protocol.Quality, received: int) -> Iterator[protocol.Trouble]:
        nothing = self._nothing.step(received == 0) >= _NOTHING_S
        yield from self._say("nothing_heard", on=nothing, off=received > 0)
        if not received:
            return  # one cause, one trouble; and silence is no proof that the network is well
        poor = self._poor.step(quality.mos < _POOR_MOS) >= _POOR_S
        # What the other side misses of us nobody here hears; its reports come every five seconds.
        lost = max(quality.loss, quality.loss_there)
        heavy = self._heavy.step(lost >= _HEAVY_LOSS) >= _HEAVY_S
        well = quality.mos >= _FINE_MOS and lost < _HEAVY_LOSS
        fine = self._fine.step(well) >= _FINE_S
        yield from self._say("network_poor", on=poor or heavy, off=fine)

    def _microphone(self, sound: Second, muted: bool) -> Iterator[protocol.Trouble]:
        if muted or sound.microphone is None:
            yield from self._microphone_forgotten()
            return
        silent = self._silent.step(sound.microphone <= _SILENT_DBFS) >= _SILENT_S
        alive = sound.microphone > _ALIVE_DBFS
        yield from self._say("microphone_silent", on=silent, off=alive)
        if self._speaks(sound.input):
            quiet = self._quiet.step(sound.input < _QUIET_DBFS) >= _QUIET_S
            heard = self._heard.step(sound.input >= _HEARD_DBFS) >= _HEARD_S
            yield from self._say("microphone_quiet", on=quiet, off=heard)

    def _speaks(self, level: float) -> bool:
        """Whether there is speech in this second: not whoever only listens, nor a fan."""
        if level > _NO_NOISE_DBFS:
            self._inputs.append(level)
        return level > _SPEECH_DBFS and level >= min(self._inputs) + _ABOVE_NOISE_DB

    def _say(
        self, what: protocol.TroubleKind, *, on: bool, off: bool
    ) -> Iterator[protocol.Trouble]:
        if on and what not in self._troubles:
            self._troubles.add(what)
            yield protocol.Trouble(call=self._call, what=what, on=True)
        elif off and what in self._troubles:
            self._troubles.remove(what)
            yield protocol.Trouble(call=self._call, what=what, on=False)

    def _network_forgotten(self) -> Iterator[protocol.Trouble]:
        for run in (self._nothing, self._poor, self._heavy, self._fine):
            run.step(False)
        for what in _NETWORK:
            yield from self._say(what, on=False, off=True)

    def _microphone_forgotten(self) -> Iterator[protocol.Trouble]:
        for run in (self._silent, self._quiet, self._heard):
            run.step(False)
        for what in _MICROPHONE:
            yield from self._say(what, on=False, off=True)


class _Run:
    """For how many seconds in a row something holds."""

    def __init__(self) -> None:
        self._seconds = 0

    def step(self, holds: bool) -> int:
        """One more second in which it holds, or does not."""
        self._seconds = self._seconds + 1 if holds else 0
        return self._seconds


def _loss(received: int, lost: int, late: int) -> float:
    """Percent of the packets that was not there to be played; the late ones are among the received.

    No packet at all is everything lost: this phone, Asterisk and the operator send in silence too.
    """
    return 100.0 * min(1.0, (lost + late) / (received + lost)) if received else 100.0


def _burst(lost: int, gaps: int, loss: float) -> float:
    """BurstR of G.107: the mean run of lost packets, compared with that of random loss."""
    return lost / gaps * (1 - loss / 100) if gaps > 0 else 1.0


def _delay(now: Counters, buffer_ms: float) -> float:
    """From mouth to ear, ms, as far as it is known."""
    # Half the way to the PBX and back: how far it is from there to the other side, nobody says.
    # The buffer's level is that of a moment; on the whole it holds back what packets differ.
    return now.rtt_ms / 2 + max(buffer_ms, now.jitter_ms) + _ENDS_MS


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
