"""commune.toml: the installation, its sites, services and trunks, as the admin wrote them.

Owns the shape of that file; single values are ``commune_values``', what must fit together
``commune_rules``'. Frozen once read. Knows nothing of agents or of Asterisk's files.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pbx_config.hours import Span
from pbx_config.model import VoiceMark
from provisioning.commune_values import (
    Account,
    Code,
    Command,
    DatesLine,
    Email,
    Extension,
    ExtensionRange,
    Host,
    InfoLanguage,
    Ipv4,
    MenuKey,
    Name,
    Number,
    Pin,
    Port,
    Postcode,
    PromptLanguage,
    RoomNumber,
    Said,
    Sentence,
    WeekLine,
    Zone,
)
from provisioning.opening_hours import Exceptional, read_exceptional, read_week
from provisioning.problem import Wrong
from provisioning.text import fold, slug
from provisioning.words import Words

QueueStrategy = Literal[
    "ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "group", "none"
]
GROUP_SECONDS = 25
"""How long a group rings where ``max_wait`` is not given."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Installation(_Part):
    """Where the server is reached and which ports it may use."""

    host: Host
    bind: Ipv4 = "0.0.0.0"  # noqa: S104, a telephone exchange is there to be reached
    https_port: Port = 8443
    sip_phone_port: Port = 5062
    sip_tls_port: Port = 5061
    sip_udp_port: Port = 5060
    ami_port: Port = 5038
    rtp_start: Annotated[int, Field(ge=1024, le=65534)] = 10000
    rtp_end: Annotated[int, Field(ge=1025, le=65535)] = 19999


class Site(_Part):
    """A building with its own range of extensions."""

    code: Code
    name: Name
    aliases: tuple[str, ...] = Field(default=(), strict=False)
    """Other names the site has in people's lists."""
    extensions: ExtensionRange
    main_number: Number
    main_service: str
    """Service that answers the main number."""
    main_menu: str = ""
    """Menu that answers it before."""
    shown_number: Number = ""
    """What calls to the outside show of who has no number of their own; else the main number."""
    emergency_number: Number = ""
    """Shown to 112; the main number when not given."""
    address: str = ""
    """Street and number: ``Place communale 1``."""
    postcode: Postcode = ""
    town: str = ""
    zone: Zone = "Europe/Brussels"
    voice_mark: VoiceMark = "ef"
    """DSCP of the sound that its phones are sent."""

    @model_validator(mode="before")
    @classmethod
    def _own_number(cls, given: Any) -> Any:
        if isinstance(given, dict) and "main_number" in given:
            main = given["main_number"]
            return {"emergency_number": main, "shown_number": main, **given}
        return given

    @property
    def range(self) -> range:
        """Extensions as numbers; all have the same count of digits."""
        first, _, last = self.extensions.partition("-")
        return range(int(first), int(last) + 1)


class Hours(_Part):
    """When services are open."""

    name: Name
    week: tuple[WeekLine, ...] = Field(strict=False)
    """``lun-ven 08:30-12:00, 13:30-16:00``"""
    holidays: bool = True
    """Closed on Belgian public holidays."""
    closed: tuple[DatesLine, ...] = Field(default=(), strict=False)
    """``2026-12-24 12:00-24:00 Réveillon``, ``2026-12-28 au 2027-01-03``"""
    open: tuple[DatesLine, ...] = Field(default=(), strict=False)
    """The same for exceptional openings; they count more than holidays and closings."""
    zone: Zone = "Europe/Brussels"

    @property
    def slug(self) -> str:
        return slug(self.name)

    @property
    def spans(self) -> tuple[tuple[Span, ...], ...]:
        """Of the seven days. (Lines against each other: ``hours_rules``.)"""
        return read_week(self.week)

    @property
    def closings(self) -> tuple[Exceptional, ...]:
        return tuple(read_exceptional(line) for line in self.closed)

    @property
    def openings(self) -> tuple[Exceptional, ...]:
        return tuple(read_exceptional(line) for line in self.open)


