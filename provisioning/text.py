"""Text as people type it: compared without accents and case, cleaned, refused where unsafe.

Owns the only rule about which characters a name may hold. Escaping for a file format is the
renderer's business and happens as well; a name that needs no escaping is the first line of defence.
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable

from provisioning.problem import Wrong
from provisioning.words import Words

FORBIDDEN = frozenset('[]()!${};"<>\\')
"""Characters that no name has and that mean something to Asterisk, SIP or SQL."""

_SPACES = re.compile(r"[ \u00a0\u202f]+")
_NAMES = {"\n": "LF", "\r": "CR", "\t": "TAB", "\0": "NUL"}


def clean(text: str) -> str:
    """NFC, typographic apostrophes and hard spaces made plain, spaces at the ends taken off."""
    if text.isascii():
        return _SPACES.sub(" ", text).strip(" ")
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'").replace("\ufeff", "")
    return _SPACES.sub(" ", text).strip(" ")


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Key to compare names by: ``Hôtel-de-Ville`` and ``hotel de ville`` are the same."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\s\-_.]+", " ", plain.replace("œ", "oe").replace("æ", "ae")).strip()


def slug(text: str) -> str:
    """Lower-case ASCII name for Asterisk: ``État civil`` → ``etat-civil``. May be empty."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, however it was accented."""
    by_fold = {fold(name): name for name in known}
    close = difflib.get_close_matches(fold(text), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def safe(text: str, longest: int, forbidden: frozenset[str] = FORBIDDEN) -> str:
    """A cleaned text that is harmless as a name. Raises Wrong, naming the first bad character.

    Control characters are always refused.
    """
    text = clean(text)
    if len(text) > longest:
        raise Wrong(
            Words(
                f"trop long ({len(text)} caractères).",
                f"too long ({len(text)} characters).",
            ),
            Words(f"Gardez {longest} caractères au plus.", f"Keep at most {longest} characters."),
        )
    if text.isprintable() and forbidden.isdisjoint(text):
        return text
    for place, character in enumerate(text, start=1):
        if character in forbidden or not character.isprintable():
            shown = _NAMES.get(character) or (
                character if character.isprintable() else f"U+{ord(character):04X}"
            )
            raise Wrong(
                Words(
                    f"caractère interdit {shown} à la position {place}.",
                    f"forbidden character {shown} at position {place}.",
                ),
                Words(
                    "Retirez-le ; lettres, chiffres, espaces, apostrophes et traits d'union "
                    "conviennent.",
                    "Remove it; letters, digits, spaces, apostrophes and hyphens are fine.",
                ),
            )
    return text


def did_you_mean(text: str, known: Iterable[str]) -> Words:
    """A remedy naming the nearest valid name, or all of them when none is near."""
    names = list(known)
    near = nearest(text, names)
    if near is not None:
        return Words(f"Vouliez-vous dire « {near} » ?", f"Did you mean “{near}”?")
    if not names:
        return Words("Aucun n'est défini.", "None is defined.")
    listed = ", ".join(names[:12])
    return Words(f"Valeurs possibles : {listed}.", f"Possible values: {listed}.")
