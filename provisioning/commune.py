"""commune.toml: the installation, its sites, services and trunks, as the admin wrote them.

Owns the shape of that file and every rule about it; all faults are reported at once with their
line. Frozen once read. Knows nothing of agents or of Asterisk's files.
"""

import ipaddress
import itertools
import re
import zoneinfo
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from pbx_config import escape
from pbx_config.hours import Span
from pbx_config.model import VoiceMark
from provisioning.numbers import belgian
from provisioning.opening_hours import Exceptional, read_exceptional, read_week
from provisioning.problem import Wrong
from provisioning.text import fold, safe, slug
from provisioning.words import Words

QueueStrategy = Literal[
    "ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear", "group", "none"
]
GROUP_SECONDS = 25
"""How long a group rings where ``max_wait`` is not given."""


def _host(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    if not re.fullmatch(rf"{label}(?:\.{label})*", name) or len(name) > 253:
        raise Wrong(
            Words(f"« {text} » n'est pas un nom de serveur.", f"“{text}” is not a host name."),
            Words(
                "Donnez le nom que les portables voient, par exemple pbx.commune.example.",
                "Give the name that laptops see, for example pbx.commune.example.",
            ),
        )
    return name


def _ipv4(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text.strip()))
    except ipaddress.AddressValueError:
        raise Wrong(
            Words(f"« {text} » n'est pas une adresse IPv4.", f"“{text}” is not an IPv4 address."),
            Words("Par exemple 192.0.2.10.", "For example 192.0.2.10."),
        ) from None


