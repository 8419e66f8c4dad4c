"""The phone line: the one SIP identity in use, its registration, and the way to incoming calls."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pjsua2 as pj

from softphone import protocol
from softphone.engine.addresses import header, identity, server_uri
from softphone.engine.backoff import Backoff, Impatience
from softphone.engine.calls import Calls
from softphone.engine.faults import NotYet, Refused
from softphone.engine.link.network import address_towards
from softphone.engine.link.tunnel import Arrived, LinkState, Target, Tunnel, tls13
from softphone.engine.outbox import Outbox
from softphone.engine.pace import Patience
from softphone.engine.sip import SipAccount, SipEndpoint
from softphone.engine.stack import Stack
from softphone.engine.watching import Watching

_EXPEDITED = 46
"""DSCP of voice (EF, RFC 3246): a network that knows it lets these packets go first."""
_CANNOT_NOW = frozenset({408, 480, 500, 502, 503, 504, *range(600, 700)})
"""Final answers after which the library asks again by itself; every other one is a no."""


class Line:
    """Publishes ``registration`` facts; each only when it differs from the one before."""

    def __init__(
        self,
        stack: Stack,
        calls: Calls,
        watching: Watching,
        outbox: Outbox,
        tell: Callable[[LinkState | Arrived], None],
    ) -> None:
        """``tell`` is called from another thread; it brings the state to ``on_link`` in ours, and
        has the library read what arrived."""
        self._stack = stack
        self._tell = tell
        self._tunnel: Tunnel | None = None
        """With transport ``tls``."""
        self._calls = calls
        self._watching = watching
        self._outbox = outbox
        self._account: SipAccount | None = None
        self._settings: protocol.Account | None = None
        self._said: protocol.Registration | None = None
        self._connection = 0
        self._address = ""
        """Ours of the last connection."""
        self._backoff = Backoff()
        self._impatience = Impatience()
        self.active = False
        """The server has a registration of ours."""
        self._leaving = False
        """We asked it to forget that one, because another identity comes."""
        self._patience = Patience()
        stack.endpoint.on_lost = self._on_lost

    @property
    def tells(self) -> bool:
        """Whatever arrives for the library is told, so nobody need wait for it."""
        return self._tunnel is not None and self.active

    def use(self, settings: protocol.Account) -> None:
        """Become this identity; raises ``Refused``, ``NotYet`` or ``pj.Error``."""
        try:
            address, target = self._checked(settings)
        except Refused:
            self._stay()
            raise
        self._leave()
        self.close()
        if target:
            self._tunnel = Tunnel(target, self._tell)
        account = SipAccount(self._outbox, self)
        self._settings, self._said = settings, None
        self._backoff, self._impatience = Backoff(), Impatience()
        self._stack.log.digest = ""
        transport = self._stack.transport(settings)
        if settings.register:
            self._say("registering")
        account.create(
            _config(settings, address, transport, self._tunnel.uri if self._tunnel else "")
        )
        self._account = account
        self._calls.use(account, settings)
        self._watching.use(account, settings)

    def _checked(self, settings: protocol.Account) -> tuple[str, Target | None]:
        """Our SIP address, and where a tunnel leads; raises ``Refused``."""
        if self._calls:
            raise Refused("hang up before changing the account")
        if settings.transport != "udp" and not Path(settings.ca_file).is_file():
            raise Refused(f"ca_file is not a file: {settings.ca_file!r}")
        if settings.transport != "udp" and not settings.host:
            raise Refused("host is empty")
        try:
            address = identity(settings.display_name, settings.user, settings.host)
        except ValueError as problem:
            raise Refused(str(problem)) from None
        target = None
        if settings.transport == "tls":
            try:
                target = Target(settings.host, settings.port, tls13(settings.ca_file))
            except OSError:  # ssl.SSLError is one
                raise Refused(f"ca_file holds no certificate: {settings.ca_file!r}") from None
        return address, target

    def close(self) -> None:
        """Give the identity up. Unregister first if the server should know."""
        self._calls.use(None, None)
        self._watching.use(None, None)
        if self._account:
            self._account.shutdown()
        self._account = None
        self.active = False
        if self._tunnel:
            self._tunnel.close()
        self._tunnel = None
        self._connection = 0
        self._stack.endpoint.tls_problem = ""

    def _leave(self) -> None:
        """Have the PBX forget us before the next identity registers; raises ``NotYet``.

        To the PBX they are two dialogues, which it need not treat in order, about one contact if
        the connection stays: treated last, the farewell would take away the new registration.
        """
        if self.active and not self._leaving:
            with contextlib.suppress(pj.Error):  # a REGISTER is under way: in a moment
                self.unregister()
                self._leaving = True
        if self.active and self._patience.left():
            raise NotYet
        self._patience.worked()
        self._leaving = False

    def _stay(self) -> None:
        """A call came while we were leaving, or where to go was gone."""
        self._patience.worked()
        if self._leaving and self._account:
            self._leaving = False
            self._try_again(self._account)

    def unregister(self) -> None:
        """Ask the server to forget us; ``active`` turns false with its answer."""
        if self._account and self.active:
            self._account.setRegistration(False)

    def on_registering(self) -> None:
        """From pjsua2: a REGISTER leaves."""
        self._impatience.asked()

    def on_registration(self, code: int, reason: str, answered: bool, active: bool) -> None:
        """From pjsua2: a REGISTER succeeded or failed. It tries again by itself when offline."""
        # pjsua also calls an attempt that failed active while it is going to repeat it.
        self.active = active and code < 300
        if answered:
            self._impatience.answered()
        else:
            self._impatience.failed()
        if self.active:
            self._backoff.accepted()
            self._say("registered", code, reason)
            connection = (self._tunnel.state if self._tunnel else self._stack.endpoint).number
            if self._connection != connection:
                self._connection = connection
                ours = self._tunnel.state.ours if self._tunnel else ""
                moved, self._address = self._address != ours, ours
                self._calls.renew(moved=moved)
                self._watching.lost()
            self._watching.found()
            self._calls.found()
        elif code < 300:
            if not self._leaving:
                self._say("offline", code, "unregistered")
        elif answered and code not in _CANNOT_NOW:
            self._say("refused", code, reason, self._backoff.refused())
        else:
            if self._tunnel:
                link = self._tunnel.state
                refused = "certificate refused: " if link.untrusted else ""
                reason = refused + link.problem if link.problem else reason
            elif problem := self._stack.endpoint.tls_problem:
                reason = f"certificate refused: {problem}"
            self._say("offline", code if answered else 0, reason)
        if not self.active:
            self._watching.lost()
            self._calls.lost()

    def tick(self) -> None:
        """Called often: ask again who refused, or never answered, or was lost, when it is time."""
        if self._account and not self.active and not self._leaving and self._backoff.due():
            self._try_again(self._account)
        if self._impatience.lost() and self._account:
            self._cut()

    def on_network(self) -> None:
        """The network changed: if our way to the PBX did, go it anew, and at once."""
        if not self._account or not self._settings or not self._settings.register:
            return
        if self._said and self._said.state == "refused":
            return  # whom it refused it would lock out for asking at every change
        if not self.active:
            self._try_again(self._account)
        elif self._tunnel:
            if self._moved(self._tunnel.state):
                self._cut()
        elif self._settings.transport == "tls12" and self._moved(self._stack.endpoint):
            self._cut()

    def _try_again(self, account: SipAccount) -> None:
        try:
            account.setRegistration(True)
        except pj.Error:  # a try is under way, most often: see how it went
            self._backoff.lost()

    def _cut(self) -> None:
        """Give the connection up: the library notices, and registers again on another."""
        if self._tunnel:
            self._tunnel.cut()
        else:
            self._stack.endpoint.handleIpChange(pj.IpChangeParam())

    @staticmethod
    def _moved(connection: LinkState | SipEndpoint) -> bool:
        """Our way to the PBX is no longer the one that this connection took."""
        return address_towards(connection.theirs) != connection.ours

    def on_link(self, state: LinkState) -> None:
        """From the tunnel: how the connection stands. The library comes again by itself."""
        if self._tunnel and state is self._tunnel.state and not state.tls:
            self._lost(state.problem)

    def _on_lost(self) -> None:
        """From pjsua2: one of its connections ended; with a tunnel anybody here could make one."""
        if not self._tunnel:
            self._lost("the connection was lost")

    def _lost(self, reason: str) -> None:
        if self.active:
            self.active = False
            self._backoff.lost()
            self._say("offline", 0, reason)
            self._watching.lost()
            self._calls.lost()

    def on_incoming(self, call_id: int, message: str, source: str) -> None:
        """From pjsua2: an INVITE for us. Beside a tunnel only what comes through it is the PBX."""
        if self._is_pbx(source):
            self._calls.incoming(call_id, message)
        else:
            self._calls.refuse(call_id)

    def on_text(self, message: str, source: str) -> None:
        """From pjsua2: a MESSAGE outside any call. The PBX passes on nobody's to us, so this is its
        own; within a call it would be the other side's."""
        if self._is_pbx(source):
            self._calls.announced(header(message, "X-Allo-Announced"))

    def _is_pbx(self, source: str) -> bool:
        return not self._tunnel or source == self._tunnel.address

    def _say(
        self,
        state: protocol.RegistrationState,
        code: int = 0,
        reason: str = "",
        retry_in: float = 0.0,
    ) -> None:
        assert self._settings
        registered = state == "registered"
        fact = protocol.Registration(
            state=state,
            code=code,
            reason=reason,
            server=f"{self._settings.host}:{self._settings.port}",
            user=self._settings.user,
            tls=(self._tunnel.state if self._tunnel else self._stack.endpoint).tls
            if registered
            else "",
            auth=self._stack.log.digest if registered else "",
            retry_in=round(retry_in, 1),
        )
        if fact != self._said:
            self._outbox.put(fact)
        self._said = fact


