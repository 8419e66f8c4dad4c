"""A small town hall as an ``Exchange``, with free ports and a certificate of its own CA.

For every test that needs a real PBX; nothing in it belongs to anybody.
"""

import hashlib
import ipaddress
import secrets
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pbx_config.model import (
    REALM,
    Ami,
    Certificates,
    Device,
    Digest,
    Exchange,
    Network,
    Queue,
    Site,
    Trunk,
    User,
)
from tests.support.ports import free_port, rtp_range

NAMES = ("Marie Dupont", "Julien Marchal", "Amélie Noël", "Şirin Öztürk", "Jean-Luc D'Hondt")


def password_of(device_id: str) -> str:
    """The password that ``small_exchange`` gave a device."""
    return f"secret-of-{device_id}-0123456789"


def digest_of(device_id: str, password: str, algorithm: str = "SHA-256") -> Digest:
    """H(user:realm:password) as the directory would store it."""
    text = f"{device_id}:{REALM}:{password}".encode()
    if algorithm == "MD5":
        return Digest("MD5", hashlib.md5(text, usedforsecurity=False).hexdigest())
    return Digest("SHA-256", hashlib.sha256(text).hexdigest())


def make_user(
    number: int,
    name: str,
    *,
    devices: int = 1,
    site: str = "hv",
    public: bool = True,
    kind: Literal["softphone", "sip"] = "softphone",
) -> User:
    """User ``u<number>`` at extension 2000 + number with telephones ``u<number>-1`` …

    Those of other makers (``sip``) know MD5 only.
    """
    algorithm = "MD5" if kind == "sip" else "SHA-256"
    ids = [f"u{number}-{device}" for device in range(1, devices + 1)]
    return User(
        id=f"u{number}",
        extension=str(2000 + number),
        name=name,
        site=site,
        email=f"agent{number}@commune.example",
        public_number=f"+3271000{number:03d}" if public else None,
        devices=tuple(Device(d, kind, digest_of(d, password_of(d), algorithm)) for d in ids),
    )


def make_ca(
    folder: Path,
    names: tuple[str, ...] = ("localhost",),
    addresses: tuple[str, ...] = (),
    *,
    expired: bool = False,
) -> Certificates:
    """A CA and a server certificate for ``names``, ``addresses`` and 127.0.0.1, as PEM files.

    ``expired``: the server's is over since yesterday, the CA's is not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)

    def builder(
        subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - timedelta(days=3))
            .not_valid_after(until)
        )

    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = (
        builder("test CA", "test CA", ca_key, now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    alternatives += [
        x509.IPAddress(ipaddress.IPv4Address(address)) for address in ("127.0.0.1", *addresses)
    ]
    end = now + timedelta(days=-1 if expired else 2)
    certificate = (
        builder(names[0], "test CA", key, end)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    files = Certificates(folder / "server.pem", folder / "server.key", folder / "ca.pem")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    files.private_key.touch(mode=0o600)
    files.private_key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


def small_exchange(
    folder: Path,
    users: tuple[User, ...] | int = 3,
    *,
    trunk: bool = True,
    certificates: Certificates | None = None,
) -> Exchange:
    """One site, one queue ``population`` (all users are members), a trunk at 127.0.0.2.

    The trunk has an address of its own: calls from there are the citizens, phones use 127.0.0.1.
    Ports are free ones, certificates are made in a new folder in ``folder``.
    """
    if isinstance(users, int):
        users = tuple(make_user(n + 1, NAMES[n % len(NAMES)]) for n in range(users))
    rtp_start, rtp_end = rtp_range()
    return Exchange(
        network=Network(
            host="localhost",
            bind="127.0.0.1",
            sip_phone_port=free_port(),
            sip_tls_port=free_port(),
            sip_udp_port=free_port(socket.SOCK_DGRAM),
            ami_port=free_port(),
            rtp_start=rtp_start,
            rtp_end=rtp_end,
        ),
        ami=Ami("allo", secrets.token_urlsafe(24)),
        certificates=certificates or make_ca(folder / f"tls-{secrets.token_hex(4)}"),
        sites=(Site("hv", "Hôtel de ville", "+3271000100", "population", "+3271000112"),),
        users=users,
        queues=(
            Queue(
                "population",
                "Population",
                "2900",
                "+3271000200",
                "ringall",
                tuple(user.id for user in users),
            ),
        ),
        trunks=(Trunk("operator", "127.0.0.2", free_port(socket.SOCK_DGRAM, "127.0.0.2")),)
        if trunk
        else (),
    )
