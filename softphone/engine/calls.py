"""The calls: the only dict of call objects, what is done to them, and the facts about them.

The one strong reference to a pjsua2 call lives in this dict and is dropped when the library says
DISCONNECTED: a call object dropped later would hang up whatever call has its recycled id by then.
"""

import random
import time
from dataclasses import dataclass

import pjsua2 as pj

from softphone import protocol
from softphone.engine import stream
from softphone.engine.addresses import caller, clean, dial_uri, header
from softphone.engine.end_causes import Ending, end_cause
from softphone.engine.faults import NotYet, Refused, describe, report
from softphone.engine.outbox import Outbox
from softphone.engine.pace import Pace, Patience
from softphone.engine.sip import SipAccount, SipCall
from softphone.engine.sound.route import SoundRoute
from softphone.engine.stack import MAX_CALLS

_NO_PLACE = 70010
"""PJ_ETOOMANY: all of the library's call places are taken."""
_BUSY = 70013
"""PJ_EINVALIDOP: another offer of the call is under way."""
_BUSY_S = 1.0


@dataclass(slots=True)
class _Entry:
    call: SipCall
    ending: Ending
    renew_at: float | None = None
    """When to send a re-INVITE, on the clock of ``time.monotonic``; ``None``: none is due."""


class Calls:
    """All calls of the line, by key."""

    def __init__(self, sound: SoundRoute, outbox: Outbox) -> None:
        self._sound = sound
        self._outbox = outbox
        self._entries: dict[str, _Entry] = {}
        self._account: SipAccount | None = None
        self._settings: protocol.Account | None = None
        self._arrived = 0
        self._pace = Pace()
        self._patience = Patience()

    def __len__(self) -> int:
        return len(self._entries)

    def use(self, account: SipAccount | None, settings: protocol.Account | None) -> None:
        """Make new calls with this account, or none."""
        self._account, self._settings = account, settings

    def dial(self, key: str, to: str) -> None:
        """Start a call; raises ``Refused``, ``NotYet``.

        A call that the library cannot start ends as ``failed``.
        """
        if not self._account or not self._settings:
            raise Refused("no account yet: send `account` first")
        if key in self._entries:
            raise Refused("that call key is in use")
        if len(self._entries) >= MAX_CALLS:
            raise Refused(f"no more than {MAX_CALLS} calls at once")
        if not self._pace.has_room():
            if self._patience.left():
                raise NotYet
            raise Refused("too many calls at once, wait a second")
        at = self._settings
        try:
            uri = dial_uri(to, at.host, at.port, at.transport)
        except ValueError as problem:
            raise Refused(str(problem)) from None
        self._pace.count()
        call = SipCall(self._account, self, key)
        self._entries[key] = _Entry(call, Ending(incoming=False))
        try:
            call.makeCall(uri, _audio_only())
            self._patience.worked()
        except pj.Error as problem:
            # A call hung up here is gone for us at once; the library keeps its place until the far
            # side has answered.
            if problem.status == _NO_PLACE and self._patience.left():
                del self._entries[key]
                raise NotYet from None
            # onCallState may have ended it already, or never comes.
            if self._entries.pop(key, None):
                self._sound.disconnect(key)
                self._outbox.put(
                    protocol.CallState(
                        call=key, state="ended", why="failed", reason=describe(problem)
                    )
                )

    def incoming(self, call_id: int, message: str) -> None:
        """A call arrived: keep it, let it ring."""
        assert self._account
        self._pace.count()
        self._arrived += 1
        key = f"in-{self._arrived}"
        while key in self._entries:  # a caller of `dial` may have chosen the same name
            self._arrived += 1
            key = f"in-{self._arrived}"
        call = SipCall(self._account, self, key, call_id)
        self._entries[key] = _Entry(call, Ending(incoming=True))
        number, name = caller(header(message, "From") or header(message, "f"))
        self._outbox.put(
            protocol.Incoming(
                call=key,
                number=number,
                name=name,
                queue=header(message, "X-Allo-Queue"),
                call_id=header(message, "X-Allo-Call"),
            )
        )
        ringing = pj.CallOpParam()
        ringing.statusCode = pj.PJSIP_SC_RINGING
        call.answer(ringing)
        self._ring()

    def renew(self) -> None:
        """The connection to the PBX is a new one: tell it where our calls are now.

        Without a re-INVITE the PBX would send its next requests (the far side's BYE) to the old
        one. A call that only rang has nothing to come back on.
        """
        for key, entry in list(self._entries.items()):
            if entry.ending.connected:
                entry.renew_at = time.monotonic()
            elif entry.ending.incoming:
                self.hangup(key)
        self.tick()

    def tick(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        for entry in list(self._entries.values()):
            if entry.renew_at is not None and now >= entry.renew_at:
                entry.renew_at = None
                try:
                    self._reinvite(entry)
                except pj.Error as problem:
                    report(self._outbox, "renew", problem)

    def _reinvite(self, entry: _Entry) -> None:
        again = _audio_only()
        again.opt.flag = pj.PJSUA_CALL_UNHOLD
        try:
            entry.call.reinvite(again)
        except pj.Error as problem:
            if problem.status != _BUSY:
                raise
            entry.renew_at = time.monotonic() + _BUSY_S

    def on_call_crossed(self, key: str) -> None:
        """From pjsua2: the far side was making an offer of its own when ours came (491)."""
        entry = self._entries.get(key)
        if entry:
            # RFC 3261 §14.1: who made the call waits longer, so that the two do not cross again.
            longer = 0.0 if entry.ending.incoming else 2.1
            entry.renew_at = time.monotonic() + longer + random.uniform(0.0, 1.9)  # noqa: S311

    def answer(self, key: str) -> None:
        """Take a ringing call; raises ``Refused``."""
        entry = self._ringing(key)
        accepted = _audio_only()
        accepted.statusCode = pj.PJSIP_SC_OK
        entry.call.answer(accepted)

    def reject(self, key: str, why: str) -> None:
        """Refuse a ringing call; raises ``Refused``."""
        self._end(
            self._ringing(key), pj.PJSIP_SC_BUSY_HERE if why == "busy" else pj.PJSIP_SC_DECLINE
        )

    def hangup(self, key: str) -> None:
        """End a call in any state; raises ``Refused``."""
        self._end(self._find(key), 0)

    def hangup_all(self) -> None:
        """End every call."""
        for key in list(self._entries):
            self.hangup(key)

    def mute(self, key: str, on: bool) -> None:
        """Microphone of one call off or on; raises ``Refused``."""
        self._find(key)
        self._sound.mute(key, on)
        self._outbox.put(protocol.Muted(call=key, on=on))

    def stats(self, key: str) -> None:
        """Publish the counters of one call; raises ``Refused`` while it has no sound."""
        fact = stream.stats(key, self._find(key).call)
        if not fact:
            raise Refused("the call has no sound yet")
        self._outbox.put(fact)

    def on_call_state(self, key: str, state: int, code: int, reason: str) -> None:
        """From pjsua2: the call went on."""
        entry = self._entries.get(key)
        if not entry:
            return
        ending = entry.ending
        if state == pj.PJSIP_INV_STATE_CALLING:
            self._outbox.put(protocol.CallState(call=key, state="calling"))
        elif state == pj.PJSIP_INV_STATE_EARLY and not ending.incoming and not ending.rang:
            ending.rang = True
            self._outbox.put(protocol.CallState(call=key, state="ringing", code=code))
        elif state == pj.PJSIP_INV_STATE_CONFIRMED:
            ending.connected = True
            self._ring()
            self._outbox.put(protocol.CallState(call=key, state="connected", code=code))
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._ended(key, entry, code, reason)

    def on_call_media(self, key: str) -> None:
        """From pjsua2: sound was set up (again) or stopped."""
        entry = self._entries.get(key)
        audio = stream.audio(entry.call) if entry else None
        if not entry or audio is None:
            return
        self._sound.connect(key, audio)
        self._outbox.put(stream.media(key, entry.call))

    def _ended(self, key: str, entry: _Entry, code: int, reason: str) -> None:
        entry.ending.code, entry.ending.q850 = code, entry.call.q850
        self._sound.disconnect(key)
        del self._entries[key]
        self._ring()
        self._outbox.put(
            protocol.CallState(
                call=key,
                state="ended",
                code=code,
                why=end_cause(entry.ending),
                reason=clean(reason),
            )
        )

    def _ring(self) -> None:
        endings = [entry.ending for entry in self._entries.values()]
        self._sound.ring(any(ending.incoming and not ending.connected for ending in endings))

    def _end(self, entry: _Entry, code: int) -> None:
        entry.ending.ended_here = True
        refusal = pj.CallOpParam()
        refusal.statusCode = code
        entry.call.hangup(refusal)

    def _ringing(self, key: str) -> _Entry:
        entry = self._find(key)
        if not entry.ending.incoming or entry.ending.connected:
            raise Refused("the call is not ringing here")
        return entry

    def _find(self, key: str) -> _Entry:
        try:
            return self._entries[key]
        except KeyError:
            raise Refused("no such call") from None


def _audio_only() -> pj.CallOpParam:
    options = pj.CallOpParam(True)
    options.opt.audioCount, options.opt.videoCount = 1, 0
    return options