def _code(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", text):
        example = slug(text) or "mairie"
        raise Wrong(
            Words(f"« {text} » n'est pas un code.", f"“{text}” is not a code."),
            Words(
                f"Minuscules, chiffres et traits d'union, par exemple « {example} ».",
                f"Lower-case letters, digits and hyphens, for example “{example}”.",
            ),
        )
    return text


def _extension(text: str) -> str:
    if not re.fullmatch(r"[2-9][0-9]{2,5}", text):
        raise Wrong(
            Words(f"« {text} » n'est pas un numéro interne.", f"“{text}” is not an extension."),
            Words(
                "3 à 6 chiffres, sans commencer par 0 ou 1 (urgences), par exemple 2900.",
                "3 to 6 digits, not starting with 0 or 1 (emergencies), for example 2900.",
            ),
        )
    return text


def _range(text: str) -> str:
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not dash or len(first) != len(last) or _extension(first) > _extension(last):
        raise Wrong(
            Words(
                f"« {text} » n'est pas une plage de numéros internes.",
                f"“{text}” is not a range of extensions.",
            ),
            Words(
                "Le premier, un tiret, le dernier, de même longueur : « 2000-2199 ».",
                "The first, a hyphen, the last, of the same length: “2000-2199”.",
            ),
        )
    return f"{first}-{last}"


def _zone(text: str) -> str:
    if text not in zoneinfo.available_timezones():
        raise Wrong(
            Words(f"« {text} » n'est pas un fuseau horaire.", f"“{text}” is not a time zone."),
            Words("Par exemple Europe/Brussels.", "For example Europe/Brussels."),
        )
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[0-9*#]", text):
        raise Wrong(
            Words(f"« {text} » n'est pas une touche.", f"“{text}” is not a key."),
            Words("Une touche est 0 à 9, * ou #.", "A key is 0 to 9, * or #."),
        )
    return text


def _week_line(line: str) -> str:
    read_week((line,))
    return line


def _dates_line(line: str) -> str:
    read_exceptional(line)
    return line


def _room(text: str) -> str:
    if not re.fullmatch(r"[0-9]{2}", text):
        raise Wrong(
            Words(f"« {text} » n'est pas un numéro de salle.", f"“{text}” is not a room's number."),
            Words(
                "Deux chiffres entre guillemets : « 12 » se forme *612.",
                "Two digits in quotes: “12” is dialled *612.",
            ),
        )
    return text


def _pin(given: Any) -> str:
    """What was given never appears in what is said of it."""
    remedy = Words(
        "Choisissez 4 à 8 chiffres au hasard, entre guillemets.",
        "Choose 4 to 8 digits at random, in quotes.",
    )
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{4,8}", given):
        raise Wrong(
            Words("ce n'est pas un code d'accès.", "this is not a PIN."),
            remedy,
        )
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(given)}
    repeated = any(
        given == given[:size] * (len(given) // size)
        for size in range(1, len(given) // 2 + 1)
        if len(given) % size == 0
    )
    if repeated or steps in ({1}, {9}):
        raise Wrong(
            Words(
                "ce code se devine (0000, 1234, 1212…).",
                "this PIN can be guessed (0000, 1234, 1212…).",
            ),
            remedy,
        )
    return given


def _said(text: str) -> str:
    text = text.strip()
    if not text or len(text) > 2000 or not text.replace("\n", " ").isprintable():
        raise Wrong(
            Words("ce texte ne peut pas être dit.", "this text cannot be said."),
            Words("Écrivez 1 à 2000 caractères.", "Write 1 to 2000 characters."),
        )
    return text


def _sentence(text: str) -> str:
    text = _said(text)
    if set(re.findall(r"{(.*?)}", text)) != {"type"}:
        raise Wrong(
            Words(f"« {text} » ne contient pas {{type}} seul.", f"“{text}” lacks {{type}}."),
            Words(
                "Par exemple « Prochaine collecte des {type}, le ».",
                "For example “Next collection of {type}, on”.",
            ),
        )
    return text


def _email(text: str) -> str:
    address = text.strip()
    if not escape.email(address):
        raise Wrong(
            Words(f"« {text} » n'est pas une adresse e-mail.", f"“{text}” is not an address."),
            Words("Par exemple population@commune.be.", "For example population@town.be."),
        )
    return address


def _account(text: str) -> str:
    if not text.isprintable() or len(text) > 128:
        raise Wrong(
            Words("ce compte n'en est pas un.", "this is not an account."),
            Words("Donnez 128 caractères au plus.", "Give 128 characters at most."),
        )
    return text


def _name(longest: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        text = safe(text, longest)
        if not slug(text):
            raise Wrong(
                Words("le nom est vide.", "the name is empty."),
                Words("Donnez un nom.", "Give a name."),
            )
        return text

    return check


def _postcode(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{3}", text):
        raise Wrong(
            Words(f"« {text} » n'est pas un code postal.", f"“{text}” is not a postcode."),
            Words("Quatre chiffres, par exemple 6000.", "Four digits, for example 6000."),
        )
    return text


def _spoken_by(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if not word or "\0" in word:
            raise Wrong(
                Words("un mot de la commande est vide.", "a word of the command is empty."),
                Words("Retirez-le.", "Remove it."),
            )
        for name in re.findall(r"{(\w+)}", word):
            if name != "language":
                raise Wrong(
                    Words(f"« {{{name}}} » est inconnu ici.", f"“{{{name}}}” is unknown here."),
                    Words(
                        "Seul {language} est remplacé, par fr, nl, en ou de.",
                        "Only {language} is replaced, by fr, nl, en or de.",
                    ),
                )
    if not words:
        raise Wrong(
            Words("la commande est vide.", "the command is empty."),
            Words(
                'Par exemple ["espeak-ng", "-v", "{language}", "--stdin", "--stdout"].',
                'For example ["espeak-ng", "-v", "{language}", "--stdin", "--stdout"].',
            ),
        )
    return words


Host = Annotated[str, AfterValidator(_host)]
Ipv4 = Annotated[str, AfterValidator(_ipv4)]
Code = Annotated[str, AfterValidator(_code)]
Name = Annotated[str, AfterValidator(_name(60))]
Number = Annotated[str, AfterValidator(belgian)]
Extension = Annotated[str, AfterValidator(_extension)]
Said = Annotated[str, AfterValidator(_said)]
Postcode = Annotated[str, AfterValidator(_postcode)]
WeekLine = Annotated[str, AfterValidator(_week_line)]
DatesLine = Annotated[str, AfterValidator(_dates_line)]
RoomNumber = Annotated[str, AfterValidator(_room)]
Pin = Annotated[str, BeforeValidator(_pin)]
MenuKey = Annotated[str, AfterValidator(_key)]
Sentence = Annotated[str, AfterValidator(_sentence)]
Email = Annotated[str, AfterValidator(_email)]
PromptLanguage = Literal["fr", "nl", "en", "de"]
InfoLanguage = Literal["fr", "nl", "en"]
Port = Annotated[int, Field(ge=1, le=65535)]


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
    extensions: Annotated[str, AfterValidator(_range)]
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
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Brussels"
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
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Brussels"

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

    command: Annotated[tuple[str, ...], AfterValidator(_spoken_by)] = Field(
        default=(), strict=False
    )
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
    user: Annotated[str, AfterValidator(_account)] = ""
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
