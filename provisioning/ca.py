"""The installation's small certificate authority: one CA, one server certificate.

Owns making and renewing both. The CA is trusted by nobody but the phones of this installation,
which pin its fingerprint from the enrolment link (docs/api.md). Keys are 0600 and stay here.
"""

import base64
import hashlib
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provisioning.home import write_private

CA_LIFE = timedelta(days=3652)
SERVER_LIFE = timedelta(days=825)
"""Longest that Apple systems accept from a private CA."""
RENEW_BEFORE = timedelta(days=60)
_CLOCKS_DIFFER = timedelta(hours=1)


class CaDamaged(Exception):
    """A file of the CA is there but unreadable; replacing it would cut off every phone."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class CaFiles:
    """The PEM files in the CA's folder."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.pem"

    @property
    def private_key(self) -> Path:
        return self.folder / "server.key"


def fingerprint(ca_pem: bytes) -> str:
    """SHA-256 of the CA certificate (DER), base64url without padding (docs/api.md)."""
    der = x509.load_pem_x509_certificate(ca_pem).public_bytes(serialization.Encoding.DER)
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def ensure(
    files: CaFiles, host: str, now: datetime | None = None, addresses: Sequence[str] = ()
) -> tuple[str, ...]:
    """Make what is missing, near its end or for another host; names of the files made.

    ``addresses``: IP addresses by which phones meet this server, beside its name.

    An existing CA is kept as long as it lives: replacing it would cut off every enrolled phone.
    Raises OSError, or CaDamaged.
    """
    now = now or datetime.now(UTC)
    made: list[str] = []
    if not (files.ca.exists() and files.ca_key.exists()) or _ends_soon(_load(files.ca), now):
        _make_ca(files, host, now)
        made += [files.ca.name, files.ca_key.name]
    return (*made, *renew_server(files, host, now, addresses))


def renew_server(
    files: CaFiles, host: str, now: datetime | None = None, addresses: Sequence[str] = ()
) -> tuple[str, ...]:
    """Make the server's certificate anew if it is near its end or lacks a name; files made.

    By the CA that is there; nothing is done without its key. Raises OSError, or CaDamaged.
    """
    now = now or datetime.now(UTC)
    names = names_of(host, addresses)
    if not (files.ca.exists() and files.ca_key.exists()) or _serves(files, names, now):
        return ()
    _make_server(files, host, names, now)
    return files.certificate.name, files.private_key.name


def addresses_of(bind: str) -> tuple[str, ...]:
    """This machine's IPv4 addresses on which a server bound to ``bind`` is met from outside.

    They belong in the certificate: a Contact of Asterisk holds its address, not its name, and a
    phone checks the certificate again when it sends there (RFC 5922).
    """
    if bind != "0.0.0.0":  # noqa: S104 - compared, not bound
        return (bind,)
    found = (
        address.address
        for interface in psutil.net_if_addrs().values()
        for address in interface
        if address.family == socket.AF_INET
    )
    return tuple(sorted(a for a in found if not ipaddress.ip_address(a).is_loopback))


def names_of(host: str, addresses: Sequence[str] = ()) -> tuple[x509.GeneralName, ...]:
    """What the server certificate answers to: the host, its addresses, and this machine itself
    when the host is that."""
    wanted = [host, *addresses]
    if host == "localhost" or host.startswith("127."):
        wanted += ["localhost", "127.0.0.1"]
    return tuple(_general_name(name) for name in dict.fromkeys(wanted))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _load(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError as error:
        raise CaDamaged(path) from error


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise CaDamaged(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CaDamaged(path)
    return key


def _ends_soon(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_after_utc - now < RENEW_BEFORE


def _serves(files: CaFiles, wanted: Sequence[x509.GeneralName], now: datetime) -> bool:
    """Whether the server certificate there is ours, has its key, lives on and names all this."""
    if not (files.certificate.exists() and files.private_key.exists()):
        return False
    try:
        certificate = _load(files.certificate)
        if _load_key(files.private_key).public_key() != certificate.public_key():
            return False
        certificate.verify_directly_issued_by(_load(files.ca))
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (CaDamaged, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return set(wanted) <= set(names) and not _ends_soon(certificate, now)


def _make_ca(files: CaFiles, host: str, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"allo {host}"[:64])])
    certificate = (
        _builder(name, name, key, now, CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(files.ca_key, files.ca, key, [certificate])


def _make_server(
    files: CaFiles, host: str, names: Sequence[x509.GeneralName], now: datetime
) -> None:
    ca = _load(files.ca)
    ca_key = _load_key(files.ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    life = min(SERVER_LIFE, ca.not_valid_after_utc - now)
    certificate = (
        _builder(subject, ca.subject, key, now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    _write(files.private_key, files.certificate, key, [certificate, ca])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        key_cert_sign=sign,
        crl_sign=sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    key_file: Path,
    certificate_file: Path,
    key: ec.EllipticCurvePrivateKey,
    chain: Sequence[x509.Certificate],
) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(key_file, pem)
    write_private(
        certificate_file,
        b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain),
    )
