"""One call: what is done to it, how it stands, and the facts about it alone.

Nothing but the dict of ``softphone.engine.calls`` may keep one of these: with the last reference to
it goes the library's call object.
"""

import random
import time
from pathlib import Path

import pjsua2 as pj

from softphone import protocol
from softphone.engine import stream
from softphone.engine.addresses import clean
from softphone.engine.announcement import KEYS, Announcement
from softphone.engine.doubt import Doubt
from softphone.engine.end_causes import Ending, end_cause
from softphone.engine.faults import Refused, report
from softphone.engine.outbox import Outbox
from softphone.engine.quality import CallQuality
from softphone.engine.sip import SipCall
from softphone.engine.slack import Slack
from softphone.engine.sound.levels import Second
from softphone.engine.sound.recorder import OTHER_PARTY
from softphone.engine.sound.route import Ended, SoundRoute

_TONES: dict[str, Ended] = {
    "busy": "busy",
    "declined": "busy",
    "not_found": "congestion",
    "unavailable": "congestion",
    "forbidden": "congestion",
    "failed": "congestion",
}
"""What the caller hears when a call comes to nothing."""
_CROSSED = 491
"""The far side has an offer of its own under way (RFC 3261 §21.4.27)."""
_ASKS_WHO = (401, 407)
"""A challenge; the library answers it."""
_BUSY = 70013
"""PJ_EINVALIDOP: another offer of the call is under way."""
_BUSY_S = 1.0
_AGAIN_S, _TRIES = 1.0, 5
"""An offer with new sockets that is refused: the sound is gone until one is accepted."""
_KEYS_S = 3.0
"""So long after a key was pressed its sound may not have left yet."""
_NO_EVENTS = 220107
"""PJMEDIA_RTP_EREMNORFC2833: the other side did not offer telephone-event."""


