"""The exchange as values: everything that rendering needs, and nothing that it does not.

Built by the directory (provisioning), rendered by ``pbx_config.render``. Frozen: a changed exchange
is another value. Names are Asterisk's where Asterisk has one.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pbx_config.hours import Hours

Language = Literal["fr", "nl", "en", "de"]

REALM = "allo"
"""One constant realm for ever: it is part of every stored digest (RFC 7616)."""


@dataclass(frozen=True, slots=True)
class Digest:
    """H(user:realm:password), hex (RFC 7616 §3.4.2): the PBX never holds a password."""

    algorithm: Literal["SHA-256", "MD5"]
    ha1: str


@dataclass(frozen=True, slots=True)
class Device:
    """One telephone of a user: one endpoint + auth + AOR, all named ``id``."""

    id: str
    """Opaque and never reused: ``u14-1`` (user 14, device 1)."""
    kind: Literal["softphone", "sip"]
    """softphone: ours (TLS, mandatory SRTP, SHA-256). sip: a third party's (may know MD5 only)."""
    digest: Digest


@dataclass(frozen=True, slots=True)
class User:
    """An agent as the PBX sees them."""

    id: str
    """Opaque and never reused: ``u14``."""
    extension: str
    name: str
    """Full name for display and caller id."""
    site: str
    """Code of a ``Site``."""
    email: str
    public_number: str | None
    """E.164 (+32…), routed to this user."""
    devices: tuple[Device, ...]
    language: Language = "fr"
    node: int = 1
    service: str = ""
    """Title of the service they work in: for readers of a plan, never rendered."""
    surname: str = ""
    """The part of ``name`` by which one is looked for; empty: its last word."""


VoiceMark = Literal["ef", "af41", "cs5", "cs0"]
"""Differentiated services (RFC 2474, RFC 4594): expedited, video's, broadcast's, best effort."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a building stands: where help is sent (civic address, RFC 5139)."""

    street: str
    number: str
    postcode: str
    town: str


