"""Whom we watch: the PBX's hints by SUBSCRIBE (RFC 6665, presence RFC 3856, body RFC 3863).

One subscription an extension. The PBX says the state in the words of its note, which is what
Asterisk's PIDF has for all of them (``res_pjsip``, presence_xml).
"""

import pjsua2 as pj

from softphone import protocol
from softphone.engine.addresses import server_uri
from softphone.engine.faults import Refused
from softphone.engine.outbox import Outbox
from softphone.engine.sip import SipAccount, SipBuddy

MOST = 200
"""The library has 256 places (PJSUA_MAX_BUDDIES)."""

_BY_NOTE: dict[str, protocol.WatchedState] = {
    "ready": "free",
    "ringing": "ringing",
    "on the phone": "busy",
    "on hold": "held",
    "unavailable": "offline",
}


class Watching:
    """Subscriptions of the line, by extension."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._account: SipAccount | None = None
        self._settings: protocol.Account | None = None
        self._wanted: tuple[str, ...] = ()
        self._buddies: dict[str, SipBuddy] = {}
        self._said: dict[str, protocol.WatchedState] = {}
        self._up = False
        """We are registered."""

    def use(self, account: SipAccount | None, settings: protocol.Account | None) -> None:
        """Watch with this account from its next registration on, or not at all."""
        self._buddies.clear()
        self._said.clear()
        self._up = False
        self._account, self._settings = account, settings

    def watch(self, extensions: tuple[str, ...]) -> None:
        """Watch these and no others; raises ``Refused``."""
        wanted = tuple(dict.fromkeys(extensions))
        if len(wanted) > MOST:
            raise Refused(f"no more than {MOST} extensions can be watched")
        self._wanted = wanted
        for extension in set(self._buddies) - set(wanted):
            del self._buddies[extension]
            self._said.pop(extension, None)
        if self._up:
            self.renew()

    def renew(self) -> None:
        """We are registered, on a connection that may be a new one: subscribe (again)."""
        account, at = self._account, self._settings
        if not account or not at:
            return
        self._up = True
        self._buddies.clear()  # the PBX would go on telling the old connection
        for extension in self._wanted:
            buddy = SipBuddy(self._outbox, self, extension)
            config = pj.BuddyConfig()
            config.uri = server_uri(at.host, at.port, at.transport, extension)
            config.subscribe = True
            buddy.create(account, config)
            self._buddies[extension] = buddy

    def lost(self) -> None:
        """No connection: nobody's state is known."""
        self._up = False
        for extension in self._wanted:
            self._say(extension, "unknown")

    def on_watched(self, extension: str, active: bool, note: str) -> None:
        """From pjsua2: the PBX said how an extension is, or ended the subscription."""
        if extension in self._buddies:
            self._say(extension, _BY_NOTE.get(note.lower(), "unknown") if active else "unknown")

    def _say(self, extension: str, state: protocol.WatchedState) -> None:
        if self._said.get(extension) != state:
            self._said[extension] = state
            self._outbox.put(protocol.Watched(extension=extension, state=state))
