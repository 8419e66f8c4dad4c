"""Reads a call's audio stream: its bridge port, codec, SRTP suite and RTP counters.

The parts of a pjsua2 structure die with it: a local name holds it while its parts are read.
"""

import re
from typing import Any

import pjsua2 as pj

from softphone import protocol
from softphone.engine.quality import Counters
from softphone.engine.sip import SipCall
from softphone.engine.stack import PACKET_MS

_BYTES_PER_MS = 8
"""Of each of our codecs: 64 kbit/s."""
_SUITE = re.compile(r"SRTP status: Active Crypto-suite: (\S+)")


def audio(call: SipCall) -> Any | None:
    """The bridge port of the call's active audio, or None."""
    index = _index(call)
    return None if index is None else call.getAudioMedia(index)


def held(call: SipCall) -> tuple[bool, bool]:
    """Whether we let the other side wait, and whether it lets us."""
    info = call.getInfo()
    states = {part.status for part in info.media if part.type == pj.PJMEDIA_TYPE_AUDIO}
    return (
        pj.PJSUA_CALL_MEDIA_LOCAL_HOLD in states,
        pj.PJSUA_CALL_MEDIA_REMOTE_HOLD in states,
    )


def media(key: str, call: SipCall) -> protocol.Media:
    """How the sound of the call travels now."""
    return protocol.Media(call=key, codec=_codec(call, _index(call) or 0), srtp=_srtp(call))


def stats(key: str, call: SipCall) -> protocol.CallStats | None:
    """RTP counters so far, or None while there is no sound."""
    index = _index(call)
    if index is None:
        return None
    statistics = call.getStreamStat(index)
    rtcp = statistics.rtcp
    return protocol.CallStats(
        call=key,
        codec=_codec(call, index),
        srtp=_srtp(call),
        sent=rtcp.txStat.pkt,
        received=rtcp.rxStat.pkt,
        lost=rtcp.rxStat.loss,
        jitter_ms=rtcp.rxStat.jitterUsec.mean / 1000,
        rtt_ms=rtcp.rttUsec.mean / 1000,
        seconds=seconds(call),
    )


def counters(call: SipCall) -> Counters | None:
    """What the stream counted so far, for its quality, or None while there is no sound."""
    index = _index(call)
    if index is None:
        return None
    statistics = call.getStreamStat(index)
    rtcp, buffer = statistics.rtcp, statistics.jbuf
    frame_ms = buffer.frameSize / _BYTES_PER_MS
    return Counters(
        codec=_codec(call, index),
        sent=rtcp.txStat.pkt,
        received=rtcp.rxStat.pkt,
        lost=rtcp.rxStat.loss,
        # The buffer counts the codec's frames, of which a packet carries two.
        late=round(buffer.discard * frame_ms / PACKET_MS),
        gaps=rtcp.rxStat.lossPeriodUsec.n,
        reports=rtcp.txStat.updateCount,
        lost_there=rtcp.txStat.loss,
        jitter_ms=rtcp.rxStat.jitterUsec.last / 1000,
        rtt_ms=rtcp.rttUsec.last / 1000,
        buffer_ms=buffer.size * frame_ms,
        burst_ms=buffer.burst * frame_ms,
    )


def seconds(call: SipCall) -> float:
    """How long the call is connected, or was."""
    info = call.getInfo()
    return float(info.connectDuration.sec + info.connectDuration.msec / 1000)


def received(call: SipCall) -> int | None:
    """RTP packets that came so far, or None while there is no sound."""
    index = _index(call)
    return None if index is None else int(call.getStreamStat(index).rtcp.rxStat.pkt)


def _index(call: SipCall) -> int | None:
    info = call.getInfo()
    for index, part in enumerate(info.media):
        if part.type == pj.PJMEDIA_TYPE_AUDIO and part.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
            return index
    return None


def _codec(call: SipCall, index: int) -> str:
    info = call.getStreamInfo(index)
    return f"{info.codecName}/{info.codecClockRate}"


def _srtp(call: SipCall) -> str:
    # The binding shows the suite in its text dump alone.
    suite = _SUITE.search(call.dump(True, ""))
    return suite.group(1) if suite else ""
