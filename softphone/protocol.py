"""The engine protocol, version 1: commands in, facts out, one JSON object per line (UTF-8).

This file documents the whole protocol (docs/engine-protocol.md tells the story around it). It owns
the types and their encoding, and knows neither pjsua2 nor Qt. A command is tagged by ``do``, a fact
by ``fact``. Unknown fields are refused, so that a spelling mistake is named instead of ignored.
"""

from typing import Annotated, Literal

import msgspec

VERSION = 1
MAX_LINE = 65_536
"""Longest accepted line in bytes; longer input is skipped and answered by an ``error`` fact."""


class Command(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", kw_only=True
):
    """Base of everything the engine can be told."""


RingMelody = Literal["external", "internal", "queue", "queue-2", "queue-3", "queue-4"]


class Account(Command, frozen=True, tag="account", kw_only=True):
    """Use this SIP identity from now on (replaces the one before) and, by default, register it.

    ``secret`` travels on stdin only: never in an argument list, a log or a fact.
    """

    host: str
    """Server name (TLS: the name its certificate must carry) or IPv4 address."""
    port: int
    user: str
    """SIP user: the device id on the PBX (``u14-1``), or the caller's number on a trunk."""
    secret: str = ""
    realm: str = "allo"
    display_name: str = ""
    transport: Literal["tls", "tls12", "udp"] = "tls"
    """``tls``: TLS 1.3 by the engine itself; ``tls12``: TLS 1.2 by the SIP library."""
    ca_file: str = ""
    """PEM file with the CA that signed the server's certificate; required for both kinds of TLS."""
    srtp: Literal["mandatory", "off"] = "mandatory"
    register: bool = True
    """False on the trunk side of a test: calls without registering."""
    bind: str = ""
    """Local IPv4 address for SIP and RTP; empty = chosen by the system."""
    local_port: int = 0
    """Local SIP port (UDP only); 0 = any free one."""
    auto_answer: bool = False
    """Answer by itself a call of which the PBX asks so (an announcement, an intercom)."""


class Dial(Command, frozen=True, tag="dial", kw_only=True):
    """Call ``to``: a number as people write it, or a ``sip:`` URI. ``call`` is the sender's key."""

    call: str
    to: str


class Redial(Command, frozen=True, tag="redial", kw_only=True):
    """Call once more what was dialled last, since the engine started."""

    call: str


class Answer(Command, frozen=True, tag="answer", kw_only=True):
    """Answer a ringing incoming call (200 OK)."""

    call: str


class Reject(Command, frozen=True, tag="reject", kw_only=True):
    """Refuse a ringing incoming call: 486 Busy Here or 603 Decline."""

    call: str
    why: Literal["busy", "decline"] = "busy"


class Hangup(Command, frozen=True, tag="hangup", kw_only=True):
    """End a call in any state (CANCEL, BYE)."""

    call: str


class Mute(Command, frozen=True, tag="mute", kw_only=True):
    """Send silence instead of the microphone (``on``), or the microphone again."""

    call: str
    on: bool


class Hold(Command, frozen=True, tag="hold", kw_only=True):
    """Let the other side wait with music (``on``), or take the call up again."""

    call: str
    on: bool


class Dtmf(Command, frozen=True, tag="dtmf", kw_only=True):
    """Press keys in a call."""

    call: str
    by: Literal["events", "info"] = "events"
    """``events``: in the sound's stream (RFC 4733), or ``info`` where the other side knows none;
    ``info``: SIP INFO (application/dtmf-relay)."""
    digits: Annotated[str, msgspec.Meta(pattern="^[0-9*#A-Da-d]{1,32}$")]


class Transfer(Command, frozen=True, tag="transfer", kw_only=True):
    """Send the other side of a call to a number and leave (blind; REFER, RFC 3515)."""

    call: str
    to: str


class Connect(Command, frozen=True, tag="connect", kw_only=True):
    """Connect the other sides of two calls with each other and leave (attended; RFC 3891)."""

    call: str
    other: str


