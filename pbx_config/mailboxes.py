"""What lies in the mailboxes, read from Asterisk's spool folder.

Only reads; the one thing it removes belongs to boxes that Asterisk does not know any more. All else
is removed by Asterisk itself (AMI VoicemailRemove), which numbers the rest anew and tells phones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pbx_config.layout import Layout

CONTEXT = "default"
_UNDER_WAY = "tmp"
"""Folder of messages that are being spoken just now."""


@dataclass(frozen=True, slots=True)
class LeftMessage:
    """A message in a mailbox."""

    box: str
    folder: str
    """``INBOX``, ``Old`` …"""
    id: str
    """Asterisk's, which stays when the message moves; empty when it has none yet."""
    at: float
    """When it was left; Unix seconds."""
    text: Path
    """The file that describes it; the sound lies beside it."""


def messages(layout: Layout) -> Iterator[LeftMessage]:
    """All of them. What cannot be read, or vanishes meanwhile, is left out."""
    for file in (layout.spool / "voicemail" / CONTEXT).glob("*/*/msg*.txt"):
        box, folder = file.parent.parent.name, file.parent.name
        if folder == _UNDER_WAY or not box.isdecimal():
            continue
        try:
            content = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        at = re.search(r"^origtime=([0-9]+)$", content, re.MULTILINE)
        known = re.search(r"^msg_id=([0-9A-Za-z-]{1,64})$", content, re.MULTILINE)
        if at:
            yield LeftMessage(box, folder, known[1] if known else "", float(at[1]), file)


def remove_orphan(message: LeftMessage) -> None:
    """Delete a message of a box that is in no configuration any more. Raises OSError.

    Its description last: until then it is found again.
    """
    for file in message.text.parent.glob(f"{message.text.stem}.*"):
        if file != message.text:
            file.unlink(missing_ok=True)
    message.text.unlink(missing_ok=True)
