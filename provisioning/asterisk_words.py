"""Asterisk's own words in Dutch, which no package brings: numbers, days, months, the queue's words.

A caller who chose Dutch would hear English between our prompts. Read aloud by the town's voice,
under the names that Asterisk looks for. Where the installed Asterisk has Dutch, that is used.
"""

import hashlib
from pathlib import Path

from pbx_config.asterisk.runtime import Runtime
from pbx_config.model import Exchange, Language
from provisioning.home import write_private
from provisioning.prompts import ENDING, telephone_sound
from provisioning.voice import PromptFailed, Voice

_NUMBERS = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
    "twaalf", "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
    "twintig",
)  # fmt: skip
_TENS = ("dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_DAYS = ("zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip
LANGUAGE: Language = "nl"
WORDS: dict[str, str] = {
    **{f"digits/{number}": word for number, word in enumerate(_NUMBERS)},
    **{f"digits/{ten * 10}": word for ten, word in enumerate(_TENS, start=3)},
    "digits/hundred": "honderd",
    "digits/nl-en": "en",
    **{f"digits/day-{number}": word for number, word in enumerate(_DAYS)},
    **{f"digits/mon-{number}": word for number, word in enumerate(_MONTHS)},
    "queue-youarenext": "U bent de volgende beller.",
    "queue-thereare": "U bent beller nummer",
    "queue-callswaiting": "in de wachtrij.",
    "queue-holdtime": "De geschatte wachttijd bedraagt momenteel",
    "queue-less-than": "minder dan",
    "queue-minute": "minuut",
    "queue-minutes": "minuten",
    "queue-seconds": "seconden",
    "queue-thankyou": "Dank u voor uw geduld.",
    "pbx-invalid": "Dat is geen geldige keuze. Probeer het opnieuw.",
}
_MARK = ".allo"
"""Says with which voice and words the folder was filled."""


def wanted(exchange: Exchange) -> bool:
    """Whether callers can choose Dutch."""
    chosen = {
        to.language for menu in exchange.menus for _, to in (*menu.keys, ("", menu.otherwise))
    }
    chosen |= {language for info in exchange.infos for language in info.languages}
    return LANGUAGE in chosen


def make_missing(exchange: Exchange, voice: Voice, sounds: Path, runtime: Runtime) -> None:
    """Fill ``sounds/nl`` where that is wanted. Without a voice callers hear English, as before; but
    a Dutch date has a word that English lacks, and Asterisk would hang up there.

    Raises PromptFailed (an information line speaks Dutch), OSError.
    """
    folder = sounds / LANGUAGE
    if not wanted(exchange) or runtime.sounds(LANGUAGE) or folder.is_symlink():
        return
    words = "\0".join(f"{name}\0{text}" for name, text in WORDS.items())
    mark = hashlib.sha256(f"{voice.mark(LANGUAGE)}\0{words}".encode()).hexdigest()
    marked = folder / _MARK
    if marked.is_file() and marked.read_text(encoding="ascii") == mark:
        return
    try:
        made = {
            name: telephone_sound(voice.read(name, LANGUAGE, text), name)
            for name, text in WORDS.items()
        }
    except PromptFailed:
        if any(LANGUAGE in info.languages for info in exchange.infos):
            raise
        return
    (folder / "digits").mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, sound in made.items():
        write_private(folder / f"{name}{ENDING}", sound)
    write_private(marked, mark.encode())
