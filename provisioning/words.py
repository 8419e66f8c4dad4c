"""Sentences for people, in French first and English, kept together so that neither is forgotten.

Owns the choice of language and the pair type. Sentences live where they are said.
"""

import os
from typing import Literal, NamedTuple

Language = Literal["fr", "en"]


class Words(NamedTuple):
    """The same sentence twice."""

    fr: str
    en: str

    def say(self, language: Language) -> str:
        return self.fr if language == "fr" else self.en


def chosen_language(asked: str | None = None) -> Language:
    """``--lang``, else ``ALLO_LANG``, else the system's; French when that is neither fr nor en."""
    for wish in (asked, os.environ.get("ALLO_LANG"), os.environ.get("LANG")):
        if wish:
            return "en" if wish.lower().startswith("en") else "fr"
    return "fr"
