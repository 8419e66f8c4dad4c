"""Text of SIP messages and addresses: numbers to URIs and back, single header fields.

Pure functions; knows neither pjsua2 nor calls. What comes from the network is cleaned here: bytes
that are not UTF-8 and control characters never reach a fact.
"""

import re
import string

from softphone.dialling import dialable

_SPACING = str.maketrans("", "", " \t\u00a0\u202f./-()")
_PLAIN = frozenset(string.ascii_letters + string.digits + "-_.!~*'()&=+$,")
"""What a SIP user part may hold unescaped (RFC 3261 §25.1), without ``;``, ``?`` and ``/``."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NAME_ADDR = re.compile(r'^\s*(?:"((?:\\.|[^"\\])*)"|([^<"]*?))\s*<\s*([^>]*)>')
_USER = re.compile(r"^sips?:(?:([^@]*)@)?", re.IGNORECASE)


def dial_uri(to: str, host: str, port: int, transport: str) -> str:
    """The URI to call for what was dialled: a number as people write or paste it, or a SIP address.

    ValueError says what is wrong with ``to``.
    """
    if _CONTROL.search(to):
        raise ValueError("the number holds control characters")
    to = to.strip()
    if not to:
        raise ValueError("no number to dial")
    if len(to) > 256:
        raise ValueError("the number is longer than 256 characters")
    if to.lower().startswith("sips:"):
        raise ValueError("sips: addresses are not supported, use sip:")
    if to.lower().startswith("sip:"):
        if re.search(r'[\s<>"\\^`{|}]', to) or not to[4:].partition("@")[2]:
            raise ValueError("not a SIP address, expected sip:user@host")
        return to
    number = dialable(to) or to.translate(_SPACING)
    if not number:
        raise ValueError("no digit in the number")
    return server_uri(host, port, transport, number)


def server_uri(host: str, port: int, transport: str, user: str = "") -> str:
    """The PBX, or ``user`` on it. The library speaks TCP where the engine's tunnel does the TLS."""
    wire = {"tls": "tcp", "tls12": "tls"}.get(transport, transport)
    at = f"{escape_user(user)}@" if user else ""
    return f"sip:{at}{host}:{port};transport={wire}"


def escape_user(text: str) -> str:
    """``text`` as the user part of a SIP URI."""
    return "".join(
        c if c in _PLAIN else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text
    )


def identity(display_name: str, user: str, host: str) -> str:
    """A name-addr as for the From field. ValueError on control characters."""
    if _CONTROL.search(display_name + user + host):
        raise ValueError("the account holds control characters")
    address = f"<sip:{escape_user(user)}@{host}>"
    if not display_name:
        return address
    quoted = display_name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" {address}'


def caller(name_addr: str) -> tuple[str, str]:
    """Number and name of ``"Name" <sip:number@host>`` (or of a bare URI), cleaned."""
    match = _NAME_ADDR.match(name_addr)
    name, uri = "", name_addr.strip()
    if match:
        quoted, bare, uri = match.groups()
        name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
    user = _USER.match(uri)
    number = (user.group(1) or "") if user else ""
    number = number.partition(";")[0].partition(":")[0]
    return clean(_unescape(number)), clean(name)


def asks_to_answer(message: str) -> bool:
    """Whether an INVITE wants to be answered at once: ``Call-Info: …;answer-after=0``, as makers of
    SIP phones agreed, or ``Alert-Info: …;info=alert-autoanswer``."""
    return bool(
        re.search(r";\s*answer-after\s*=\s*0\b", header(message, "Call-Info"), re.IGNORECASE)
        or re.search(r"\binfo=alert-autoanswer\b", header(message, "Alert-Info"), re.IGNORECASE)
    )


def header(message: str, name: str) -> str:
    """Value of the first header field ``name`` of a SIP message, cleaned; empty when missing."""
    wanted = name.lower()
    fields = re.sub(r"\r?\n[ \t]+", " ", message.partition("\r\n\r\n")[0])
    for line in fields.split("\n")[1:]:
        field, colon, value = line.partition(":")
        if colon and field.strip().lower() == wanted:
            return clean(value)
    return ""


def clean(text: str) -> str:
    """``text`` without control characters and without bytes that are not UTF-8."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("", text).strip()[:256]


def _unescape(text: str) -> str:
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda match: bytes([int(match.group(1), 16)]),
        text.encode("utf-8", "surrogateescape"),
    )
    return raw.decode("utf-8", "replace")