class Mix(Command, frozen=True, tag="mix", kw_only=True):
    """Let the other sides of these calls hear each other, and us: a conference on this phone.

    Those on hold are taken up. It ends with ``split``, or when fewer than two are left.
    """

    calls: Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]


class Split(Command, frozen=True, tag="split", kw_only=True):
    """End the conference: ``keep`` goes on, the others wait."""

    keep: str


class Stats(Command, frozen=True, tag="stats", kw_only=True):
    """Ask for a ``stats`` fact of one call now."""

    call: str


class Sound(Command, frozen=True, tag="sound", kw_only=True):
    """Choose where sound comes from and goes to, for running calls and those to come."""

    source: Literal["device", "tone", "file", "silence"] = "device"
    tone_hz: float = 440.0
    """Frequency for ``source="tone"``, Hz; level is −12 dBFS."""
    source_file: str = ""
    """WAV (16-bit mono, 16 kHz) for ``source="file"``, repeated."""
    sink: Literal["device", "file", "nothing"] = "device"
    sink_file: str = ""
    """WAV written for ``sink="file"`` (16-bit mono, 16 kHz), complete after the call ends."""
    input_device: str = ""
    """Device as ``name, host API``; empty = the system's default, which is followed."""
    output_device: str = ""
    ring_device: str = ""
    """Where calls ring; empty = the system's default."""
    ring_melody: RingMelody = "external"
    """Melody of a caller from outside; queues and colleagues have their own."""


class Processing(Command, frozen=True, tag="processing", kw_only=True):
    """What is done to the microphone's sound, from now on (WebRTC's audio processing)."""

    echo: bool = True
    """Take what the loudspeaker plays out of it."""
    noise: bool = True
    """Take steady noise out of it."""
    gain: bool = True
    """Bring the voice to a comfortable level."""
    high_pass: bool = True
    """Take rumble out of it."""


class Meter(Command, frozen=True, tag="meter", kw_only=True):
    """Say ``levels`` ten times a second while ``on``; without a call the microphone is opened."""

    on: bool


class SoundTest(Command, frozen=True, tag="sound_test", kw_only=True):
    """Try a device while no call has sound; one test ends the one before. ``tested`` tells.

    ``speaker``: three notes; ``ring``: the melody once; ``microphone``: five seconds are recorded
    and played back; ``stop``: no more.
    """

    what: Literal["speaker", "ring", "microphone", "stop"]


class Announce(Command, frozen=True, tag="announce", kw_only=True):
    """Let the PBX tell the other side that the call is recorded from now on.

    We hear nothing meanwhile. Then comes ``recordable``; where the PBX cannot do it (nobody but the
    PBX itself is on the other side, for instance) an ``error``, half a minute later.
    """

    call: str


class Record(Command, frozen=True, tag="record", kw_only=True):
    """Record a call into a WAV file (two channels: here, there), or stop.

    Refused unless the PBX has announced it to the other side (``recordable`` said so), and while
    another call is recorded. Muted or on hold there is silence in it.
    """

    call: str
    on: bool
    file: str = ""
    """Where to; it must not exist yet, its folder must."""


