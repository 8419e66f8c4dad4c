"""The mail that says somebody left a message: in the reader's language, from Asterisk's own mail.

Pure: bytes in, a message out. What a caller chose (name, number) is cleaned before it goes
anywhere, so it cannot begin a header or a line of its own.
"""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pbx_config import escape
from pbx_config.model import Language, Mail

POLICY = email.policy.SMTP.clone(cte_type="7bit")
"""Any mail server takes it."""
_NOBODY = "an unknown caller"
"""What Asterisk writes in the place of a name or number that it does not have."""


class NotOurs(ValueError):
    """This is not what Asterisk writes for a message."""


@dataclass(frozen=True, slots=True)
class Note:
    """A message that was left."""

    to: str
    name: str
    """Whose mailbox: a person's, or a service's."""
    language: Language
    code: str
    """What to dial to hear it."""
    length: str
    """``1:05``"""
    caller: str
    """Number, name or both; empty when neither is known."""
    sound: bytes | None = None
    """WAV."""


@dataclass(frozen=True, slots=True)
class _Texts:
    sender: str
    unknown: str
    subject: str
    body: str


_TEXTS: dict[Language, _Texts] = {
    "fr": _Texts(
        "Messagerie vocale",
        "un numéro inconnu",
        "Message vocal : {caller}",
        "Bonjour,\n\n"
        "Un message vocal attend dans la messagerie « {name} ».\n\n"
        "De : {caller}\n"
        "Le {date:%d/%m/%Y} à {date:%H:%M}\n"
        "Durée : {length}\n\n"
        "Pour l'écouter ou l'effacer, formez le {code} sur votre téléphone.\n",
    ),
    "nl": _Texts(
        "Voicemail",
        "een onbekend nummer",
        "Voicemailbericht: {caller}",
        "Goedendag,\n\n"
        "Er is een bericht ingesproken in de voicemail “{name}”.\n\n"
        "Van: {caller}\n"
        "Op {date:%d/%m/%Y} om {date:%H:%M}\n"
        "Duur: {length}\n\n"
        "Vorm {code} op uw telefoon om het te beluisteren of te wissen.\n",
    ),
    "en": _Texts(
        "Voicemail",
        "an unknown number",
        "Voice message: {caller}",
        "Hello,\n\n"
        "A voice message waits in the mailbox “{name}”.\n\n"
        "From: {caller}\n"
        "On {date:%d/%m/%Y} at {date:%H:%M}\n"
        "Length: {length}\n\n"
        "To listen to it or delete it, dial {code} on your telephone.\n",
    ),
    "de": _Texts(
        "Voicemail",
        "eine unbekannte Nummer",
        "Sprachnachricht: {caller}",
        "Guten Tag,\n\n"
        "In der Mailbox „{name}“ wartet eine Sprachnachricht.\n\n"
        "Von: {caller}\n"
        "Am {date:%d.%m.%Y} um {date:%H:%M} Uhr\n"
        "Dauer: {length}\n\n"
        "Zum Anhören oder Löschen wählen Sie {code} an Ihrem Telefon.\n",
    ),
}


def read(content: bytes) -> Note:
    """Understand Asterisk's mail (see ``pbx_config.render.mail``). Raises NotOurs."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    language, _, code = str(mail["Subject"] or "").strip().partition(" ")
    addresses: tuple[Address, ...] = mail["To"].addresses if mail["To"] else ()
    known = next((each for each in _TEXTS if each == language), None)
    if known is None or len(addresses) != 1 or not escape.email(addresses[0].addr_spec):
        raise NotOurs(f"language {language[:20]!r}, {len(addresses)} recipients")
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    lines = re.findall(r"^(box|length|number|name)=(.*)$", text, re.MULTILINE)
    facts = {key: value.strip() for key, value in lines[:4]}
    sounds = [part.get_content() for part in mail.iter_attachments()]
    return Note(
        to=addresses[0].addr_spec,
        name=escape.clean(addresses[0].display_name, otherwise=_digits(facts.get("box", ""))),
        language=known,
        code=re.sub(r"[^0-9*]", "", code),
        length="".join(re.findall(r"[0-9:]", facts.get("length", "")))[:9],
        caller=_caller(facts.get("number", ""), facts.get("name", "")),
        sound=next((each for each in sounds if isinstance(each, bytes) and each), None),
    )


def compose(note: Note, mail: Mail, at: datetime) -> EmailMessage:
    """The mail that goes out. ``at``: local time."""
    texts = _TEXTS[note.language]
    words = {
        "caller": note.caller or texts.unknown,
        "name": note.name,
        "date": at,
        "length": note.length,
        "code": note.code,
    }
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(texts.sender, addr_spec=mail.sender)
    message["To"] = Address(note.name, addr_spec=note.to)
    message["Subject"] = texts.subject.format(**words)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=mail.hello)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers
    message.set_content(texts.body.format(**words))
    if note.sound is not None:
        name = f"message-{at:%Y-%m-%d-%H%M}.wav"
        message.add_attachment(note.sound, maintype="audio", subtype="wav", filename=name)
    message["Content-Language"] = note.language
    return message


def _caller(number: str, name: str) -> str:
    """``Marie Martin (+32470…)``; what Asterisk does not know is left out."""
    number = number if re.fullmatch(r"\+?[0-9*#]{1,20}", number) else ""
    name = "" if name == _NOBODY else escape.clean(name)
    if name and name != number:
        return f"{name} ({number})" if number else name
    return number


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
