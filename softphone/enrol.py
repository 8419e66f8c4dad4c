"""From the link that the agent was given to an enrolled laptop.

Parses the link, pins the installation's CA by the fingerprint in it, spends the one-time token over
verified TLS, and stores profile and secrets. The words for each error are the window's.
"""

import contextlib
import hashlib
import hmac
import platform
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from softphone import profile as profiles
from softphone.enrol_link import BadLink, EnrolLink, find_link
from softphone.live import ApiProblem
from softphone.profile import Agent, Profile, Server, Sip
from softphone.secrets import Secrets, SecretsError, SecretStore
from softphone.tls import context_for, is_wrong_certificate

TIMEOUT = 10.0
"""Seconds for each step over the network."""

ErrorId = Literal[
    "bad_link",
    "unknown",
    "used",
    "replaced",
    "expired",
    "unreachable",
    "wrong_certificate",
    "server_error",
    "cannot_store",
]


class EnrolError(Exception):
    """Enrolment did not happen. ``id`` picks the sentence, ``detail`` is for "Details"."""

    def __init__(self, id_: ErrorId, detail: str = "") -> None:
        super().__init__(f"{id_}: {detail}" if detail else id_)
        self.id: ErrorId = id_
        self.detail = detail


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of ``POST /v1/enrol``: a Profile with the two secrets still in it."""

    class _Sip(Sip, frozen=True, kw_only=True):
        secret: str

    v: int
    server: Server
    sip: _Sip
    agent: Agent
    api_token: str
    echo_test: str = ""


REFUSALS: dict[str, ErrorId] = {
    "enrolment-unknown": "unknown",
    "enrolment-used": "used",
    "enrolment-replaced": "replaced",
    "enrolment-expired": "expired",
}

Step = Literal["certificate", "profile", "stored"]


def parse_link(text: str) -> EnrolLink:
    """``find_link`` with the one exception type of enrolment. Raises ``EnrolError`` bad_link."""
    try:
        return find_link(text)
    except BadLink as error:
        raise EnrolError("bad_link", str(error)) from None


def fingerprint_of(ca_pem: str) -> bytes:
    """SHA-256 of the certificate in ``ca_pem``. Raises ValueError when there is none."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(ca_pem.strip())).digest()


def enrol(
    link: EnrolLink,
    home: Path,
    store: SecretStore,
    *,
    device_name: str = "",
    language: str = "fr",
    on_step: Callable[[Step], None] = lambda _: None,
) -> Profile:
    """Spend the link's token and store what it gives. Blocks up to about 20 s: not in a GUI thread.

    Raises ``EnrolError``; then nothing is stored (with ``cannot_store`` the token is spent).
    """
    ca_pem = _fetch_ca(link)
    on_step("certificate")
    enrolled = _spend_token(link, ca_pem, device_name or platform.node() or "?", language)
    on_step("profile")
    try:
        profile = Profile(
            v=enrolled.v,
            # The CA we verified counts, not the copy in the answer.
            server=msgspec.structs.replace(enrolled.server, ca_pem=ca_pem),
            sip=msgspec.convert(enrolled.sip, Sip, from_attributes=True),
            agent=enrolled.agent,
            echo_test=enrolled.echo_test,
        )
        store.save(Secrets(sip=enrolled.sip.secret, api_token=enrolled.api_token))
        profiles.save(home, profile)
    except (OSError, SecretsError) as error:
        raise EnrolError("cannot_store", str(error)) from error
    on_step("stored")
    return profile


def _fetch_ca(link: EnrolLink) -> str:
    """The CA certificate whose fingerprint is in the link; nothing else is accepted."""
    # Unverified on purpose (docs/api.md step 1): nothing secret goes either way, and what comes
    # back is worth nothing unless its fingerprint is the link's.
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    with (
        _network_errors(),
        httpx.Client(verify=unverified, timeout=TIMEOUT, trust_env=False) as client,
    ):
        answer = client.get(f"{link.url}/ca.pem")
    if answer.status_code != httpx.codes.OK:
        raise EnrolError("server_error", f"{link.url}/ca.pem: {answer.status_code}")
    try:
        ca_pem = ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(answer.text.strip()))
        got = fingerprint_of(ca_pem)
    except ValueError:
        raise EnrolError("wrong_certificate", f"{link.url}/ca.pem: no certificate") from None
    if not hmac.compare_digest(got, link.fingerprint):
        raise EnrolError("wrong_certificate", "fingerprint")
    return ca_pem


def _spend_token(link: EnrolLink, ca_pem: str, device_name: str, language: str) -> EnrolAnswer:
    with (
        _network_errors(),
        httpx.Client(verify=context_for(ca_pem), timeout=TIMEOUT, trust_env=False) as client,
    ):
        answer = client.post(
            f"{link.url}/v1/enrol",
            json={"token": link.token, "device_name": device_name},
            headers={"Accept-Language": language},
        )
    if answer.status_code == httpx.codes.OK:
        try:
            return msgspec.json.decode(answer.content, type=EnrolAnswer)
        except msgspec.DecodeError as error:
            # A ValidationError names field and type, never a value.
            raise EnrolError("server_error", f"profile: {error}") from None
    try:
        problem = msgspec.json.decode(answer.content, type=ApiProblem)
    except msgspec.DecodeError:
        raise EnrolError("server_error", f"HTTP {answer.status_code}") from None
    raise EnrolError(REFUSALS.get(problem.id, "server_error"), problem.message)


@contextlib.contextmanager
def _network_errors() -> Iterator[None]:
    try:
        yield
    except httpx.TransportError as error:
        if is_wrong_certificate(error):
            raise EnrolError("wrong_certificate", str(error)) from error
        raise EnrolError("unreachable", str(error)) from error
