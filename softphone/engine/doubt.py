"""An offer of ours that nobody answers: is the call still there?

When the far side hangs up in the very moment in which our connection is lost or made anew, the
PBX's BYE goes to the one that is gone, and then it answers nothing more for that call: neither our
re-INVITE nor is there another BYE (seen with Asterisk 22). RFC 3261 would have us wait 32 s.
"""

import time

_PATIENCE_S = 5.0
"""Any living PBX has answered by then; one that sends sound may take longer."""
_AGAIN_S = 1.0


class Doubt:
    """Begins with the offer; dropped with its answer."""

    def __init__(self, received: int | None) -> None:
        """``received``: RTP packets so far, ``None`` when none are to come (on hold)."""
        self._received = received
        self._look_at = time.monotonic() + _PATIENCE_S

    def due(self) -> bool:
        """It is time to ask ``hopeless``."""
        return time.monotonic() >= self._look_at

    def hopeless(self, received: int | None) -> bool:
        """No answer, and no sound since the last look: nobody is there."""
        before, self._received = self._received, received
        self._look_at = time.monotonic() + _AGAIN_S
        return before is not None and received is not None and received == before
