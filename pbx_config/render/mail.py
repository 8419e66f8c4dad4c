"""How a message that somebody left reaches the program that mails it, and what that program knows.

Asterisk's own mail carries the facts and the sound; it is never sent as it is: ``Exchange.mail``'s
command writes the one that goes out. Its settings stand beside the configuration, so that they are
those that were applied.
"""

import shlex
from dataclasses import replace

import msgspec

from pbx_config import escape
from pbx_config.layout import Layout
from pbx_config.model import Exchange, Mail

SCRIPT = "mail.sh"
SETTINGS = "mail.json"

BODY = r"box=${VM_MAILBOX}\nlength=${VM_DUR}\nnumber=${VM_CIDNUM}\nname=${VM_CIDNAME}"
"""What the program reads of the body. The caller's own words come last: they end nothing."""


def general(exchange: Exchange, layout: Layout) -> tuple[str, ...]:
    """Lines of voicemail.conf's general section."""
    mail = exchange.mail
    if mail is None:
        return ("attach = no",)
    # Asterisk keeps 159 bytes of a command: a script is short enough, wherever it lies.
    script = shlex.quote(escape.path(str(layout.etc / SCRIPT), SCRIPT))
    return (
        f"attach = {'yes' if mail.attach else 'no'}",
        f"mailcmd = /bin/sh {script}",
        f"serveremail = {escape.email(mail.sender)}",
        "fromstring = allo",
        "charset = UTF-8",
        f"emailbody = {BODY}",
    )


def files(exchange: Exchange) -> dict[str, str]:
    """The script and its settings; nothing where nothing is mailed."""
    if exchange.mail is None:
        return {}
    return {SCRIPT: _script(exchange.mail), SETTINGS: _settings(exchange.mail)}


def _script(mail: Mail) -> str:
    return (
        "# Written by allo from its directory. Asterisk runs it for each message that was left.\n"
        # Calls come first.
        f"exec nice -n 10 {shlex.join(mail.command)}\n"
    )


def _settings(mail: Mail) -> str:
    content = msgspec.json.encode(replace(mail, command=()))
    return msgspec.json.format(content, indent=2).decode() + "\n"


def read_settings(layout: Layout) -> Mail | None:
    """As they were applied last; None where nothing is mailed. Raises OSError, msgspec's errors."""
    try:
        content = (layout.etc / SETTINGS).read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(content, type=Mail)