class Prompt(_Part):
    """What is said to callers: a text for each language, or a sound file beside commune.toml."""

    name: Name
    fr: Said | None = None
    nl: Said | None = None
    en: Said | None = None
    de: Said | None = None

    @model_validator(mode="after")
    def _something(self) -> "Prompt":
        if not self.languages:
            raise Wrong(
                Words("ce message ne dit rien.", "this prompt says nothing."),
                Words('Ajoutez par exemple fr = "…".', 'Add for example fr = "…".'),
            )
        return self

    @property
    def slug(self) -> str:
        return slug(self.name)

    @property
    def languages(self) -> dict[PromptLanguage, str]:
        """Text or file by language; French first."""
        given: dict[PromptLanguage, str | None] = {
            "fr": self.fr, "nl": self.nl, "en": self.en, "de": self.de,
        }  # fmt: skip
        return {language: text for language, text in given.items() if text}


class Voice(_Part):
    """Another program than espeak-ng that reads texts aloud: text in, sound file out."""

    command: Command = Field(default=(), strict=False)
    """Program and arguments; ``{language}`` is replaced. No shell reads it."""


class Key(_Part):
    """What a key of a menu leads to, with the language spoken from then on."""

    to: str
    language: PromptLanguage | None = None


class Menu(_Part):
    """Callers choose by key."""

    name: Name
    extension: Extension
    number: Number | None = None
    prompt: str
    """Name of a prompt."""
    keys: dict[MenuKey, Key]
    """See ``provisioning.targets`` for what a key may lead to."""
    otherwise: Key
    """For who presses nothing that means anything."""
    times: Annotated[int, Field(ge=1, le=5)] = 2
    seconds: Annotated[int, Field(ge=1, le=30)] = 5
    direct: bool = False
    """An extension may be dialled here."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        """``1 = "Population"`` is ``1 = { to = "Population" }``."""
        if not isinstance(given, dict):
            return given
        short = {**given}
        if isinstance(keys := short.get("keys"), dict):
            short["keys"] = {key: _to(value) for key, value in keys.items()}
        if "otherwise" in short:
            short["otherwise"] = _to(short["otherwise"])
        return short

    @property
    def slug(self) -> str:
        return slug(self.name)


def _to(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class Info(_Part):
    """A line that says the next dates of what the caller asks for (``provisioning.info_lines``)."""

    name: Name
    extension: Extension
    number: Number | None = None
    file: str
    """CSV of streets, kinds and dates, beside commune.toml (``provisioning.dates_csv``)."""
    prompt: str = ""
    """Name of a prompt, said first."""
    sentence: dict[InfoLanguage, Sentence] = {}
    """What comes before a date, with ``{type}``, by language."""
    otherwise: Key = Key(to="goodbye")
    """For who presses 0, or nothing that means anything."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if isinstance(given, dict) and "otherwise" in given:
            return {**given, "otherwise": _to(given["otherwise"])}
        return given

    @property
    def slug(self) -> str:
        return slug(self.name)


class Closed(_Part):
    """What callers meet while a service is closed."""

    prompt: str = ""
    """Name of a prompt; empty: a sentence of allo's own."""
    then: str = "voicemail"
    """The service's voicemail, or see ``provisioning.targets``."""
    urgent: Number | None = None
    """Rung for who presses 1."""


