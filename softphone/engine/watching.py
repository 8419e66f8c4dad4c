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
        for extension in set(self._said) - set(wanted):
            self._buddies.pop(extension, None)
            del self._said[extension]
        self._subscribe()

    def found(self) -> None:
        """We are registered: the PBX can be asked."""
        self._up = True
        self._subscribe()

    def lost(self) -> None:
        """No connection, or another one: nobody's state is known, and on the old one the PBX would
        go on telling in vain."""
        self._up = False
        self._buddies.clear()
        for extension in self._wanted:
            self._say(extension, "unknown")

    def on_watched(self, extension: str, active: bool, note: str) -> None:
        """From pjsua2: the PBX said how an extension is, or ended the subscription."""
        if extension in self._buddies:
            self._say(extension, _BY_NOTE.get(note.lower(), "unknown") if active else "unknown")

    def _subscribe(self) -> None:
        account, at = self._account, self._settings
        for extension in self._wanted:
            if not account or not at or not self._up:
                self._say(extension, "unknown")
            elif extension not in self._buddies:
                buddy = SipBuddy(self._outbox, self, extension)
                config = pj.BuddyConfig()
                config.uri = server_uri(at.host, at.port, at.transport, extension)
                config.subscribe = True
                self._buddies[extension] = buddy
                buddy.create(account, config)

    def _say(self, extension: str, state: protocol.WatchedState) -> None:
        if self._said.get(extension) != state:
            self._said[extension] = state
            self._outbox.put(protocol.Watched(extension=extension, state=state))
