"""Text from outside made safe for Asterisk's files: names, titles, e-mails, identifiers, numbers.

Asterisk has four file syntaxes with different escapes (some with none: voicemail.conf splits at
commas and pipes and knows no quoting). So a name is *cleaned* once, to the same characters
everywhere, and never escaped: what Asterisk shows is what ``clean`` returned. The name as people
write it stays in the directory. Identifiers and numbers are ours: a bad one is an error.
"""

import re
import unicodedata

from pbx_config.errors import PbxError

MAX_NAME = 64
"""Characters of a name that Asterisk gets: app_voicemail keeps 79 bytes, SIP displays far fewer."""

_MEANINGFUL = str.maketrans(
    {
        ";": " ",  # comment
        ",": " ",  # argument separator of dialplan, voicemail and queue members
        "|": " ",  # voicemail option separator, older argument separator
        '"': "'",  # caller id quoting
        "\\": "/",  # escapes the two above
        "<": "(",  # caller id number
        ">": ")",
        "[": "(",  # section, template, pattern
        "]": ")",
        "{": "(",  # with $: variable
        "}": ")",
        "$": "",  # variable or expression
        "`": "'",
        "=": "-",  # key = value, key => value
        "#": "",  # include, exec
    }
)
_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})")
_WORD = re.compile(r"[a-z0-9]{1,32}")
_DIGITS = re.compile(r"[0-9]{1,15}")
_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
_PIN = re.compile(r"[0-9]{4,8}")
_ZONE = re.compile(r"[A-Za-z]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")
_PATH = re.compile(r"[^\x00-\x1f\x7f;,|\"\\$\[\]<>]+")


class RenderError(PbxError):
    """An identifier, number or path of the exchange is not one: nothing was rendered."""


def clean(text: str, otherwise: str = "") -> str:
    """One line without any character that Asterisk gives a meaning to, else ``otherwise``.

    Letters of all languages stay (NFC); control, format and unassigned characters go. Idempotent.
    """
    printable = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp", "Zs"} else c
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    words = unicodedata.normalize("NFC", printable.translate(_MEANINGFUL)).split()
    return " ".join(words)[:MAX_NAME].strip() or otherwise


def email(text: str) -> str:
    """The address if Asterisk's files can carry it, else empty (then no mail is sent)."""
    return text if _EMAIL.fullmatch(text) else ""


def identifier(text: str, what: str) -> str:
    """``text`` if it is an identifier (``u14-1``, ``population``).

    Raises ``RenderError`` naming ``what``; so do all functions below.
    """
    return _checked(_IDENTIFIER, text, what, "a-z 0-9 -", "a-z 0-9 -")


def word(text: str, what: str) -> str:
    """``text`` if it is an identifier without dashes (Asterisk ignores them in extensions)."""
    return _checked(_WORD, text, what, "a-z 0-9", "a-z 0-9")


def digits(text: str, what: str) -> str:
    """``text`` if it is an extension (1 to 15 digits)."""
    return _checked(_DIGITS, text, what, "des chiffres", "digits")


def e164(text: str, what: str) -> str:
    """``text`` if it is a number like +3271000014."""
    return _checked(_E164, text, what, "un numéro comme +3271000014", "a number like +3271000014")


def hexadecimal(text: str, what: str) -> str:
    """``text`` if it is an MD5 or SHA-256 value in hex digits (the error hides it)."""
    if not _HEX.fullmatch(text):
        raise _refused("(secret)", what, "32 ou 64 chiffres hexadécimaux", "32 or 64 hex digits")
    return text


def secret(text: str, what: str) -> str:
    """``text`` if it is a generated secret (16 to 128 of A-Z a-z 0-9 _ -)."""
    if not _SECRET.fullmatch(text):
        raise _refused(
            "(secret)",
            what,
            "16 à 128 caractères A-Z a-z 0-9 _ -",
            "16 to 128 of these: A-Z a-z 0-9 _ -",
        )
    return text


def pin(text: str, what: str) -> str:
    """``text`` if it is 4 to 8 digits (the error hides it)."""
    if not _PIN.fullmatch(text):
        raise _refused("(secret)", what, "4 à 8 chiffres", "4 to 8 digits")
    return text


def zone(text: str, what: str) -> str:
    """``text`` if it can be an IANA time zone (``Europe/Brussels``)."""
    return _checked(
        _ZONE, text, what, "un fuseau comme Europe/Brussels", "a zone like Europe/Brussels"
    )


def path(text: str, what: str) -> str:
    """``text`` if a configuration value can carry this path."""
    return _checked(
        _PATH, text, what, 'un chemin sans ; , | " $ [ ]', 'a path without ; , | " $ [ ]'
    )


def _checked(pattern: re.Pattern[str], text: str, what: str, fr: str, en: str) -> str:
    if not pattern.fullmatch(text):
        raise _refused(repr(text[:80]), what, fr, en)
    return text


def _refused(shown: str, what: str, fr: str, en: str) -> RenderError:
    return RenderError(
        f"{what} : {shown} ne convient pas, il faut {fr}. Corrigez l'annuaire, puis recommencez.",
        f"{what}: {shown} will not do, it must be {en}. Correct the directory and try again.",
    )
