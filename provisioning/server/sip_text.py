"""A text as plain SIP phones write and read it. Pure.

Owns the cutting into parts that a SIP MESSAGE carries, and the reading of what such a phone sent.
"""

import unicodedata
from email.message import Message

from pbx_config.live.watcher import TEXT_LIMIT

_CHARSETS = ("us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252")


def parts(text: str) -> list[bytes]:
    """The text in UTF-8, numbered ``(1/3)`` when it takes several parts; cut between words where
    that is possible."""
    if len(text.encode()) > TEXT_LIMIT:
        text = text.strip()
    if len(text.encode()) <= TEXT_LIMIT:
        return [text.encode()]
    count = 2
    while True:  # more parts may need longer numbers
        room = TEXT_LIMIT - len(f"({count}/{count}) ")
        cut = list(_cut(text, room))
        if len(cut) <= count:
            return [f"({n}/{len(cut)}) {part}".encode() for n, part in enumerate(cut, 1)]
        count = len(cut)


def _cut(text: str, room: int) -> list[str]:
    found = []
    while len(text.encode()) > room:
        part = text.encode()[:room].decode(errors="ignore")
        if not text[len(part)].isspace():
            # The last word as a whole, unless that would waste half of the part.
            at = max(part.rfind(" "), part.rfind("\n")) + 1
            part = part[:at] if at > len(part) // 2 else _whole_signs(part, text)
        found.append(part.rstrip())
        text = text[len(part) :].lstrip()
    return [*found, text] if text else found


def _whole_signs(part: str, text: str) -> str:
    """Without a beginning of a sign of several characters (👍🏽, 👩‍🚒, e + accent) at its end."""
    at = len(part)
    while at > len(part) - 12 and (_continues(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return part[:at]


def _continues(c: str) -> bool:
    return c in "\u200d\ufe0f" or unicodedata.combining(c) != 0 or "🏻" <= c <= "🏿"


def read(content_type: str, body: bytes) -> str:
    """What a phone wrote, as the mailbox keeps it: line feeds, no other control characters. Empty
    when nothing is left to read."""
    header = Message()
    header["Content-Type"] = content_type
    text = _decoded(body, header.get_content_charset("utf-8"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return text if text.strip() else ""


def _decoded(body: bytes, charset: str) -> str:
    """In the charset that the phone names, if phones use it; else in what it looks like."""
    try:
        return body.decode(charset if charset in _CHARSETS else "utf-8")
    except ValueError:
        return body.decode("latin-1")
