"""The small CA: accepted by a strict verifier, private, renewed in time."""

import base64
import hashlib
import ipaddress
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from provisioning.ca import CaDamaged, CaFiles, addresses_of, ensure, fingerprint, renew_server


@pytest.fixture
def files(tmp_path: Path) -> CaFiles:
    return CaFiles(tmp_path)


def verified(files: CaFiles, name: str) -> bool:
    """By OpenSSL at its strictest."""
    kind = "-verify_ip" if name[0].isdigit() else "-verify_hostname"
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", str(files.ca),
         kind, name, str(files.certificate)],
        capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_openssl_accepts_it_for_its_names_only(files: CaFiles) -> None:
    ensure(files, "localhost")
    assert verified(files, "localhost")
    assert verified(files, "127.0.0.1")
    assert not verified(files, "elsewhere.example")


def test_a_real_server_carries_no_loopback_name(files: CaFiles) -> None:
    ensure(files, "pbx.commune.example")
    assert verified(files, "pbx.commune.example")
    assert not verified(files, "localhost")


def test_python_loads_the_chain(files: CaFiles) -> None:
    ensure(files, "localhost")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.private_key)


def test_keys_are_private(files: CaFiles) -> None:
    ensure(files, "localhost")
    for key in (files.ca_key, files.private_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_fingerprint_is_that_of_the_der(files: CaFiles) -> None:
    ensure(files, "localhost")
    pem = files.ca.read_bytes()
    der = ssl.PEM_cert_to_DER_cert(pem.decode())
    expected = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
    assert fingerprint(pem) == expected
    assert len(expected) == 43


def test_nothing_is_made_twice(files: CaFiles) -> None:
    assert ensure(files, "localhost") == ("ca.pem", "ca.key", "server.pem", "server.key")
    assert ensure(files, "localhost") == ()


def test_another_host_gets_a_certificate_of_the_same_ca(files: CaFiles) -> None:
    ensure(files, "localhost")
    before = files.ca.read_bytes()
    assert ensure(files, "pbx.commune.example") == ("server.pem", "server.key")
    assert files.ca.read_bytes() == before
    assert verified(files, "pbx.commune.example")


def test_the_server_certificate_is_renewed_before_its_end(files: CaFiles) -> None:
    now = datetime.now(UTC)
    ensure(files, "localhost", now - timedelta(days=780))
    assert ensure(files, "localhost", now) == ("server.pem", "server.key")
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    assert certificate.not_valid_after_utc - now > timedelta(days=800)


def test_the_certificate_does_not_outlive_its_ca(files: CaFiles) -> None:
    now = datetime.now(UTC)
    ensure(files, "localhost", now - timedelta(days=3400))
    ensure(files, "localhost", now)
    ca, server = (
        x509.load_pem_x509_certificate(file.read_bytes()) for file in (files.ca, files.certificate)
    )
    assert server.not_valid_after_utc <= ca.not_valid_after_utc


def test_a_damaged_or_foreign_server_certificate_is_made_anew(files: CaFiles) -> None:
    ensure(files, "localhost")
    files.certificate.write_text("nonsense")
    assert ensure(files, "localhost") == ("server.pem", "server.key")
    key = files.private_key.read_bytes()
    ensure(files, "elsewhere.example")
    files.private_key.write_bytes(key)  # of another certificate, as after a crash in between
    assert ensure(files, "elsewhere.example") == ("server.pem", "server.key")
    assert verified(files, "elsewhere.example")


@pytest.mark.parametrize("which", ["ca", "ca_key"])
def test_a_damaged_authority_is_never_replaced(files: CaFiles, which: str) -> None:
    ensure(files, "localhost")
    damaged: Path = getattr(files, which)
    damaged.write_text("nonsense")
    with pytest.raises(CaDamaged):
        ensure(files, "elsewhere.example")
    assert damaged.read_text() == "nonsense"


def test_the_certificate_names_the_addresses_where_phones_meet_the_server(tmp_path: Path) -> None:
    files = CaFiles(tmp_path)
    ensure(files, "pbx.commune.example", addresses=("192.0.2.7",))
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["pbx.commune.example"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("192.0.2.7")]
    assert ensure(files, "pbx.commune.example", addresses=("192.0.2.7",)) == ()
    assert ensure(files, "pbx.commune.example", addresses=("192.0.2.8",)) != ()


def test_only_the_server_certificate_is_renewed_and_only_by_the_authority_that_is_there(
    files: CaFiles,
) -> None:
    assert renew_server(files, "pbx.commune.example") == ()
    assert not list(files.folder.iterdir())

    ensure(files, "pbx.commune.example", addresses=("192.0.2.7",))
    authority = files.ca.read_bytes()
    assert renew_server(files, "pbx.commune.example", addresses=("192.0.2.7",)) == ()
    moved = renew_server(files, "pbx.commune.example", addresses=("192.0.2.8",))
    assert moved == ("server.pem", "server.key")
    assert verified(files, "192.0.2.8")
    ten_years = datetime.now(UTC) + timedelta(days=3650)
    assert renew_server(files, "pbx.commune.example", ten_years) != ()
    assert files.ca.read_bytes() == authority

    files.ca_key.unlink()  # kept elsewhere: what is there goes on being used
    assert renew_server(files, "other.example") == ()


def test_a_server_bound_to_one_address_is_met_there() -> None:
    assert addresses_of("192.0.2.7") == ("192.0.2.7",)
    assert not any(address.startswith("127.") for address in addresses_of("0.0.0.0"))
