"""The language of this run of ``allo``, known before the help texts are built."""

import sys
from collections.abc import Sequence

from provisioning.words import Language, Words, chosen_language


def asked_for(arguments: Sequence[str]) -> str | None:
    """Value of ``--lang`` wherever it stands."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return None


LANGUAGE: Language = chosen_language(asked_for(sys.argv[1:]))


def say(fr: str, en: str) -> str:
    """The sentence in the language of this run."""
    return Words(fr, en).say(LANGUAGE)
