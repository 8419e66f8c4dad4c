"""One cell of an agent list → a checked value. Each function raises Wrong with its remedy."""

import re
from decimal import Decimal

from provisioning.problem import Wrong
from provisioning.text import did_you_mean, fold, nearest, safe
from provisioning.words import Words

_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+'\-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
)
_ROLES = {
    "": "agent",
    "agent": "agent",
    "receptionniste": "receptionist",
    "receptionist": "receptionist",
    "standard": "receptionist",
    "standardiste": "receptionist",
}
_LANGUAGES = {
    "": "fr",
    **dict.fromkeys(("fr", "francais", "french", "frans"), "fr"),
    **dict.fromkeys(("nl", "neerlandais", "dutch", "nederlands"), "nl"),
    **dict.fromkeys(("en", "anglais", "english", "engels"), "en"),
    **dict.fromkeys(("de", "allemand", "german", "deutsch", "duits"), "de"),
}
_NOTHING: frozenset[str] = frozenset()


def unknown(text: str, kind: str, known: list[str]) -> Wrong:
    if not text:
        return Wrong(Words("la case est vide.", "the cell is empty."), did_you_mean("", known))
    return Wrong(
        Words(f"{kind} inconnu « {text} ».", f"unknown {kind} “{text}”."),
        did_you_mean(text, known),
    )


def unlisted(text: str, kind: str, known: list[str]) -> Wrong:
    """Like ``unknown``, for what commune.toml defines: there it can also be added."""
    wrong = unknown(text, kind, known)
    if text and nearest(text, known) is None:
        more = Words("Ou ajoutez-le à commune.toml.", "Or add it to commune.toml.")
        remedy = Words(f"{wrong.remedy.fr} {more.fr}", f"{wrong.remedy.en} {more.en}")
        return Wrong(wrong.what, remedy)
    return wrong


def person(text: str) -> str:
    name = safe(text, 80)
    if not any(character.isalpha() for character in name):
        raise Wrong(
            Words("la case est vide.", "the cell is empty.")
            if not name
            else Words(f"« {name} » n'est pas un nom.", f"“{name}” is not a name."),
            Words("Écrivez le nom.", "Write the name."),
        )
    return name


def free(text: str) -> str:
    return safe(text, 80, _NOTHING)


def email(text: str) -> str:
    address = text.lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Wrong(
            Words(f"« {text[:80]} » n'est pas une adresse.", f"“{text[:80]}” is not an address.")
            if text
            else Words("la case est vide.", "the cell is empty."),
            Words(
                "Par exemple marie.dupont@commune.example.",
                "For example marie.dupont@commune.example.",
            ),
        )
    return address


def role(text: str) -> str:
    role = _ROLES.get(fold(text))
    if role is None:
        raise unknown(text, "rôle", ["agent", "réceptionniste", "standard"])
    return role


def language(text: str) -> str:
    language = _LANGUAGES.get(fold(text))
    if language is None:
        raise Wrong(
            Words(f"langue « {text[:40]} » inconnue.", f"unknown language “{text[:40]}”."),
            did_you_mean(text, ["fr", "nl", "en", "de"]),
        )
    return language


def mac_address(text: str) -> str:
    digits = re.sub(r"[:\-. ]", "", text).lower()
    if text and not (re.fullmatch(r"[0-9a-f]{12}", digits) and _is_device(digits)):
        raise Wrong(
            Words(
                f"« {text[:40]} » n'est pas l'adresse MAC d'un poste.",
                f"“{text[:40]}” is not the MAC of a telephone.",
            ),
            Words(
                "12 chiffres hexadécimaux, par exemple 02:00:71:00:00:0A.",
                "12 hexadecimal digits, for example 02:00:71:00:00:0A.",
            ),
        )
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def _is_device(digits: str) -> bool:
    """Neither a group address (IEEE 802, lowest bit of the first byte) nor nothing."""
    return not int(digits[:2], 16) & 1 and digits != "0" * 12


def cents(text: str) -> int:
    """``1.234,50 €`` → 123450."""
    amount = text.replace("€", "").replace("EUR", "").replace(" ", "")
    if not amount:
        return 0
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?", amount):
        amount = amount.replace(".", "")
    amount = amount.replace(",", ".")
    if not re.fullmatch(r"\d{1,6}(?:\.\d{1,2})?", amount):
        raise Wrong(
            Words(f"« {text[:40]} » n'est pas un montant.", f"“{text[:40]}” is not an amount."),
            Words("En euros par an, par exemple 108,00.", "Euros a year, for example 108,00."),
        )
    return int(Decimal(amount) * 100)
