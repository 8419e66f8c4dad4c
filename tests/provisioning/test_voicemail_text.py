"""Asterisk's mail becomes ours, in the reader's language; callers add nothing to it."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_config.model import Language, Mail
from provisioning.voicemail_text import Note, NotOurs, compose, read

MAIL = Mail("smtp.commune.example", 587, "starttls", "telephone@commune.example")
AT = datetime(2026, 12, 1, 14, 5, tzinfo=ZoneInfo("Europe/Brussels"))
ASTERISK = """\
Date: Tue, 01 Dec 2026 14:05:00 +0100
From: "allo" <telephone@commune.example>
To: "Marie Dupont" <marie.dupont@commune.example>
Subject: {subject}
Message-ID: <Asterisk-1-2014-2014-4321@pbx>
X-Asterisk-CallerID: 0470112233
X-Asterisk-CallerIDName: {name}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="----voicemail_120144321"

This is a multi-part message in MIME format.

------voicemail_120144321
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: 8bit

box=2014
length=1:05
number={number}
name={name}

------voicemail_120144321
Content-Type: audio/x-wav; name="msg0000.wav"
Content-Transfer-Encoding: base64
Content-Description: Voicemail sound attachment.
Content-Disposition: attachment; filename="msg0000.wav"

UklGRg==

------voicemail_120144321--
"""


def asterisk(
    subject: str = "fr *98", name: str = "an unknown caller", number: str = "+32470112233"
) -> bytes:
    return ASTERISK.format(subject=subject, name=name, number=number).encode("utf-8", "replace")


def sent(note: Note) -> EmailMessage:
    """As it arrives."""
    content = compose(note, MAIL, AT).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_facts_are_read() -> None:
    assert read(asterisk()) == Note(
        "marie.dupont@commune.example",
        "Marie Dupont",
        "fr",
        "*98",
        "1:05",
        "+32470112233",
        b"RIFF",
    )


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("fr", "Message vocal : +32470112233", "Le 01/12/2026 à 14:05"),
        ("nl", "Voicemailbericht: +32470112233", "Op 01/12/2026 om 14:05"),
        ("en", "Voice message: +32470112233", "On 01/12/2026 at 14:05"),
        ("de", "Sprachnachricht: +32470112233", "Am 01.12.2026 um 14:05 Uhr"),
    ],
)
def test_in_the_readers_language(language: Language, subject: str, said: str) -> None:
    message = sent(read(asterisk(f"{language} *972910")))
    assert message["Subject"] == subject
    assert message["Content-Language"] == language
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body(("plain",))
    assert body
    for part in (said, "*972910", "Marie Dupont", "1:05"):
        assert part in body.get_content()
    (sound,) = message.iter_attachments()
    assert (sound.get_content_type(), sound.get_filename(), sound.get_content()) == (
        "audio/wav",
        "message-2026-12-01-1405.wav",
        b"RIFF",
    )


@pytest.mark.parametrize(
    ("number", "name", "caller"),
    [
        ("2015", "Julien Marchal", "Julien Marchal (2015)"),
        ("+32470112233", "+32470112233", "+32470112233"),
        ("an unknown caller", "an unknown caller", ""),
        ("anonymous", "Anonymous", "Anonymous"),
        ("2015\r\nBcc: x@y.be", "", "2015"),
    ],
)
def test_who_called(number: str, name: str, caller: str) -> None:
    assert read(asterisk(number=number, name=name)).caller == caller


def test_somebody_unknown_is_said_to_be() -> None:
    note = read(asterisk("nl *98", number="an unknown caller"))
    assert sent(note)["Subject"] == "Voicemailbericht: een onbekend nummer"


@given(name=st.text(max_size=200), number=st.text(max_size=50))
def test_what_callers_chose_adds_no_header_no_recipient_and_no_line(name: str, number: str) -> None:
    plain = sent(Note("m@c.be", "Marie", "fr", "*98", "0:10", "x"))
    note = Note("m@c.be", "Marie", "fr", "*98", "0:10", read(_body(name, number)).caller)
    message = sent(note)
    assert message.keys() == plain.keys()
    assert message["To"] == plain["To"]
    assert len(_text(message).splitlines()) == len(_text(plain).splitlines())


def _body(name: str, number: str) -> bytes:
    """Whatever a caller sends, where Asterisk writes it."""
    mail = EmailMessage(policy=email.policy.default)
    mail["To"], mail["Subject"] = "Marie <m@c.be>", "fr *98"
    text = f"box=2014\nlength=0:10\nnumber={number}\nname={name}\n"
    mail.set_content(text.encode("utf-8", "replace").decode(), cte="base64")
    return mail.as_bytes()


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Subject: fr *98", "Subject: New message"),
        ('To: "Marie Dupont" <marie.dupont@commune.example>', "X-To: nobody"),
        ("<marie.dupont@commune.example>", "<marie@c.be>, <other@c.be>"),
    ],
)
def test_what_asterisk_would_not_write_is_not_sent_on(old: str, new: str) -> None:
    with pytest.raises(NotOurs):
        read(asterisk().replace(old.encode(), new.encode()))