def _config(
    settings: protocol.Account, address: str, transport: int, tunnel: str
) -> pj.AccountConfig:
    config = pj.AccountConfig()
    config.idUri = address
    if settings.transport == "tls":
        # hide: where we send to, not a Route that the PBX would see
        config.sipConfig.proxies.append(f"{tunnel};hide")
    if settings.register:
        config.regConfig.registrarUri = server_uri(settings.host, settings.port, settings.transport)
    # One second, then two ± one: quick, and 500 phones do not come back in the same instant.
    config.regConfig.firstRetryIntervalSec = 1
    config.regConfig.retryIntervalSec = 2
    config.regConfig.randomRetryIntervalSec = 1
    config.regConfig.unregWaitMsec = 500
    config.regConfig.dropCallsOnFail = False
    config.sipConfig.transportId = transport
    if settings.secret:
        config.sipConfig.authCreds.append(
            pj.AuthCredInfo("digest", settings.realm, settings.user, 0, settings.secret)
        )
    # The PBX rewrites what NAT changes (rewrite_contact); a second REGISTER would only cost time.
    config.natConfig.contactRewriteUse = 0
    config.natConfig.viaRewriteUse = 0
    config.natConfig.sdpNatRewriteUse = 0
    config.mediaConfig.transportConfig.boundAddress = settings.bind
    config.mediaConfig.transportConfig.port = 0
    # By the library's own type "voice" it would be 48 (CS6), which is the routers' own.
    config.mediaConfig.transportConfig.qosParams.flags = pj.PJ_QOS_PARAM_HAS_DSCP
    config.mediaConfig.transportConfig.qosParams.dscp_val = _EXPEDITED
    if settings.srtp == "mandatory":
        config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY
        # 1: keys travel in the SDP, so pjsua itself refuses them on anything but TLS. (Into the
        # tunnel they go by TCP inside this process.)
        config.mediaConfig.srtpSecureSignaling = 1 if settings.transport == "tls12" else 0
    else:
        config.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_DISABLED
    return config
