"""The calls: the only dict of them, how they begin, and what concerns more than one.

The one strong reference to a pjsua2 call lives in this dict and is dropped when the library says
DISCONNECTED: a call object dropped later would hang up whatever call has its recycled id by then.
So callbacks come here with the key of a call, not to the call itself.
"""

import time

import pjsua2 as pj

from softphone import protocol
from softphone.dialling import is_emergency
from softphone.engine.addresses import asks_to_answer, caller, dial_uri, header
from softphone.engine.call import Call
from softphone.engine.faults import NotYet, Refused, describe
from softphone.engine.outbox import Outbox
from softphone.engine.pace import Pace, Patience
from softphone.engine.sip import SipAccount, SipCall
from softphone.engine.sound.route import SoundRoute
from softphone.engine.stack import MAX_CALLS
from softphone.engine.transfers import Transfers

_NO_PLACE = 70010
"""PJ_ETOOMANY: all of the library's call places are taken."""


class Calls:
    """All calls of the line, by key."""

    def __init__(self, sound: SoundRoute, outbox: Outbox) -> None:
        self._sound = sound
        self._outbox = outbox
        self._calls: dict[str, Call] = {}
        self._account: SipAccount | None = None
        self._settings: protocol.Account | None = None
        self._strangers: dict[str, SipCall] = {}
        """Calls that are refused without a fact, until the library has done so."""
        self._to_refuse: list[str] = []
        self._to_answer: list[str] = []
        """Calls that answer themselves, until the callback that announced them is over."""
        self._reachable = False
        """There is a connection to the PBX."""
        self._dialled: tuple[str, str] = ("", "")
        """By whom (user) and what, last."""
        self._arrived = 0
        self._pace = Pace()
        self._patience = Patience()
        self._transfers = Transfers(outbox)
        self._mixed: frozenset[str] = frozenset()
        """Calls of the conference."""
        self._measure_at = 0.0
        """When a second of all calls' quality is over, on the clock of ``time.monotonic``."""

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, key: str) -> Call:
        """A call to do something to, not to keep; raises ``Refused``."""
        try:
            return self._calls[key]
        except KeyError:
            raise Refused("no such call") from None

    def use(self, account: SipAccount | None, settings: protocol.Account | None) -> None:
        """Make new calls with this account, or none."""
        self._account, self._settings = account, settings
        self._reachable = settings is not None and not settings.register

    def found(self) -> None:
        """We are registered: the PBX can be asked."""
        self._reachable = True

    def lost(self) -> None:
        """No connection to the PBX."""
        self._reachable = False

    def dial(self, key: str, to: str) -> None:
        """Start a call; raises ``Refused``, ``NotYet``.

        A call that the library cannot start ends as ``failed``.
        """
        uri = self._uri(to)
        if key in self._calls:
            raise Refused("that call key is in use")
        if len(self._calls) >= MAX_CALLS:
            if is_emergency(to) and self._patience.left():
                self._make_room()
                raise NotYet
            raise Refused(f"no more than {MAX_CALLS} calls at once")
        if not self._pace.has_room():
            if self._patience.left():
                raise NotYet
            raise Refused("too many calls at once, wait a second")
        self._pace.count()
        assert self._settings
        self._dialled = self._settings.user, to
        self._sound.dialling()
        try:
            call = self._add(key)
            call.emergency = is_emergency(to)
            call.start(uri)
            self._patience.worked()
        except pj.Error as problem:
            # A call hung up here is gone for us at once; the library keeps its place until the far
            # side has answered.
            if problem.status == _NO_PLACE and self._patience.left():
                del self._calls[key]
                raise NotYet from None
            # onCallState may have ended it already, or never comes.
            if self._calls.pop(key, None):
                self._sound.disconnect(key)
                self._outbox.put(
                    protocol.CallState(
                        call=key, state="ended", why="failed", reason=describe(problem)
                    )
                )

    def _make_room(self) -> None:
        """End one call: who only rings here, else who waits, else the last one."""
        calls = list(reversed(self._calls.values()))
        if not any(call.ending for call in calls):
            min(calls, key=lambda call: (not call.rings_here, not call.waits)).end()

    def redial(self, key: str) -> None:
        """Dial what was dialled last; raises as ``dial``."""
        by, to = self._dialled
        if not self._settings or by != self._settings.user:
            raise Refused("nothing was dialled yet")
        self.dial(key, to)

    def incoming(self, call_id: int, message: str) -> None:
        """A call arrived: keep it, let it ring."""
        assert self._settings
        # Never into another conversation: who calls would hear it.
        busy = any(call.connected for call in self._calls.values())
        auto = self._settings.auto_answer and not busy and asks_to_answer(message)
        if header(message, "X-Allo-Page") and not auto:
            # An announcement to many, one way: it does not ring where it may not be heard at once.
            self.refuse(call_id)
            return
        self._pace.count()
        self._arrived += 1
        while (key := f"in-{self._arrived}") in self._calls:  # `dial` may have taken the same name
            self._arrived += 1
        number, name = caller(header(message, "From") or header(message, "f"))
        diverted_by, diverted_name = caller(header(message, "Diversion"))
        self._add(key, call_id)
        self._outbox.put(
            protocol.Incoming(
                call=key,
                number=number,
                name=name,
                queue=header(message, "X-Allo-Queue"),
                call_id=header(message, "X-Allo-Call"),
                returned=header(message, "X-Allo-Returned"),
                diverted_by=diverted_by,
                diverted_name=diverted_name,
                auto=auto,
            )
        )
        self._calls[key].is_with(number, name)
        self._calls[key].melody = self._sound.melody_of(header(message, "X-Allo-Queue"), number)
        self._calls[key].announcement.made = header(message, "X-Allo-Recording") == "announced"
        self._calls[key].ring()
        if auto:
            self._to_answer.append(key)
        self._tell_sound()

    def refuse(self, call_id: int) -> None:
        """An INVITE that is none of the PBX's: no, and not a word about it."""
        assert self._account
        self._pace.count()
        self._arrived += 1
        key = f"stranger-{self._arrived}"
        self._strangers[key] = SipCall(self._account, self, key, call_id)
        self._to_refuse.append(key)

    def answer(self, key: str) -> None:
        """Take a ringing call; raises ``Refused``."""
        self[key].answer()
        self._tell_sound()

    def transfer(self, key: str, to: str) -> None:
        """Send the other side of a call to a number; raises ``Refused``, ``pj.Error``."""
        self._transfers.blind(self[key], self._uri(to))

    def connect(self, key: str, other: str) -> None:
        """Connect two calls' other sides; raises ``Refused``, ``pj.Error``."""
        self._transfers.attended(self[key], self[other])

    def mix(self, keys: tuple[str, ...]) -> None:
        """Let these hear each other; raises ``Refused``."""
        if len(set(keys)) < len(keys):
            raise Refused("a call is named twice")
        for call in [self[key] for key in keys]:
            call.must_talk()
        for key in keys:
            self[key].hold(False)
        self._mixed = frozenset(keys)
        self._tell_mixed()

    def split(self, keep: str) -> None:
        """End the conference; all but ``keep`` wait. Raises ``Refused``."""
        if keep not in self._mixed:
            raise Refused("that call is in no conference")
        for key in self._mixed - {keep}:
            self[key].hold(True)
        self._mixed = frozenset()
        self._tell_mixed()

    def renew(self, *, moved: bool) -> None:
        """The connection to the PBX is a new one: tell it where our calls are now.

        ``moved``: our address is another, so their sound must come from there as well.

        Without a re-INVITE the PBX would send its next requests (the far side's BYE) to the old
        one. A call that only rang has nothing to come back on.
        """
        for call in list(self._calls.values()):
            if call.connected:
                call.renew(moved=moved)
            elif call.rings_here:
                call.end()

    def end_all(self) -> None:
        """End every call."""
        for call in list(self._calls.values()):
            call.end()

    def tick(self) -> None:
        """Called often: do what is due."""
        while self._to_refuse:  # not from the callback: the library is not done with it there
            no = pj.CallOpParam()
            no.statusCode = pj.PJSIP_SC_FORBIDDEN
            if stranger := self._strangers.get(self._to_refuse.pop()):
                stranger.hangup(no)
        while self._to_answer:
            if (call := self._calls.get(key := self._to_answer.pop())) and call.rings_here:
                self.answer(key)
        for key in self._transfers.gone(lambda key: self._calls[key].received()):
            self._calls[key].end()
        for call in list(self._calls.values()):
            call.tick()
        if self._calls and time.monotonic() >= self._measure_at:
            self._measure_at = time.monotonic() + 1.0
            sound = self._sound.second()  # once for all of them: asking begins a new second
            for key, call in list(self._calls.items()):
                settled = self._reachable and not self._transfers.under_way(key)
                call.measure(sound, settled=settled)

    def on_call_state(self, key: str, state: int, code: int, reason: str) -> None:
        """From pjsua2: a call went on."""
        if state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._strangers.pop(key, None)
        if call := self._calls.get(key):
            if state == pj.PJSIP_INV_STATE_DISCONNECTED:
                del self._calls[key]
                self._transfers.forget(key)
            call.on_state(state, code, reason)
            self._tell_sound()
            if key in self._mixed and key not in self._calls:
                rest = self._mixed - {key}
                self._mixed = rest if len(rest) > 1 else frozenset()
                self._tell_mixed()

    def on_call_media(self, key: str) -> None:
        """From pjsua2: sound was set up (again), or stopped."""
        if call := self._calls.get(key):
            call.on_media()
            self._tell_sound()

    def on_call_stream_over(self, key: str) -> None:
        """From pjsua2: a call's stream ends, and with it what it counted."""
        if call := self._calls.get(key):
            call.on_stream_over()

    def on_call_offer_refused(self, key: str, code: int) -> None:
        """From pjsua2: an INVITE of ours was refused."""
        if call := self._calls.get(key):
            call.on_offer_refused(code)

    def on_call_party(self, key: str, name_addr: str) -> None:
        """From pjsua2: the PBX says who the other side is."""
        if call := self._calls.get(key):
            call.on_party(*caller(name_addr))

    def on_call_pressed(self, key: str, digit: str) -> None:
        """From pjsua2: the other side pressed a key."""
        self._outbox.put(protocol.Pressed(call=key, digit=digit))

    def on_call_transfer(self, key: str, code: int, final: bool) -> None:
        """From pjsua2: the PBX said how our transfer goes on."""
        call = self._calls.get(key)
        for over in self._transfers.went_on(key, code, final, call.received() if call else 0):
            if call := self._calls.get(over):
                call.end()

    def announced(self, sip_id: str) -> None:
        """The PBX says: the other side of the call with this SIP Call-ID heard that we record."""
        for call in self._calls.values():
            if sip_id and call.sip.getInfo().callIdString == sip_id:
                call.announcement.heard()

    def _add(self, key: str, *call_id: int) -> Call:
        assert self._account
        sip = SipCall(self._account, self, key, *call_id)
        call = Call(key, sip, self._sound, self._outbox, incoming=bool(call_id))
        self._calls[key] = call
        return call

    def _tell_mixed(self) -> None:
        self._sound.mix(self._mixed)
        self._outbox.put(protocol.Mixed(calls=tuple(sorted(self._mixed))))

    def _tell_sound(self) -> None:
        """Who waits, and who wants us; nobody may disturb an emergency call."""
        calls = self._calls.values()
        self._sound.on_hold(any(call.waits for call in calls))
        quiet = any(call.emergency for call in calls)
        ringing = [call.melody for call in calls if call.calls_us and not quiet]
        self._sound.ring(ringing[0] if ringing else None)

    def _uri(self, to: str) -> str:
        at = self._settings
        if not at:
            raise Refused("no account yet: send `account` first")
        try:
            return dial_uri(to, at.host, at.port, at.transport)
        except ValueError as problem:
            raise Refused(str(problem)) from None
