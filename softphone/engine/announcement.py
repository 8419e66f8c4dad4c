"""Whether the other side of one call was told that it may be recorded, and by whom we know.

Only the PBX can say so: in the INVITE, or after we asked it in the call. What it told one person
holds for nobody else.
"""

import time

from softphone import protocol
from softphone.engine.outbox import Outbox

KEYS = "D1"
"""Pressed in a call they ask the PBX to announce (its feature ``announce``)."""
_PATIENCE_S = 30.0
"""The longest announcement."""


class Announcement:
    """What the other side of the call ``key`` was told."""

    def __init__(self, key: str, outbox: Outbox) -> None:
        self.made = False
        """They know."""
        self._key = key
        self._outbox = outbox
        self._late_at: float | None = None
        """Until when we wait for the PBX, on the clock of ``time.monotonic``; ``None``: for
        nothing."""

    @property
    def under_way(self) -> bool:
        """We asked, and have no answer yet."""
        return self._late_at is not None

    def asked(self) -> None:
        """We asked the PBX to announce."""
        self._late_at = time.monotonic() + _PATIENCE_S

    def heard(self) -> None:
        """The PBX says that they heard it; without our asking that means nothing."""
        if self._late_at is not None:
            self._late_at = None
            self.made = True
            self.tell()

    def tell(self) -> None:
        """Say that they know, if they do."""
        if self.made:
            self._outbox.put(protocol.Recordable(call=self._key))

    def void(self) -> bool:
        """The other side is somebody else now; whether the one before knew."""
        if self._late_at is not None:
            message = "the other side is somebody else now"
            self._outbox.put(protocol.Error(command="announce", call=self._key, message=message))
        knew, self.made, self._late_at = self.made, False, None
        if knew:
            self._outbox.put(protocol.Recordable(call=self._key, on=False))
        return knew

    def tick(self) -> None:
        """Do what is due."""
        if self._late_at is not None and time.monotonic() >= self._late_at:
            self._late_at = None
            message = "the exchange does not say that the other side heard the announcement"
            self._outbox.put(protocol.Error(command="announce", call=self._key, message=message))
