"""Starts and stops the pjsua2 library: settings, codecs, transports.

Everything here is called by the one SIP thread, from ``libCreate`` to ``libDestroy``.
"""

import ctypes
import socket

import pjsua2 as pj

from softphone.engine.link.network import KEEP_ALIVE
from softphone.engine.outbox import Outbox
from softphone.engine.sip import SipEndpoint, SipLog
from softphone.protocol import Account

CLOCK_RATE = 16_000
"""Hz of the conference bridge: wideband, as G.722."""
PACKET_MS = 20
FRAME_MS = PACKET_MS
"""The bridge's step."""
_LEAST_MS, _MOST_MS = PACKET_MS, 200
"""How much a jitter buffer that ran empty waits for before it gives anything; in between pjmedia
takes what lately came at once. Unset, it would not wait at all: with packets up to 160 ms late,
overtaking each other, 63 % of a tone was spoilt in the first five seconds. With a higher least a
lost packet empties the buffer of a good network, and then each of them costs a gap of its own; with
a lower most there are more gaps until it holds enough. All figures: docs/benchmarks.md.
"""
NEVER, _PROGRESSIVE = 0, 2
"""How it gets shorter again (pjmedia_jb_discard_algo): the library would leave out 10 ms now and
then, also while packets still overtake each other, so that the next late ones are gaps. We begin
anew instead, when the network is calm (``softphone.engine.slack``).
"""
MAX_CALLS = 4
"""The wheel was built for four (PJSUA_MAX_CALLS); a fifth caller hears busy."""
_MAX_OPTIONS = 4
"""Options of a socket that the library sets (PJ_MAX_SOCKOPT_PARAMS); it forgets what is more.
On Linux SipEndpoint sets them all once connected."""
_CODECS = (("G722/16000/1", 255), ("PCMA/8000/1", 254), ("PCMU/8000/1", 253))
"""Preference, best first; all others are switched off."""


class Stack:
    """The running library."""

    def __init__(self, outbox: Outbox) -> None:
        self.log = SipLog()
        self.endpoint = SipEndpoint(outbox)
        self._transport: tuple[tuple[str, str, str, int], int] | None = None

    def start(self) -> None:
        """Ready for accounts; raises ``pj.Error``."""
        endpoint = self.endpoint
        endpoint.libCreate()
        endpoint.libInit(self._settings())
        endpoint.libStart()
        # No clock and no sound device until a call has sound (softphone.engine.sound).
        endpoint.audDevManager().setNoDev()
        preferred = dict(_CODECS)
        for codec in endpoint.codecEnum2():
            endpoint.codecSetPriority(codec.codecId, preferred.get(codec.codecId, 0))

    def _settings(self) -> pj.EpConfig:
        config = pj.EpConfig()
        config.uaConfig.userAgent = "allo"
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = MAX_CALLS
        # "Console" is what reaches our log writer; with a writer the library prints nothing itself.
        config.logConfig.writer = self.log
        config.logConfig.level = config.logConfig.consoleLevel = 4
        config.logConfig.msgLogging = 1
        config.medConfig.clockRate = config.medConfig.sndClockRate = CLOCK_RATE
        config.medConfig.audioFramePtime = FRAME_MS
        config.medConfig.ptime = PACKET_MS
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        media = config.medConfig
        media.jbInit = media.jbMinPre = _LEAST_MS
        media.jbMaxPre = _MOST_MS
        never_shrink(media)
        return config

    def run(self, milliseconds: int) -> None:
        """Handle what arrives for at most this long."""
        self.endpoint.libHandleEvents(milliseconds)

    def transport(self, account: Account) -> int:
        """The transport for this account's signalling; raises ``pj.Error``.

        The one before is closed unless it fits.
        """
        key = (account.transport, account.ca_file, account.bind, account.local_port)
        if self._transport and self._transport[0] == key:
            return self._transport[1]
        if self._transport:
            self.endpoint.transportClose(self._transport[1])
            self._transport = None
        config = pj.TransportConfig()
        config.boundAddress = account.bind
        # Without it the second of two messages in a row (ACK, INVITE) waits 40 ms for the far end's
        # delayed acknowledgement of the first. The options must live until the transport has
        # copied them: the vector's copies point to their values.
        no_delay = pj.SockOpt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        keep_alive = [pj.SockOpt(*option) for option in KEEP_ALIVE[: _MAX_OPTIONS - 1]]
        kind = pj.PJSIP_TRANSPORT_UDP
        if account.transport == "tls":  # through the tunnel, on this machine
            kind = pj.PJSIP_TRANSPORT_TCP
            config.boundAddress = "127.0.0.1"
            config.sockOptParams.sockOpts.push_back(no_delay)
        elif account.transport == "tls12":
            kind = pj.PJSIP_TRANSPORT_TLS
            config.tlsConfig.CaListFile = account.ca_file
            config.tlsConfig.verifyServer = True
            config.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2
            for option in (no_delay, *keep_alive):
                config.tlsConfig.sockOptParams.sockOpts.push_back(option)
        else:
            config.port = account.local_port
        number: int = self.endpoint.transportCreate(kind, config)
        self._transport = (key, number)
        return number

    def stop(self) -> None:
        """Take the library down without waiting for the network; calls and accounts are gone."""
        # Without the flag pjsua listens another full second for late answers.
        self.endpoint.libDestroy(pj.PJSUA_DESTROY_NO_NETWORK)


def never_shrink(config: pj.MediaConfig) -> None:
    """Let jitter buffers get shorter ``NEVER``.

    The binding hands this one setting out as a pointer to an integer that it knows nothing about.
    """
    algorithm = config.jbDiscardAlgo
    algorithm.disown()  # or its end would be a complaint on stdout, of all places
    setting = ctypes.c_int.from_address(int(algorithm))
    if setting.value == _PROGRESSIVE:  # the library's own choice; else it is not what we think
        setting.value = NEVER
        config.jbDiscardAlgo = algorithm
