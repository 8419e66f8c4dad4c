"""The enrolment link of docs/api.md as a value, found in whatever was pasted. No network."""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


class BadLink(ValueError):
    """The text holds no enrolment link. Its text says what is wrong, without the token."""


@dataclass(frozen=True, slots=True)
class EnrolLink:
    """A parsed link. The token is a secret until it is spent."""

    host: str
    port: int
    token: str = field(repr=False)
    fingerprint: bytes
    """SHA-256 of the CA certificate (DER)."""

    @property
    def url(self) -> str:
        """Base URL of the server, without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"


_SOMETHING = re.compile(r"(?:allo|https)://[^\s<>\"'«»]+", re.IGNORECASE)
_FOLDED = re.compile(
    r"(?:allo|https)://[^/\s]+/enrol/[\w-]+/?\?ca=[\w-]{43}", re.IGNORECASE | re.ASCII
)
"""A whole link; a SHA-256 in base64url without padding is 43 characters."""


def find_link(text: str) -> EnrolLink:
    """Find the link in what was typed or pasted (quotes, spaces and words around it are fine).

    Raises ``BadLink``.
    """
    found = _SOMETHING.search(text)
    if found is None:
        raise BadLink("no allo:// or https:// link in it")
    # Mail programs fold long lines: without its white space a cut link may be whole again.
    whole = _FOLDED.search(text) or _FOLDED.search("".join(text.split()))
    return _parse((whole or found).group())


def _parse(link: str) -> EnrolLink:
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadLink("the server's name or port is not one") from None
    if not host:
        raise BadLink("no server name")
    path = re.fullmatch(r"/enrol/([A-Za-z0-9_-]{8,200})/?", parts.path)
    if path is None:
        raise BadLink("no /enrol/TOKEN after the server name")
    fingerprint = parse_qs(parts.query).get("ca", [""])[0]
    if not fingerprint:
        raise BadLink("its end ?ca=… is missing")
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", fingerprint):
        raise BadLink("the fingerprint after ca= is not complete")
    return EnrolLink(
        host=host,
        port=port or 443,
        token=path.group(1),
        fingerprint=base64.urlsafe_b64decode(fingerprint + "="),
    )
