"""Handing calls on: blind (REFER, RFC 3515) and attended (REFER with Replaces, RFC 3891).

Knows calls by key only between asking and outcome; the PBX reports by NOTIFY.
"""

from collections.abc import Callable

import pjsua2 as pj

from softphone import protocol
from softphone.engine.call import Call
from softphone.engine.doubt import Doubt
from softphone.engine.end_causes import Ending, end_cause
from softphone.engine.faults import Refused
from softphone.engine.outbox import Outbox

_ALREADY_LEFT = (486, 503)
"""Said of the other side when it is no longer in our call: it got "busy", or hung up, where we sent
it. (400, 403, 404 and 500 mean that it never left.) Asterisk has then given up our leg as well, and
without a BYE for a minute (``ast_sip_session_defer_termination``)."""


class Transfers:
    """Those under way."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._leaving: dict[str, tuple[str, ...]] = {}
        """Call that is handed on → keys of ours that end when it worked."""
        self._doubts: dict[str, Doubt] = {}
        """Calls of which the PBX only said that it tries (100): it does not always say more, for
        instance when no sound comes from where it sent the other side. Ours it has given up."""

    def blind(self, call: Call, uri: str) -> None:
        """Send the other side to a number; raises ``Refused``, ``pj.Error``."""
        self._must_stay(call)
        call.sip.xfer(uri, pj.CallOpParam(True))
        self._leaving[call.key] = (call.key,)

    def attended(self, call: Call, other: Call) -> None:
        """Connect the other sides with each other; raises ``Refused``, ``pj.Error``."""
        if call is other:
            raise Refused("a call cannot be connected with itself")
        self._must_stay(call)
        self._must_stay(other)
        call.sip.xferReplaces(other.sip, pj.CallOpParam(True))
        self._leaving[call.key] = (call.key, other.key)

    def _must_stay(self, call: Call) -> None:
        """Raises ``Refused`` unless the call talks and is not on its way already.

        The PBX has moved it by then: it refuses a second REFER, and the library tells of the last
        one alone, so that the first would never be known to have worked.
        """
        call.must_talk()
        if self.under_way(call.key):
            raise Refused("a transfer of that call is under way")

    def under_way(self, key: str) -> bool:
        """Whether the other side of this call is being handed on."""
        return any(key in keys for keys in self._leaving.values())

    def forget(self, key: str) -> None:
        """A call is over: what was not reported until now will not be."""
        self._leaving.pop(key, None)
        self._doubts.pop(key, None)

    def gone(self, received: Callable[[str], int]) -> tuple[str, ...]:
        """Called often: keys of calls to end, whose other side went where nothing more is told.

        ``received``: RTP packets of a call so far.
        """
        over: list[str] = []
        for key, doubt in list(self._doubts.items()):
            if doubt.due() and doubt.hopeless(received(key)):
                over += self._leaving[key]
                self.forget(key)
                self._outbox.put(
                    protocol.Transferred(call=key, state="done", code=pj.PJSIP_SC_ACCEPTED)
                )
        return tuple(over)

    def went_on(self, key: str, code: int, final: bool, received: int) -> tuple[str, ...]:
        """The PBX's report on a transfer; returns the keys of the calls to end now.

        ``received``: RTP packets of this call so far.

        (Asterisk does not end our leg by itself after every transfer.)
        """
        leaving = self._leaving.get(key)
        if leaving is None:
            return ()
        if not final:
            self._outbox.put(protocol.Transferred(call=key, state="under_way", code=code))
            if code > pj.PJSIP_SC_TRYING:
                self._doubts.pop(key, None)
            elif leaving == (key,) and key not in self._doubts:  # a blind one
                self._doubts[key] = Doubt(received)
            return ()
        self.forget(key)
        if 200 <= code < 300:
            self._outbox.put(protocol.Transferred(call=key, state="done", code=code))
            return leaving
        why = end_cause(Ending(incoming=False, code=code))
        self._outbox.put(protocol.Transferred(call=key, state="refused", code=code, why=why))
        return leaving if code in _ALREADY_LEFT else ()