class Call:
    """A call of the line, known by ``key``."""

    def __init__(
        self, key: str, sip: SipCall, sound: SoundRoute, outbox: Outbox, *, incoming: bool
    ) -> None:
        self.key = key
        self.sip = sip
        self._sound = sound
        self._outbox = outbox
        self._ending = Ending(incoming=incoming)
        self.melody: protocol.RingMelody = "external"
        """How it rings here."""
        self.emergency = False
        """It is to an emergency service: nothing may disturb it."""
        self._taken = False
        """We answered."""
        self._hold = False
        """We want the other side to wait."""
        self._held = (False, False)
        """What was last said: who lets whom wait, here and there."""
        self._muted = False
        self._quality = CallQuality(key)
        self._slack = Slack()
        self._party = ("", "")
        """Number and name of the other side, as last said."""
        self._moved = False
        """The next offer is to be with new sockets for the sound."""
        self._torn = False
        """The sound was given up for such an offer, which nobody has accepted yet."""
        self._tries = 0
        """How often it was refused."""
        self._anew = False
        """A new stream is to follow once the PBX has answered an offer that changes nothing."""
        self._pressed_at = -_KEYS_S
        self._offer_at: float | None = None
        """When to send a re-INVITE, on the clock of ``time.monotonic``; ``None``: none is due."""
        self._doubt: Doubt | None = None
        """Our last re-INVITE has not been answered yet."""
        self.announcement = Announcement(key, outbox)

    @property
    def connected(self) -> bool:
        """The two sides talk, or one lets the other wait."""
        return self._ending.connected

    @property
    def rings_here(self) -> bool:
        """It waits for our answer."""
        return self._ending.incoming and not self._ending.connected

    @property
    def calls_us(self) -> bool:
        """It rings, and nobody has done anything about it: the far side may not know yet."""
        return self.rings_here and not self._taken and not self.ending

    @property
    def waits(self) -> bool:
        """The other side is on hold."""
        return self._held[0]

    @property
    def ending(self) -> bool:
        """We hung up, and wait to see it confirmed."""
        return self._ending.ended_here

    def is_with(self, number: str, name: str) -> None:
        """Who the other side is was just said, by another fact."""
        self._party = (number, name)

    def start(self, uri: str) -> None:
        """Send the INVITE. Raises ``pj.Error``."""
        self.sip.makeCall(uri, _audio_only())

    def ring(self) -> None:
        """Tell the caller that it rings here. Raises ``pj.Error``."""
        self._answer(pj.PJSIP_SC_RINGING)

    def answer(self) -> None:
        """Take it; raises ``Refused``."""
        self._must_ring()
        self._answer(pj.PJSIP_SC_OK)
        self._taken = True

    def reject(self, why: str) -> None:
        """Refuse it; raises ``Refused``."""
        self._must_ring()
        self.end(pj.PJSIP_SC_BUSY_HERE if why == "busy" else pj.PJSIP_SC_DECLINE)

    def end(self, code: int = 0) -> None:
        """End it in any state; ``code`` is the SIP status of a refusal."""
        self._ending.ended_here = True
        refusal = pj.CallOpParam()
        refusal.statusCode = code
        self.sip.hangup(refusal)

    def mute(self, on: bool) -> None:
        """Send silence instead of the microphone, or the microphone."""
        self._muted = on
        self._sound.mute(self.key, on)
        self._outbox.put(protocol.Muted(call=self.key, on=on))

    def hold(self, on: bool) -> None:
        """Let the other side wait, or take the call up again; raises ``Refused``.

        The ``held`` fact comes when the other side has agreed.
        """
        self.must_talk()
        if self._hold != on or self._held[0] != on:
            self._hold = on
            self.renew()

    def renew(self, *, moved: bool = False) -> None:
        """Tell the other side anew where we are, and whether it is to wait.

        ``moved``: with new sockets for the sound, on an address of ours that still exists.
        """
        self._moved = self._moved or moved or self._torn
        self._offer_at = time.monotonic()
        self.tick()

    def dtmf(self, digits: str, by: str) -> None:
        """Press keys; raises ``Refused``, ``pj.Error``."""
        self.must_talk()
        self._pressed_at = time.monotonic()
        keys = pj.CallSendDtmfParam()
        keys.digits = digits
        if by == "events":
            keys.method = pj.PJSUA_DTMF_METHOD_RFC2833
            try:
                self.sip.sendDtmf(keys)
            except pj.Error as problem:
                if problem.status != _NO_EVENTS:
                    raise
            else:
                return
        keys.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
        self.sip.sendDtmf(keys)

    def announce(self) -> None:
        """Let the PBX tell the other side that we record; raises ``Refused``, ``pj.Error``."""
        if self.waits:
            raise Refused("the call is on hold")
        self.dtmf(KEYS, "events")
        self.announcement.asked()

    def record(self, on: bool, file: str) -> None:
        """Record it into a new file, or stop; raises ``Refused``."""
        if not on:
            self._sound.stop_recording(self.key)
            return
        self.must_talk()
        if not self.announcement.made:
            raise Refused("the other side was not told that it is recorded: send `announce` first")
        self._sound.record(self.key, Path(file))

    def stats(self) -> None:
        """Publish the counters; raises ``Refused`` while it has no sound."""
        fact = stream.stats(self.key, self.sip)
        if not fact:
            raise Refused("the call has no sound yet")
        self._outbox.put(fact)

    def received(self) -> int:
        """RTP packets that came so far; 0 while it has no sound."""
        return stream.received(self.sip) or 0

    def tick(self) -> None:
        """Do what is due."""
        if self._offer_at is not None and time.monotonic() >= self._offer_at:
            self._offer_at = None
            try:
                self._offer()
            except pj.Error as problem:
                report(self._outbox, "offer", problem)
                self._ask_again()
        self.announcement.tick()
        if self._doubt and self._doubt.due() and self._doubt.hopeless(stream.received(self.sip)):
            self._doubt = None
            self.end()

    def measure(self, sound: Second, *, settled: bool) -> None:
        """Say how it was in the last second; to be called once a second.

        ``settled``: we have a connection to the PBX, and this call is not being handed on.
        """
        if self.connected:
            # While the exchange announces to the other side it sends nothing here, as on hold.
            counters = None if self.announcement.under_way else stream.counters(self.sip)
            for fact in self._quality.second(counters, sound, muted=self._muted):
                self._outbox.put(fact)
            loudest = sound.output if self._muted else max(sound.output, sound.input)
            if self._slack.second(counters, loudest, may=settled and self._at_rest()):
                # A new stream begins with an empty jitter buffer. But the library gives the old one
                # up before the PBX has agreed, so this asks first whether it answers at all.
                self._anew = True
                self.renew()

    def _at_rest(self) -> bool:
        """Nothing is under way that a new stream could disturb."""
        offers = self._doubt or self._offer_at is not None or self._anew or self._torn
        keys = time.monotonic() < self._pressed_at + _KEYS_S
        return not (offers or keys or self.emergency or self.ending)

    def must_talk(self) -> None:
        """Raises ``Refused`` unless the call is connected."""
        if not self.connected:
            raise Refused("the call is not connected")

    def on_state(self, state: int, code: int, reason: str) -> None:
        """The call went on; ``state`` is a PJSIP_INV_STATE."""
        ending = self._ending
        if state == pj.PJSIP_INV_STATE_CALLING:
            self._say("calling")
        elif state == pj.PJSIP_INV_STATE_EARLY and not ending.incoming and not ending.rang:
            ending.rang = True
            self._sound.rings_there(self.key)
            self._say("ringing", code)
        elif state == pj.PJSIP_INV_STATE_CONFIRMED:
            ending.connected = True
            self._say("connected", code)
            self.announcement.tell()
        elif state == pj.PJSIP_INV_STATE_DISCONNECTED:
            ending.code, ending.q850 = code, self.sip.q850
            ending.elsewhere = self.sip.elsewhere and not ending.connected
            self._sound.disconnect(self.key)
            why = end_cause(ending)
            if not (ending.incoming or ending.connected) and why in _TONES:
                self._sound.came_to_nothing(_TONES[why])
            self._outbox.put(
                protocol.CallState(
                    call=self.key,
                    state="ended",
                    code=code,
                    why=why,
                    reason=clean(reason),
                )
            )
            if ending.connected and (summary := self._quality.summary(stream.seconds(self.sip))):
                self._outbox.put(summary)

    def on_media(self) -> None:
        """Sound was set up (again), or stopped."""
        self._doubt = None
        self._torn, self._tries = False, 0
        if self._anew:
            self._anew, self._moved = False, True
            self._offer_at = time.monotonic()
        held = stream.held(self.sip)
        if held != self._held:
            self._held = held
            self._outbox.put(protocol.Held(call=self.key, here=held[0], there=held[1]))
        audio = stream.audio(self.sip)
        if audio is not None:
            self._sound.connect(self.key, audio)
            self._outbox.put(stream.media(self.key, self.sip))
        else:
            self._sound.pause(self.key)

    def on_stream_over(self) -> None:
        """The stream of its sound ends; on hold it had none that counts."""
        if counters := stream.counters(self.sip):
            self._quality.stream_over(counters)

    def on_party(self, number: str, name: str) -> None:
        """The PBX says who the other side is; a fact when it is somebody else than before."""
        if number and (number, name) != self._party:
            before, self._party = self._party[0], (number, name)
            self._outbox.put(protocol.Party(call=self.key, number=number, name=name))
            if before != number and self.announcement.void():
                self._sound.stop_recording(self.key, OTHER_PARTY)

    def on_offer_refused(self, code: int) -> None:
        """The far side said no to an INVITE of ours; to the first one that ends the call."""
        if not self.connected or code in _ASKS_WHO:
            return
        self._doubt = None
        unasked, self._anew = self._anew, False
        if unasked or (code != _CROSSED and self._ask_again()):
            return
        self._moved = self._moved or self._torn
        if code != _CROSSED:
            message = f"the other side refused ({code})"
            self._outbox.put(protocol.Error(command="hold", call=self.key, message=message))
            self._hold = self._held[0]
            return
        # RFC 3261 §14.1: who made the call waits longer, so that the two do not cross again.
        longer = 0.0 if self._ending.incoming else 2.1
        self._offer_at = time.monotonic() + longer + random.uniform(0.0, 1.9)  # noqa: S311

    def _offer(self) -> None:
        offer = _audio_only()
        offer.opt.flag = pj.PJSUA_CALL_REINIT_MEDIA if self._moved else 0
        self._torn = self._torn or self._moved
        try:
            if self._hold:
                self.sip.setHold(offer)
            else:
                offer.opt.flag |= pj.PJSUA_CALL_UNHOLD
                self.sip.reinvite(offer)
            self._moved = False
            self._doubt = Doubt(stream.received(self.sip))
        except pj.Error as problem:
            if problem.status != _BUSY:
                raise
            self._offer_at = time.monotonic() + _BUSY_S

    def _ask_again(self) -> bool:
        """Soon, for the sound that an offer cost; False: it cost none, or that was often enough."""
        if not self._torn or self._tries >= _TRIES:
            return False
        self._tries += 1
        self._moved = True
        self._offer_at = time.monotonic() + _AGAIN_S
        return True

    def _answer(self, code: int) -> None:
        answer = _audio_only() if code == pj.PJSIP_SC_OK else pj.CallOpParam()
        answer.statusCode = code
        self.sip.answer(answer)

    def _must_ring(self) -> None:
        if not self.rings_here:
            raise Refused("the call is not ringing here")

    def _say(self, state: protocol.CallProgress, code: int = 0) -> None:
        self._outbox.put(protocol.CallState(call=self.key, state=state, code=code))


def _audio_only() -> pj.CallOpParam:
    options = pj.CallOpParam(True)
    options.opt.audioCount, options.opt.videoCount = 1, 0
    return options