class Watch(Command, frozen=True, tag="watch", kw_only=True):
    """Say how these extensions are, now and whenever it changes; replaces those before.

    ``dnd-2001``, ``forward-2001``, ``follow-2001`` and ``filter-2001`` are the switches of
    extension 2001: ``busy`` means on.
    """

    extensions: tuple[Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{1,32}$")], ...]


class Network(Command, frozen=True, tag="network", kw_only=True):
    """The network changed, or the system woke up: look whether we are still connected.

    On Linux the engine notices by itself.
    """


class Quit(Command, frozen=True, tag="quit", kw_only=True):
    """Hang up, unregister, stop. Closing stdin means the same."""


AnyCommand = (
    Account
    | Dial
    | Redial
    | Answer
    | Reject
    | Hangup
    | Mute
    | Hold
    | Dtmf
    | Transfer
    | Connect
    | Mix
    | Split
    | Stats
    | Sound
    | Processing
    | Meter
    | SoundTest
    | Announce
    | Record
    | Watch
    | Network
    | Quit
)


class Fact(msgspec.Struct, frozen=True, tag_field="fact", kw_only=True):
    """Base of everything the engine says. A fact is already true when it is said."""


class Ready(Fact, frozen=True, tag="ready", kw_only=True):
    """First line of every engine: it takes commands now."""

    v: int = VERSION
    pid: int


RegistrationState = Literal["registering", "registered", "refused", "offline"]


class Registration(Fact, frozen=True, tag="registration", kw_only=True):
    """What the registrar thinks of us."""

    state: RegistrationState
    """``refused``: the server said no (see code), tried again after ``retry_in``; ``offline``: no
    answer, tried again every few seconds."""
    code: int = 0
    """SIP status, or 0 when none was received."""
    reason: str = ""
    server: str = ""
    user: str = ""
    tls: str = ""
    """Protocol and cipher, e.g. ``TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384``; empty without TLS."""
    auth: str = ""
    """Digest algorithm the server accepted: ``SHA-256`` or ``MD5``."""
    retry_in: float = 0.0
    """Only with ``refused``: seconds until the next try; longer each time, up to ten minutes."""


class Incoming(Fact, frozen=True, tag="incoming", kw_only=True):
    """A call rings here. The engine chose ``call``."""

    call: str
    number: str
    name: str = ""
    queue: str = ""
    """Name of the queue it comes through (header X-Allo-Queue), or empty."""
    call_id: str = ""
    """The PBX's unique id of the caller's leg (header X-Allo-Call), or empty."""
    returned: str = ""
    """We handed this caller to that extension, and nobody took them there: they are back."""
    diverted_by: str = ""
    """Number of who forwarded it here, the last one if there were several (Diversion, RFC 5806)."""
    diverted_name: str = ""
    auto: bool = False
    """It answers itself: the PBX asked so, and the account allows it."""


EndCause = Literal[
    "",
    "normal",
    "busy",
    "no_answer",
    "declined",
    "not_found",
    "cancelled",
    "elsewhere",
    "unavailable",
    "forbidden",
    "failed",
]


CallProgress = Literal["calling", "ringing", "connected", "ended"]


class CallState(Fact, frozen=True, tag="call", kw_only=True):
    """A call went on. After ``ended`` only ``quality_summary`` and a recording's end may come."""

    call: str
    state: CallProgress
    """``ringing``: the other side rings (outgoing calls)."""
    code: int = 0
    """SIP status that ended or progressed it."""
    why: EndCause = ""
    """Only with ``ended``: the cause in one word; the window has the sentence."""
    reason: str = ""
    """Text the far side gave, for details only."""


class Party(Fact, frozen=True, tag="party", kw_only=True):
    """Who the other side is now, after a transfer or a pick-up there (P-Asserted-Identity)."""

    call: str
    number: str
    name: str = ""


class Media(Fact, frozen=True, tag="media", kw_only=True):
    """Sound of a call is set up (again)."""

    call: str
    codec: str
    """e.g. ``G722/16000``"""
    srtp: str = ""
    """SRTP suite, e.g. ``AES_CM_128_HMAC_SHA1_80``; empty when in clear."""


class Muted(Fact, frozen=True, tag="muted", kw_only=True):
    """Microphone of a call is off (``on``) or on again."""

    call: str
    on: bool


class Held(Fact, frozen=True, tag="held", kw_only=True):
    """Who lets whom wait in a call; said when it changes."""

    call: str
    here: bool
    there: bool = False
    """The other side lets us wait, as far as it says so: behind a PBX it plays music instead."""


class Pressed(Fact, frozen=True, tag="pressed", kw_only=True):
    """The other side pressed a key."""

    call: str
    digit: str


class Transferred(Fact, frozen=True, tag="transferred", kw_only=True):
    """How a transfer goes on."""

    call: str
    state: Literal["under_way", "done", "refused"]
    """``under_way``: the PBX tries; ``done``: the others talk, our call ends; ``refused``: our call
    is as it was, or ends if the other side had left it already."""
    code: int = 0
    """SIP status of the try."""
    why: EndCause = ""
    """Only with ``refused``: the cause in one word, as for a call."""


class Mixed(Fact, frozen=True, tag="mixed", kw_only=True):
    """The calls of the conference on this phone; none: there is none (any more)."""

    calls: tuple[str, ...]


WatchedState = Literal["free", "ringing", "busy", "held", "offline", "unknown"]


class Watched(Fact, frozen=True, tag="watched", kw_only=True):
    """How a watched extension is; ``unknown`` while the PBX does not say."""

    extension: str
    state: WatchedState


class Voicemail(Fact, frozen=True, tag="voicemail", kw_only=True):
    """How many messages wait in our mailbox (message-summary, RFC 3842)."""

    new: int
    old: int = 0


class CallStats(Fact, frozen=True, tag="stats", kw_only=True):
    """Counters of a call's RTP stream so far (RFC 3550)."""

    call: str
    codec: str
    srtp: str
    sent: int
    received: int
    lost: int
    jitter_ms: float
    rtt_ms: float
    seconds: float


SoundProblem = Literal["", "absent", "refuses", "hangs", "no_system", "fault"]
"""Why there is no sound in one direction: no such device; it is there but cannot be opened, because
another program has it, most often; its driver does not answer; there is no PortAudio; what we do
with each frame fails."""


class SoundState(Fact, frozen=True, tag="sound", kw_only=True):
    """Where sound comes from and goes to now.

    ``device=False`` without a ``problem``: no device was asked for. With one: something of it
    cannot be used, calls go on in silence there, and ``problem`` says why (perhaps only for now: a
    driver that hangs may come back, and then there is another of these).
    """

    device: bool
    input: str = ""
    output: str = ""
    ring: str = ""
    missing: tuple[str, ...] = ()
    """Chosen devices that are not there: the system's default stands in until they come back."""
    problem: str = ""
    """In words, for a log; the three below say what a program has to know of it."""
    input_problem: SoundProblem = ""
    output_problem: SoundProblem = ""
    ring_problem: SoundProblem = ""
    processing: str = ""
    """Why what ``Processing`` asked for does not work: we are heard as the microphone hears us."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sound device as PortAudio names it."""

    name: str
    """``name, host API``; the second of two that are named alike ends in `` (2)``, and so on."""
    inputs: int = 0
    """Channels in; 0: no microphone."""
    outputs: int = 0
    rate: int = 0
    """Its own sampling rate, Hz."""


class Devices(Fact, frozen=True, tag="devices", kw_only=True):
    """The sound devices there are; said at the start and whenever it changes."""

    devices: tuple[Device, ...]
    input: str = ""
    """Name of the system's default microphone; empty: there is none."""
    output: str = ""
    busy: tuple[str, ...] = ()
    """Those that a program has, perhaps this one, and of which nothing more can be seen now."""


class Levels(Fact, frozen=True, tag="levels", kw_only=True):
    """How loud it is here, RMS of the last 100 ms in dBFS (−120: silence)."""

    input: float
    """The microphone, as it is sent."""
    output: float
    """The loudspeaker."""


class Tested(Fact, frozen=True, tag="tested", kw_only=True):
    """How a ``sound_test`` goes on."""

    what: Literal["speaker", "ring", "microphone"]
    state: Literal["playing", "recording", "done", "failed"]
    level: float = -120.0
    """Only of a microphone, once it was recorded: its loudest 100 ms, dBFS."""
    problem: str = ""


class Quality(Fact, frozen=True, tag="quality", kw_only=True):
    """How a call sounds: of the last second, once a second."""

    call: str
    codec: str
    mos: float
    """Of what is heard here, 1 (bad) to 4.5 (best): E-model, ITU-T G.107."""
    loss: float
    """Percent of the other side's packets that did not come, or too late."""
    loss_there: float
    """Percent of ours, as the other side says (RTCP)."""
    jitter_ms: float
    rtt_ms: float
    """0 until RTCP told it."""
    buffer_ms: float
    """What the jitter buffer holds back."""
    input: float
    """Level of the microphone, as it is sent: RMS of the second in dBFS."""
    output: float
    """Level of what is heard."""
    underruns: int
    """Times that the sound device wanted sound which was not there yet, or gave none in time."""


class QualitySummary(Fact, frozen=True, tag="quality_summary", kw_only=True):
    """How a call sounded from its beginning to its end; follows its ``ended``."""

    call: str
    codec: str
    seconds: float
    mos: float
    """Mean of the seconds."""
    mos_lowest: float
    sent: int
    received: int
    lost: int
    jitter_ms: float
    """Highest."""
    rtt_ms: float
    """Mean."""
    underruns: int


TroubleKind = Literal["network_poor", "microphone_silent", "microphone_quiet", "nothing_heard"]


class Trouble(Fact, frozen=True, tag="trouble", kw_only=True):
    """Something makes a call hard to understand (``on``), or no longer.

    ``network_poor``: the MOS fell; ``microphone_silent``: nothing at all comes from it (muted by
    its own switch, most often); ``microphone_quiet``: the other side hardly hears it;
    ``nothing_heard``: no packet arrives.
    """

    call: str
    what: TroubleKind
    on: bool


class Recordable(Fact, frozen=True, tag="recordable", kw_only=True):
    """The PBX told the other side that the call may be recorded: ``record`` works now."""

    call: str
    on: bool = True
    """False: no longer, the other side is somebody else who was not told."""


class Recording(Fact, frozen=True, tag="recording", kw_only=True):
    """A call is being recorded, or no longer: then the file is complete.

    It is as soon as it can be, so the call's ``ended`` may have been said a moment before.
    """

    call: str
    on: bool
    file: str
    why: Literal["", "file", "other_party"] = ""
    """Why it ended by itself: the file cannot go on (a full disk), or the other side is somebody
    else now, who was told nothing. The file holds what was until then."""
    problem: str = ""
    """The same in words, for details."""


class Fault(Fact, frozen=True, tag="fault", kw_only=True):
    """Something broke inside; the engine lives on. ``where`` is a function name, never a secret."""

    where: str
    message: str


class Error(Fact, frozen=True, tag="error", kw_only=True):
    """A line was refused: not JSON, unknown, incomplete, or impossible now."""

    command: str
    """The ``do`` of the line, or empty when it could not be read."""
    call: str = ""
    """The call the command was about, or empty."""
    message: str


AnyFact = (
    Ready
    | Registration
    | Incoming
    | CallState
    | Party
    | Media
    | Muted
    | Held
    | Pressed
    | Transferred
    | Mixed
    | Watched
    | Voicemail
    | CallStats
    | SoundState
    | Devices
    | Levels
    | Tested
    | Quality
    | QualitySummary
    | Trouble
    | Recordable
    | Recording
    | Fault
    | Error
)

_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_facts: msgspec.json.Decoder[AnyFact] = msgspec.json.Decoder(AnyFact)


def encode(line: Command | Fact) -> bytes:
    """One JSON line, newline included."""
    return msgspec.json.encode(line) + b"\n"


def decode_command(line: bytes) -> AnyCommand:
    """Raises ``msgspec.DecodeError`` (``ValidationError`` names the field) for a bad line."""
    return _commands.decode(line)


def decode_fact(line: bytes) -> AnyFact:
    """Raises ``msgspec.DecodeError`` for a bad line."""
    return _facts.decode(line)
