"""The pjsua2 subclasses: callbacks in, plain values out to their owners.

Owns the rules that keep the library alive: every callback is guarded, everything needed of ``prm``
or ``CallInfo`` is copied inside the callback (it dies with it), and nothing here keeps a reference
to a call. All of it runs in the one SIP thread.
"""

import re
import sys
from collections.abc import Callable
from typing import Any, Protocol

import pjsua2 as pj

from softphone import protocol
from softphone.engine.addresses import header
from softphone.engine.end_causes import q850_cause, taken_elsewhere
from softphone.engine.faults import guarded
from softphone.engine.link.network import keep_alive
from softphone.engine.outbox import Outbox

_SENT_DIGEST = re.compile(r"^Authorization: *Digest .*$", re.MULTILINE | re.IGNORECASE)
_WAITING = re.compile(r"^Voice-Message: *(\d{1,6})/(\d{1,6})", re.MULTILINE | re.IGNORECASE)
_ALGORITHM = re.compile(r"\balgorithm=\"?([A-Za-z0-9-]+)")


class SipLog(pj.LogWriter):  # type: ignore[misc]
    """Receives the library's log, so that it never writes to stdout.

    Errors go to stderr. Of the messages only the digest algorithm we answered with is kept; the
    binding shows it nowhere else.
    """

    def __init__(self) -> None:
        super().__init__()
        self.digest = ""

    def write(self, entry: Any) -> None:
        """One log entry; must not raise."""
        message: str = entry.msg
        if entry.level <= 1:
            sys.stderr.write(message.rstrip() + "\n")
        elif "REGISTER sip:" in message and (sent := _SENT_DIGEST.search(message)):
            algorithm = _ALGORITHM.search(sent.group())
            # RFC 8760 §2.3: no algorithm parameter means MD5.
            self.digest = algorithm.group(1) if algorithm else "MD5"


class SipEndpoint(pj.Endpoint):  # type: ignore[misc]
    """The library itself; remembers how the TLS connection to the server stands."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self.outbox = outbox
        self.tls = ""
        """Protocol and cipher of the last connection, empty when there is none."""
        self.tls_problem = ""
        """What was wrong with the server's certificate at the last attempt."""
        self.ours = ""
        """Our IPv4 address of that connection."""
        self.theirs = ""
        """The server's."""
        self.number = 0
        """Connections (TCP, TLS) that came about so far."""
        self.on_lost: Callable[[], None] = lambda: None
        """Called when one of them ended."""

    @guarded
    def onTransportState(self, prm: Any) -> None:
        if prm.state == pj.PJSIP_TP_STATE_CONNECTED:
            self.number += 1
        elif prm.state == pj.PJSIP_TP_STATE_DISCONNECTED:
            self.on_lost()
        info = prm.tlsInfo
        if not prm.type.startswith("TLS") or info.isEmpty():
            return
        trusted = info.verifyStatus == 0
        self.tls_problem = "" if trusted else " ".join(info.verifyMsgs)
        connected = trusted and prm.state == pj.PJSIP_TP_STATE_CONNECTED
        self.tls = f"{_tls_version(info.protocol)} {info.cipherName}" if connected else ""
        if connected:
            self.ours = info.localAddr.rpartition(":")[0]
            keep_alive(info.localAddr)
            self.theirs = info.remoteAddr.rpartition(":")[0]


def _tls_version(protocols: int) -> str:
    # pjsip reports the set of versions it allowed, not the one in use, so only a set of one is
    # an answer. (The wheel's OpenSSL 1.0.2 ends at TLS 1.2, which is why the set has one member.)
    return {pj.PJ_SSL_SOCK_PROTO_TLS1_2: "TLSv1.2", pj.PJ_SSL_SOCK_PROTO_TLS1_3: "TLSv1.3"}.get(
        protocols, "TLS"
    )


class RegistrationOwner(Protocol):
    """Who hears about registrations and incoming calls of an account."""

    def on_registering(self) -> None:
        """A REGISTER leaves."""

    def on_registration(self, code: int, reason: str, answered: bool, active: bool) -> None:
        """``answered``: the server itself said so; else the library gave up by itself."""

    def on_incoming(self, call_id: int, message: str, source: str) -> None:
        """An INVITE arrived; ``message`` is its text, ``source`` is ``address:port``."""

    def on_text(self, message: str, source: str) -> None:
        """A MESSAGE arrived that belongs to no call."""


