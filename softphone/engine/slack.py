"""How much more of a call's sound its jitter buffer holds back than the network asks for.

The library's buffer gets longer as packets come late, and would get shorter again by leaving out
10 ms at a time: audible, and done while packets still overtake each other, so that the next late
ones are gaps. So it may not (``softphone.engine.stack``), and this says when it is time to begin
anew with an empty one, best while neither side says anything: what waits in the buffer is lost, and
for the time of an offer to the PBX and back neither side hears the other.
"""

from softphone.engine.quality import Counters

_SLACK_MS = 60.0
"""So much more than is needed, and it is worth it."""
_JITTERS = 4.0
"""Packets that are late by anything up to T alike have a jitter (RFC 3550) of a third of T, now a
little more, now a little less."""
_CALM_S, _CALM_MOST_S = 3, 48
"""Seconds for which it has to last. Twice as many after each time: the network has bad moments."""
_PAUSE_S, _PAUSE_MOST_S = 4, 60
"""So long a silence is waited for: the first where much waits, which a conversation feels."""
_MUCH_MS = 120.0
_SILENT_DBFS = -50.0


class Slack:
    """Of one call."""

    def __init__(self) -> None:
        self._seconds = 0
        self._wanted = _CALM_S

    def second(self, now: Counters | None, level: float, *, may: bool) -> bool:
        """Whether to begin anew; to be called once a second.

        ``level``: of the louder of both sides in that second, dBFS. ``may``: it is possible now.
        """
        slack = now.buffer_ms - _needed(now) if now else 0.0
        if slack < _SLACK_MS:
            self._seconds = 0
            return False
        self._seconds += 1
        waited = self._seconds - self._wanted
        pause = _PAUSE_S if slack >= _MUCH_MS else _PAUSE_MOST_S
        if not may or waited < 0 or (level > _SILENT_DBFS and waited < pause):
            return False
        self._seconds = 0
        self._wanted = min(2 * self._wanted, _CALM_MOST_S)
        return True


def _needed(now: Counters) -> float:
    return max(now.burst_ms, _JITTERS * now.jitter_ms)
