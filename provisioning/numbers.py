"""Belgian telephone numbers as people and spreadsheets write them, to E.164.

Owns which numbers a commune can have. Only form is judged (country, prefix, length; BIPT numbering
plan), not whether the number is in service: a number may be new, or fictitious in an example.
"""

import re

import phonenumbers

from provisioning.problem import Wrong
from provisioning.text import clean
from provisioning.words import Words

_WRITTEN = re.compile(r"\+?[0-9 ./()\-]+")
_FIXED = re.compile(r"(?!4[5-9])[1-9][0-9]{7}")
_MOBILE = re.compile(r"4[5-9][0-9]{7}")
_PLAIN = re.compile(rf"0(?:{_FIXED.pattern}|{_MOBILE.pattern})")

_EXAMPLE = Words(
    "Écrivez un numéro belge, par exemple 071 12 34 56 ou +32 71 12 34 56.",
    "Write a Belgian number, for example 071 12 34 56 or +32 71 12 34 56.",
)


def belgian(text: str) -> str:
    """E.164 of a Belgian number. Raises Wrong for anything else."""
    text = clean(text)
    digits = text.replace(" ", "")
    if _PLAIN.fullmatch(digits):  # the common case, 20 times faster than the general one
        return f"+32{digits[1:]}"
    if not _WRITTEN.fullmatch(text):
        if re.fullmatch(r"[0-9]+[,.][0-9]+E\+?[0-9]+", text, re.IGNORECASE):
            raise Wrong(
                Words(
                    f"« {text} » est un numéro abîmé par le tableur.",
                    f"“{text}” is a number that the spreadsheet damaged.",
                ),
                Words(
                    "Mettez la colonne au format Texte et retapez le numéro.",
                    "Format the column as Text and type the number again.",
                ),
            )
        raise _not_a_number(text)
    try:
        number = phonenumbers.parse(text, "BE")
    except phonenumbers.NumberParseException:
        raise _not_a_number(text) from None
    if number.country_code != 32:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
        raise Wrong(
            Words(
                f"« {text} » est un numéro étranger (+{number.country_code}, {region}).",
                f"“{text}” is a foreign number (+{number.country_code}, {region}).",
            ),
            _EXAMPLE,
        )
    national = str(number.national_number)
    if not (_FIXED.fullmatch(national) or _MOBILE.fullmatch(national)):
        raise Wrong(
            Words(
                f"« {text} » n'a pas la longueur d'un numéro belge "
                "(9 chiffres avec le 0, 10 pour un mobile).",
                f"“{text}” does not have the length of a Belgian number "
                "(9 digits with the 0, 10 for a mobile).",
            ),
            _EXAMPLE,
        )
    return f"+32{national}"


def as_written(e164: str) -> str:
    """``+3271000042`` as people read it here: ``071 00 00 42``."""
    return phonenumbers.format_number(
        phonenumbers.parse(e164, None), phonenumbers.PhoneNumberFormat.NATIONAL
    )


def _not_a_number(text: str) -> Wrong:
    return Wrong(
        Words(
            f"« {text} » n'est pas un numéro de téléphone.",
            f"“{text}” is not a telephone number.",
        ),
        _EXAMPLE,
    )
