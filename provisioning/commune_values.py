"""Single values of commune.toml: what each must look like, and what to say when it does not.

Types for pydantic; a value that is none raises ``Wrong``.
"""

import ipaddress
import itertools
import re
import zoneinfo
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pbx_config import escape
from provisioning.numbers import belgian
from provisioning.opening_hours import read_exceptional, read_week
from provisioning.problem import Wrong
from provisioning.text import safe, slug
from provisioning.words import Words


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
ExtensionRange = Annotated[str, AfterValidator(_range)]
"""``2000-2199``"""
Zone = Annotated[str, AfterValidator(_zone)]
Said = Annotated[str, AfterValidator(_said)]
Postcode = Annotated[str, AfterValidator(_postcode)]
WeekLine = Annotated[str, AfterValidator(_week_line)]
DatesLine = Annotated[str, AfterValidator(_dates_line)]
RoomNumber = Annotated[str, AfterValidator(_room)]
Pin = Annotated[str, BeforeValidator(_pin)]
MenuKey = Annotated[str, AfterValidator(_key)]
Sentence = Annotated[str, AfterValidator(_sentence)]
Email = Annotated[str, AfterValidator(_email)]
Account = Annotated[str, AfterValidator(_account)]
Command = Annotated[tuple[str, ...], AfterValidator(_spoken_by)]
"""A program and its arguments."""
PromptLanguage = Literal["fr", "nl", "en", "de"]
InfoLanguage = Literal["fr", "nl", "en"]
Port = Annotated[int, Field(ge=1, le=65535)]