class Service(_Part):
    """People who answer together."""

    name: Name
    aliases: tuple[str, ...] = Field(default=(), strict=False)
    extension: Extension
    number: Number | None = None
    queue: QueueStrategy = "ringall"
    """``group``: all ring at once and nobody waits. ``none``: no queue of its own."""
    max_wait: Annotated[int, Field(ge=10, le=7200)] = 300
    """Seconds; of a group ``GROUP_SECONDS`` when not given."""
    after_wait: str = "voicemail"
    """Where one goes on who waited so long."""
    helped_by: tuple[str, ...] = Field(default=(), strict=False)
    """Services whose agents are rung where none of its own can be."""
    wrapup: Annotated[int, Field(ge=0, le=600)] = 0
    """Seconds of peace after a call."""
    announce: Annotated[int, Field(ge=0, le=600)] = 0
    """Seconds between two announcements of position and wait; 0: none, else 15 at least."""
    priority: Annotated[int, Field(ge=0, le=100)] = 0
    callback: bool = False
    """Who waits may press 1 to be called back."""
    hours: str = ""
    """Name of its opening hours; empty: always open."""
    closed: Closed = Closed()
    night: Closed | None = None
    """While somebody switched to night; not given: as ``closed``."""
    email: Email | None = None
    """Where the messages in its voicemail are mailed to."""

    @model_validator(mode="before")
    @classmethod
    def _rings_shorter(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("queue") == "group":
            return {"max_wait": GROUP_SECONDS, **given}
        return given

    @property
    def slug(self) -> str:
        return slug(self.name)


class Room(_Part):
    """A conference room."""

    number: RoomNumber
    """Dialled after ``*6``."""
    name: Name
    pin: Pin | None = Field(default=None, repr=False)
    """Asked of who comes in."""
    max: Annotated[int, Field(ge=2, le=100)] = 30
    """People at a time."""

    @property
    def slug(self) -> str:
        return slug(self.name)


class Voicemail(_Part):
    """Limits of all mailboxes."""

    max_seconds: Annotated[int, Field(ge=10, le=1800)] = 300
    """Of one message."""
    max_messages: Annotated[int, Field(ge=1, le=1000)] = 100
    """Not heard yet, in one box."""
    keep_days: Annotated[int, Field(ge=0, le=3650)] = 180
    """Then a message is removed, heard or not; 0: never."""


class Mail(_Part):
    """The server that mails voicemails. Its password is not here (``Home.mail_secret``)."""

    host: Host
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    """``none``: to this machine only."""
    port: Port = 0
    """The usual one of the encryption when not given."""
    sender: Email = Field(alias="from")
    user: Account = ""
    """Empty: without logging in."""
    attach: bool = True
    """With the message's sound."""
    ca: str = ""
    """PEM file, beside commune.toml, of an authority that the system does not know."""

    @model_validator(mode="before")
    @classmethod
    def _usual_port(cls, given: Any) -> Any:
        if isinstance(given, dict):
            encryption = str(given.get("encryption", "starttls"))
            return {"port": {"tls": 465, "none": 25}.get(encryption, 587), **given}
        return given


class Trunk(_Part):
    """The operator's line."""

    name: Code
    host: Ipv4
    port: Port = 5060
    emergency_location: bool = False
    """Tell 112 the site's address beside its number; only where the operator takes it."""


class Commune(_Part):
    """The whole file."""

    installation: Installation
    site: tuple[Site, ...] = Field(min_length=1, strict=False)
    service: tuple[Service, ...] = Field(min_length=1, strict=False)
    trunk: tuple[Trunk, ...] = Field(default=(), strict=False)
    hours: tuple[Hours, ...] = Field(default=(), strict=False)
    prompt: tuple[Prompt, ...] = Field(default=(), strict=False)
    menu: tuple[Menu, ...] = Field(default=(), strict=False)
    info: tuple[Info, ...] = Field(default=(), strict=False)
    voice: Voice = Voice()
    voicemail: Voicemail = Voicemail()
    mail: Mail | None = None
    room: tuple[Room, ...] = Field(default=(), strict=False)
    """None: any two digits are an open room."""

    def info_named(self, text: str) -> Info | None:
        """By slug or name, as people type it."""
        wanted = fold(text)
        return next((i for i in self.info if wanted in (fold(i.slug), fold(i.name))), None)

    def menu_named(self, text: str) -> Menu | None:
        """By slug or name, as people type it."""
        wanted = fold(text)
        return next((m for m in self.menu if wanted in (fold(m.slug), fold(m.name))), None)

    def hours_named(self, text: str) -> Hours | None:
        """By slug or name, as people type it."""
        wanted = fold(text)
        return next((h for h in self.hours if wanted in (fold(h.slug), fold(h.name))), None)

    def prompt_named(self, text: str) -> Prompt | None:
        """By slug or name, as people type it."""
        wanted = fold(text)
        return next((p for p in self.prompt if wanted in (fold(p.slug), fold(p.name))), None)

    def site_named(self, text: str) -> Site | None:
        """By code, name or alias, as people type it."""
        wanted = fold(text)
        for site in self.site:
            if wanted in {fold(name) for name in (site.code, site.name, *site.aliases)}:
                return site
        return None

    def service_named(self, text: str) -> Service | None:
        """By slug, name or alias, as people type it."""
        wanted = fold(text)
        for service in self.service:
            if wanted in {fold(name) for name in (service.slug, service.name, *service.aliases)}:
                return service
        return None