class SipAccount(pj.Account):  # type: ignore[misc]
    """One identity at the library."""

    def __init__(self, outbox: Outbox, owner: RegistrationOwner) -> None:
        super().__init__()
        self.outbox = outbox
        self._owner = owner

    @guarded
    def onRegStarted(self, prm: Any) -> None:
        self._owner.on_registering()

    @guarded
    def onRegState(self, prm: Any) -> None:
        active = self.getInfo().regIsActive
        self._owner.on_registration(prm.code, prm.reason, bool(prm.rdata.wholeMsg), active)

    @guarded
    def onIncomingCall(self, prm: Any) -> None:
        self._owner.on_incoming(prm.callId, prm.rdata.wholeMsg, prm.rdata.srcAddress)

    @guarded
    def onInstantMessage(self, prm: Any) -> None:
        self._owner.on_text(prm.rdata.wholeMsg, prm.rdata.srcAddress)

    @guarded
    def onMwiInfo(self, prm: Any) -> None:
        if waiting := _WAITING.search(prm.rdata.wholeMsg):
            new, old = int(waiting[1]), int(waiting[2])
            self.outbox.put(protocol.Voicemail(new=new, old=old))


class WatchOwner(Protocol):
    """Who hears about watched extensions."""

    def on_watched(self, extension: str, active: bool, note: str) -> None:
        """``active``: the subscription stands; ``note``: the state in the PBX's words."""


class SipBuddy(pj.Buddy):  # type: ignore[misc]
    """One watched extension."""

    def __init__(self, outbox: Outbox, owner: WatchOwner, extension: str) -> None:
        super().__init__()
        self.outbox = outbox
        self._owner = owner
        self._extension = extension

    @guarded
    def onBuddyState(self) -> None:
        info = self.getInfo()
        active = info.subState == pj.PJSIP_EVSUB_STATE_ACTIVE
        if active or info.subState == pj.PJSIP_EVSUB_STATE_TERMINATED:  # else it is on its way
            self._owner.on_watched(self._extension, active, info.presStatus.statusText)


class CallOwner(Protocol):
    """Who hears about a call, by its key."""

    def on_call_state(self, key: str, state: int, code: int, reason: str) -> None:
        """``state`` is a PJSIP_INV_STATE."""

    def on_call_media(self, key: str) -> None:
        """Media was set up, changed or stopped."""

    def on_call_stream_over(self, key: str) -> None:
        """The stream of its sound ends with this; its counters can still be read."""

    def on_call_party(self, key: str, name_addr: str) -> None:
        """The far side's P-Asserted-Identity (RFC 3325), in a request or an answer of the call."""

    def on_call_pressed(self, key: str, digit: str) -> None:
        """The other side pressed a key."""

    def on_call_transfer(self, key: str, code: int, final: bool) -> None:
        """The PBX said how our transfer goes on; ``final``: it will say no more."""

    def on_call_offer_refused(self, key: str, code: int) -> None:
        """Our INVITE, or one of our re-INVITEs, got a final answer of 300 or above."""


class SipCall(pj.Call):  # type: ignore[misc]
    """One call at the library, known to us by ``key`` (pjsua's own ids are reused at once)."""

    def __init__(self, account: SipAccount, owner: CallOwner, key: str, *call_id: int) -> None:
        super().__init__(account, *call_id)
        self.outbox = account.outbox
        self._owner = owner
        self.key = key
        self.q850 = 0
        """Q.850 cause of the last Reason header received."""
        self.elsewhere = False
        """A Reason header said that somebody else took the call."""

    @guarded
    def onCallState(self, prm: Any) -> None:
        info = self.getInfo()
        self._owner.on_call_state(self.key, info.state, info.lastStatusCode, info.lastReason)

    @guarded
    def onCallMediaState(self, prm: Any) -> None:
        self._owner.on_call_media(self.key)

    @guarded
    def onStreamDestroyed(self, prm: Any) -> None:
        self._owner.on_call_stream_over(self.key)

    @guarded
    def onDtmfDigit(self, prm: Any) -> None:
        self._owner.on_call_pressed(self.key, prm.digit)

    @guarded
    def onCallTransferRequest(self, prm: Any) -> None:
        # The PBX moves its own legs; nobody tells this phone whom to call.
        prm.statusCode = pj.PJSIP_SC_DECLINE

    @guarded
    def onCallReplaceRequest(self, prm: Any) -> None:
        prm.statusCode = pj.PJSIP_SC_DECLINE

    @guarded
    def onCallTransferStatus(self, prm: Any) -> None:
        self._owner.on_call_transfer(self.key, prm.statusCode, bool(prm.finalNotify))

    @guarded
    def onCallTsxState(self, prm: Any) -> None:
        if prm.e.type != pj.PJSIP_EVENT_TSX_STATE:
            return
        event = prm.e.body.tsxState
        if event.type == pj.PJSIP_EVENT_RX_MSG:
            tsx = event.tsx
            if tsx.method == "INVITE" and tsx.role == pj.PJSIP_ROLE_UAC and tsx.statusCode >= 300:
                self._owner.on_call_offer_refused(self.key, tsx.statusCode)
            message = event.src.rdata.wholeMsg
            if party := header(message, "P-Asserted-Identity"):
                self._owner.on_call_party(self.key, party)
            reason = header(message, "Reason")
            self.q850 = q850_cause(reason) or self.q850
            self.elsewhere = self.elsewhere or taken_elsewhere(reason)
