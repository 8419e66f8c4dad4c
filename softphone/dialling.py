"""From what people type or paste to what can be dialled, and from a number to how it is read.

Pure text. ``phonenumbers`` is only loaded when the simple cases do not fit: extensions, feature
codes and emergency numbers never depend on it.
"""

import re

COUNTRY = "BE"
EMERGENCY = frozenset({"112", "100", "101"})

_CODE = re.compile(r"[0-9*#]{1,8}|[*#][0-9*#+]{1,40}")
"""An extension, or what the exchange understands as a command: ``*43``, ``*21*0475123456``."""
_KEPT = re.compile(r"[0-9+*#]")


def is_emergency(text: str) -> bool:
    """Whether that is a call for help, also with the 0 of other exchanges before it."""
    return (dialable(text) or "").removeprefix("0") in EMERGENCY


def dialable(text: str) -> str | None:
    """What to send to the engine for ``text``, or None when there is no number in it.

    Extensions and codes pass as they are (``2014``, ``*43``); public numbers become national
    digits (``071123456``) or E.164 when foreign, however they were written.
    """
    packed = re.sub(r"[\s.\-/()\u00a0\u202f]", "", text)
    if packed in EMERGENCY or _CODE.fullmatch(packed):
        return packed
    if not any(character.isdigit() for character in text):
        return None
    found = _public(text)
    if found is not None:
        return found
    kept = "".join(_KEPT.findall(text))
    letters = sum(character.isalpha() for character in text)
    # "Rue de la Station 12" is an address; a number has more digits than letters around it.
    return kept if len(kept) >= 3 and letters <= len(kept) else None


def _public(text: str) -> str | None:
    import phonenumbers as pn  # 20 ms and 10 MB that most calls never need

    for match in pn.PhoneNumberMatcher(text, COUNTRY, leniency=pn.Leniency.POSSIBLE):
        number = match.number
        if number.country_code == 32:
            return f"0{number.national_number}"
        return pn.format_number(number, pn.PhoneNumberFormat.E164)
    return None


def readable(number: str) -> str:
    """``+3271000042`` → ``071 00 00 42``, ``0470000031`` → ``0470 00 00 31``; others unchanged."""
    digits = f"0{number[3:]}" if number.startswith("+32") else number
    if not digits.isdigit() or not digits.startswith("0") or digits.startswith("00"):
        return number
    if len(digits) == 10:
        return f"{digits[:4]} {digits[4:6]} {digits[6:8]} {digits[8:]}"
    if len(digits) == 9:
        # Belgian zones of two figures are followed by three, others by two (02, 03, 04, 09).
        if digits[1] in "2349":
            return f"{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
        return f"{digits[:3]} {digits[3:5]} {digits[5:7]} {digits[7:]}"
    return number