@dataclass(frozen=True, slots=True)
class Site:
    """A building: its extensions share a main number and an emergency identity."""

    code: str
    name: str
    main_number: str
    """E.164."""
    main_queue: str
    """Name of the queue that answers the main number."""
    emergency_number: str
    """E.164, shown to 112 as the caller (law: the site's own number)."""
    main_menu: str = ""
    """Name of the menu that answers the main number before that queue."""
    shown_number: str = ""
    """E.164 that calls to the outside show of who has no number of their own; empty: the main
    number."""
    address: Address | None = None
    zone: str = "Europe/Brussels"
    """IANA time zone of its clocks."""
    mark: VoiceMark = "ef"
    """What the sound that the PBX sends to its phones is marked with."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A prompt in one language."""

    language: Language
    file: str
    """Below ``sounds/allo`` (``Layout.prompts``), without its ending. Its name holds a checksum of
    what it says: another text is another file."""
    text: str = ""
    """What it says, where that is known: for readers, never rendered."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said to callers, in one or more languages; the first stands in for the others."""

    name: str
    """Slug, unique."""
    title: str
    recordings: tuple[Recording, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes on."""

    kind: Literal[
        "inside", "voicemail", "outside", "prompt", "back", "repeat", "goodbye", "callback",
        "directory",
    ]  # fmt: skip
    """inside: a person, a queue or a menu. prompt: said, and then the menu again. back: the menu
    before. callback: asked whether to be called back, else a message. directory: a person by the
    letters of their name."""
    key: str = ""
    """An extension; of ``outside`` the number (E.164); of ``prompt`` its name."""
    language: Language | None = None
    """Spoken to the caller from then on."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Callers choose by key."""

    name: str
    """Slug, unique."""
    title: str
    extension: str
    number: str | None
    """E.164 routed here."""
    prompt: str
    """Name of a ``Prompt``."""
    keys: tuple[tuple[str, Target], ...]
    """0 to 9, * and #."""
    otherwise: Target
    """For who presses nothing, or only keys that mean nothing."""
    times: int = 2
    """How often the prompt is said before that."""
    seconds: int = 5
    """Patience after the prompt."""
    direct: bool = False
    """Whether an extension may be dialled here."""


@dataclass(frozen=True, slots=True)
class InfoSeries:
    """One kind of thing that has dates: garden waste."""

    title: str
    """For readers, never rendered."""
    before: str
    """Name of the prompt that comes before a date."""
    none: str
    """Name of the prompt where no date is known any more."""
    dates: tuple[str, ...]
    """ISO 8601, ascending."""


@dataclass(frozen=True, slots=True)
class InfoZone:
    """A street, or whatever callers of an information line choose."""

    title: str
    """For readers, never rendered."""
    prompt: str
    """Name of the prompt that says it."""
    series: tuple[InfoSeries, ...]


@dataclass(frozen=True, slots=True)
class InfoPage:
    """One question to the caller, and what the answers lead to."""

    name: str
    """Digits; empty for the first one."""
    prompt: str
    """Name of a ``Prompt``."""
    zones: tuple[tuple[str, int], ...]
    """Digits that a caller types → place in ``Info.zones``."""
    pages: tuple[tuple[str, str], ...] = ()
    """Digits → name of a further page."""


@dataclass(frozen=True, slots=True)
class Info:
    """An information line: callers choose a zone and hear the next date of each kind."""

    name: str
    """Slug, unique."""
    title: str
    extension: str
    number: str | None
    """E.164 routed here."""
    clock: str
    """IANA time zone whose day it is."""
    languages: tuple[Language, ...]
    """The first stands in for the others."""
    intro: str
    """Name of a ``Prompt``; empty: none."""
    pages: tuple[InfoPage, ...]
    """The first is where one begins; none: there is a single zone."""
    zones: tuple[InfoZone, ...]
    again: str
    """Name of the prompt after the last date."""
    otherwise: Target
    """For who presses 0, or nothing that means anything."""
    prompts: tuple[Prompt, ...]
    """All that is said here and nowhere else; texts."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What callers meet while a service is closed."""

    prompt: str
    """Name of a ``Prompt``."""
    then: Target
    """After it."""
    urgent: str | None = None
    """E.164: rung for who presses 1 meanwhile."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A service that answers together."""

    name: str
    """Slug, unique: ``population``; Asterisk's queue name."""
    title: str
    """As people write it: ``Population``."""
    extension: str
    number: str | None
    """E.164 of the service, routed here."""
    strategy: Literal[
        "ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "group"
    ]
    """group: nobody waits; see ``together``."""
    members: tuple[str, ...]
    """User ids."""
    max_wait: int = 300
    """Seconds before the caller goes on to ``after_wait``."""
    node: int = 1
    hours: str = ""
    """Name of its ``Hours``; empty: always open."""
    closed: Closed | None = None
    """None only where it is always open."""
    night: Closed | None = None
    """While it is ``night``; None: as when it is closed."""
    after_wait: Target | None = None
    """None: the service's voicemail."""
    helpers: tuple[str, ...] = ()
    """User ids: rung only where no member can be."""
    wrapup: int = 0
    """Seconds that a member is left alone after a call."""
    announce: int = 0
    """Seconds between two announcements of position and expected wait; 0: none."""
    weight: int = 0
    """Of two queues that want the same member the heavier one comes first."""
    callback: bool = False
    """Who waits may press 1 to be called back."""
    email: str = ""
    """Where the messages left for the service are mailed to."""

    @property
    def together(self) -> bool:
        """A ring group: who calls hears all members' telephones ring, once. Asterisk has no queue
        of it."""
        return self.strategy == "group"


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Limits of all mailboxes."""

    max_seconds: int = 300
    """Of one message."""
    max_messages: int = 100
    """New ones that a box takes."""
    keep_days: int = 0
    """Older messages are removed, heard or not; 0: never."""


@dataclass(frozen=True, slots=True)
class Mail:
    """The server to which messages are handed, for who has an e-mail address."""

    host: str
    port: int
    encryption: Literal["starttls", "tls", "none"]
    """none: on this machine only."""
    sender: str
    user: str = ""
    """Empty: without logging in. The password stands elsewhere."""
    attach: bool = True
    """The sound goes with it."""
    ca: str = ""
    """PEM file of the server's authority, where it is not one that the system knows."""
    hello: str = "localhost"
    """Our own name there."""
    command: tuple[str, ...] = ()
    """Program that takes Asterisk's mail on its standard input and returns soon."""


@dataclass(frozen=True, slots=True)
class Room:
    """A conference room."""

    number: str
    """Two digits."""
    title: str
    pin: str = field(default="", repr=False)
    """Asked of who comes in; empty: nobody is asked."""
    most: int = 30
    """People at a time."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """The line to the outside world, identified by its address."""

    name: str
    host: str
    """IPv4 address, both for identifying its calls and for sending ours."""
    port: int
    location: bool = False
    """Emergency calls tell the site's address (PIDF-LO, RFC 6442): the operator takes it."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where the PBX listens."""

    host: str
    """Name in the certificate, given to phones."""
    bind: str
    """IPv4 address to listen on for SIP and RTP (``0.0.0.0`` or a single one)."""
    sip_tls_port: int
    """For other makers' phones: TLS 1.2 and newer."""
    sip_udp_port: int
    """For the trunk only."""
    ami_port: int
    """On 127.0.0.1 only."""
    rtp_start: int
    rtp_end: int
    sip_phone_port: int = 0
    """For our phones: TLS 1.3. 0 only in a record from before there was one."""


@dataclass(frozen=True, slots=True)
class Ami:
    """Generated credentials of the allo server's AMI user."""

    username: str
    secret: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files of the SIP TLS transport."""

    certificate: Path
    private_key: Path
    ca: Path


@dataclass(frozen=True, slots=True)
class Exchange:
    """The whole PBX of one node."""

    network: Network
    ami: Ami
    certificates: Certificates
    sites: tuple[Site, ...]
    users: tuple[User, ...]
    queues: tuple[Queue, ...]
    trunks: tuple[Trunk, ...]
    node: int = 1
    hours: tuple[Hours, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    menus: tuple[Menu, ...] = ()
    infos: tuple[Info, ...] = ()
    voicemail: Voicemail = Voicemail()
    mail: Mail | None = None
    """None: no message is mailed."""
    rooms: tuple[Room, ...] = ()
    """None: any number is an open room. Else there are these and no others."""

    @property
    def all_prompts(self) -> tuple[Prompt, ...]:
        """Those of the information lines too, each once."""
        composed = {each.name: each for info in self.infos for each in info.prompts}
        return *self.prompts, *composed.values()
