"""Who may register and how, on a real Asterisk."""

import socket
import ssl
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Device
from tests.support import sip
from tests.support.console import ringing, wait_for
from tests.support.exchange import digest_of, make_user, password_of, small_exchange
from tests.support.pbx import Pbx, running


def test_a_softphone_registers_by_sha256_alone(town: Pbx) -> None:
    phone = town.phone("u1-1")
    assert phone.register().code == 200
    (challenge,) = phone.challenges
    assert 'realm="allo"' in challenge
    assert "algorithm=SHA-256" in challenge
    assert "MD5" not in challenge
    assert "u1-1" in town.asterisk.command("pjsip show contacts")


@pytest.mark.parametrize(
    ("user", "password"),
    [("u1-1", "wrong"), ("u99-1", "whatever"), ("2001", password_of("u1-1")), ("admin", "admin")],
)
def test_wrong_credentials_are_refused_and_unknown_users_look_the_same(
    town: Pbx, user: str, password: str
) -> None:
    phone = town.phone(user, password=password)
    assert phone.register().code == 401
    assert "algorithm=SHA-256" in phone.challenges[0]
    assert 'realm="allo"' in phone.challenges[0]


def test_a_third_party_phone_may_know_md5_only(short_folder: Path) -> None:
    desk = Device("u1-2", "sip", digest_of("u1-2", password_of("u1-2"), "MD5"))
    user = make_user(1, "Marie Dupont")
    user = replace(user, devices=(*user.devices, desk))
    with running(small_exchange(short_folder, (user,)), short_folder / "md5") as pbx:
        phone = pbx.phone("u1-2", algorithm="MD5")
        assert phone.register().code == 200
        (challenge,) = phone.challenges
        assert "algorithm=MD5" in challenge


def test_all_devices_of_a_user_ring_and_the_others_stop(short_folder: Path) -> None:
    users = (make_user(1, "Marie Dupont", devices=2), make_user(2, "Julien Marchal"))
    with running(small_exchange(short_folder, users), short_folder / "two") as pbx:
        desk, home, julien = (pbx.registered(d) for d in ("u1-1", "u1-2", "u2-1"))
        call = julien.call("2001")
        first, second = desk.invited(), home.invited()
        ringing(pbx.asterisk, "u1-2")
        desk.answer(first)
        assert julien.response(call).code == 200
        assert "cause=200" in home.cancelled(second)["Reason"], "answered elsewhere, not missed"


def test_one_registered_device_of_two_rings(short_folder: Path) -> None:
    users = (make_user(1, "Marie Dupont", devices=2), make_user(2, "Julien Marchal"))
    with running(small_exchange(short_folder, users), short_folder / "one") as pbx:
        home, julien = pbx.registered("u1-2"), pbx.registered("u2-1")
        julien.call("2001")
        home.answer(home.invited())


@pytest.mark.parametrize(
    ("port", "version"),
    [
        ("sip_phone_port", ssl.TLSVersion.TLSv1_3),
        ("sip_tls_port", ssl.TLSVersion.TLSv1_3),
        ("sip_tls_port", ssl.TLSVersion.TLSv1_2),
    ],
)
def test_tls_is_1_3_for_our_phones_and_1_2_or_newer_for_others(
    town: Pbx, port: str, version: ssl.TLSVersion
) -> None:
    ca = town.exchange.certificates.ca
    wire = sip.tls("localhost", getattr(town.exchange.network, port), ca, version=version)
    with wire.connection:
        assert isinstance(wire.connection, ssl.SSLSocket)
        assert wire.connection.version() == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl:DeprecationWarning")
@pytest.mark.parametrize(
    ("port", "highest"),
    [("sip_phone_port", ssl.TLSVersion.TLSv1_2), ("sip_tls_port", ssl.TLSVersion.TLSv1_1)],
)
def test_older_tls_is_refused(town: Pbx, port: str, highest: ssl.TLSVersion) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL would not even say hello
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = highest
    address = ("127.0.0.1", getattr(town.exchange.network, port))
    with (
        socket.create_connection(address, 5) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)) as refused,
    ):
        context.wrap_socket(plain)
    assert "NO_PROTOCOLS_AVAILABLE" not in str(refused.value)


def test_phones_are_not_served_in_clear(town: Pbx) -> None:
    """By UDP comes only the operator, known by address; a phone's password is not even asked."""
    stranger = town.plain(("127.0.0.1", 0), "u1-1")
    stranger.password = password_of("u1-1")
    answer = stranger.register()
    assert answer.code in {403, 404}
    assert stranger.challenges == []


@pytest.mark.parametrize("number", ["112", "2001", "+3271000001", "0471234567"])
def test_strangers_call_nobody(town: Pbx, number: str) -> None:
    stranger = town.plain(("127.0.0.4", 0), "anonymous")
    assert stranger.response(stranger.call(number)).code in {401, 403, 404}


def test_calls_without_srtp_are_refused(town: Pbx) -> None:
    phone = town.registered("u1-1")
    phone.offers_srtp = False
    assert phone.response(phone.call("*43")).code == 488


def test_presence_of_a_colleague_is_a_hint(town: Pbx) -> None:
    town.registered("u1-1")
    wait_for(town.asterisk, "core show hint 2001", "State:Idle")
    assert "State:Unavailable" in town.asterisk.command("core show hint 2003")


def test_a_closed_connection_takes_its_contact_along(town: Pbx) -> None:
    phone = town.registered("u3-1")
    assert "u3-1" in town.asterisk.command("pjsip show contacts")
    phone.close()
    deadline = time.monotonic() + 5
    while "u3-1" in town.asterisk.command("pjsip show contacts"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
