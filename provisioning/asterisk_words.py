"""Asterisk's own words in Dutch, which no package brings: numbers, days, the queue, voicemail.

Who chose Dutch would hear English between our prompts, and the 28th as “eight twenty”, since
English has no file for the word between (``digits/nl-en``). Read aloud by the town's voice, under
the names that Asterisk looks for. Where the installed Asterisk has Dutch, that is used.
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
    "digits/thousand": "duizend",
    "digits/nl-en": "en",
    "digits/nl-om": "om",
    "digits/nl-uur": "uur",
    "digits/oh": "nul",
    "digits/today": "vandaag",
    "digits/yesterday": "gisteren",
    "digits/tomorrow": "morgen",
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
    "pbx-invalidpark": "Daar wacht niemand.",
    "all-circuits-busy-now": "Alle lijnen zijn momenteel bezet.",
    "activated": "ingeschakeld.",
    "de-activated": "uitgeschakeld.",
    "auth-thankyou": "Dank u.",
    # What callers of a mailbox hear.
    "vm-theperson": "De persoon op nummer",
    "vm-isunavail": "is niet beschikbaar.",
    "vm-isonphone": "is in gesprek.",
    "vm-intro": "Spreek uw bericht in na de toon. Druk op hekje of haak in wanneer u klaar bent.",
    "vm-nobodyavail": "Er is niemand beschikbaar.",
    "vm-tooshort": "Uw bericht is te kort.",
    "vm-mailboxfull": "Deze mailbox is vol.",
    "vm-msgsaved": "Uw bericht is bewaard.",
    "vm-goodbye": "Tot ziens.",
    # What its owner hears.
    "vm-youhave": "U heeft",
    "vm-no": "geen",
    "vm-and": "en",
    "vm-INBOX": "nieuwe",
    "vm-INBOXs": "nieuw",
    "vm-Old": "oude",
    "vm-Olds": "oud",
    "vm-Urgent": "dringende",
    "vm-Work": "werk",
    "vm-Family": "familie",
    "vm-Friends": "vrienden",
    "vm-message": "bericht",
    "vm-messages": "berichten",
    "vm-onefor": "Druk één voor",
    "vm-onefor-full": "Druk één om uw berichten te beluisteren.",
    "vm-opts": "Druk twee om van map te veranderen, nul voor de opties van uw mailbox.",
    "vm-opts-full": "Druk twee om van map te veranderen, drie voor meer opties, nul voor de opties "
    "van uw mailbox.",
    "vm-helpexit": "Druk sterretje voor hulp, of hekje om af te sluiten.",
    "vm-first": "eerste",
    "vm-last": "laatste",
    "vm-from": "van",
    "vm-from-extension": "van intern nummer",
    "vm-from-phonenumber": "van telefoonnummer",
    "vm-unknown-caller": "van een onbekende beller",
    "vm-received": "ontvangen",
    "vm-duration": "Dit bericht duurt",
    "vm-minutes": "minuten",
    "vm-advopts": "Druk drie voor meer opties.",
    "vm-prev": "Druk vier voor het vorige bericht.",
    "vm-repeat": "Druk vijf om dit bericht te herhalen.",
    "vm-next": "Druk zes voor het volgende bericht.",
    "vm-delete": "Druk zeven om dit bericht te wissen.",
    "vm-undelete": "Druk zeven om dit bericht terug te halen.",
    "vm-deleted": "Bericht gewist.",
    "vm-undeleted": "Bericht teruggehaald.",
    "vm-toforward": "Druk acht om dit bericht door te sturen.",
    "vm-savemessage": "Of negen om dit bericht te bewaren.",
    "vm-savefolder": "In welke map bewaren?",
    "vm-changeto": "Naar welke map?",
    "vm-savedto": "bewaard in",
    "vm-saved": "bewaard",
    "vm-for": "voor",
    "vm-press": "druk",
    "vm-nomore": "Er zijn geen berichten meer.",
    "vm-star-cancel": "Druk sterretje om te annuleren.",
    "vm-starmain": "Druk sterretje om terug te keren naar het hoofdmenu.",
    "vm-sorry": "Dat heb ik niet begrepen.",
    "vm-options": "Druk één om uw bericht bij afwezigheid in te spreken, twee voor uw bericht bij "
    "gesprek, drie voor uw naam, vier voor een tijdelijk bericht, of sterretje om terug te keren.",
    "vm-rec-unv": "Spreek na de toon uw bericht bij afwezigheid in, en druk op hekje.",
    "vm-rec-busy": "Spreek na de toon uw bericht bij gesprek in, en druk op hekje.",
    "vm-rec-name": "Spreek na de toon uw naam in, en druk op hekje.",
    "vm-rec-temp": "Spreek na de toon uw tijdelijk bericht in, en druk op hekje.",
    "vm-review": "Druk één om dit te bewaren, twee om te luisteren, drie om opnieuw op te nemen.",
    "vm-tempgreeting": "Druk één om een tijdelijk bericht in te spreken, of sterretje om terug te "
    "keren.",
    "vm-tempgreeting2": "Druk één om een tijdelijk bericht in te spreken, twee om het te wissen, "
    "of sterretje om terug te keren.",
    "vm-tempremoved": "Uw tijdelijk bericht is gewist.",
}
_MARK = ".allo"
"""Says with which voice and words the folder was filled."""


def wanted(exchange: Exchange) -> bool:
    """Whether callers can choose Dutch, or an agent speaks it."""
    chosen = {
        to.language for menu in exchange.menus for _, to in (*menu.keys, ("", menu.otherwise))
    }
    chosen |= {language for info in exchange.infos for language in info.languages}
    chosen |= {user.language for user in exchange.users}
    return LANGUAGE in chosen


def make_missing(exchange: Exchange, voice: Voice, sounds: Path, runtime: Runtime) -> None:
    """Fill ``sounds/nl`` where that is wanted. Without a voice callers hear English, as before; but
    no date is said in words that make another of it.

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
