"""Two buildings: whose number a call shows, where help is sent, who takes back a caller."""

import re
import socket
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pbx_config.model import Address, Queue, Site
from pbx_config.render import parking
from tests.pbx_config.render.conftest import Phone
from tests.support import sip
from tests.support.console import wait_until
from tests.support.exchange import make_user, small_exchange
from tests.support.pbx import Pbx, running
from tests.support.said import listening

HALL, LIBRARY = "+3271000100", "+3271000300"
BUILDINGS = (
    Site("hotel-de-ville", "Hôtel de ville", HALL, "population", "+3271000112",
         address=Address("Place communale", "1", "6000", "Charleroi")),
    Site("la-bib", "Bibliothèque", LIBRARY, "livres", "+3271000312", shown_number="+3271000301",
         address=Address("Rue de l'École & du Puits", "3 bis", "6001", "Marcinelle"), mark="cs5",
         zone="Pacific/Auckland"),
)  # fmt: skip
MARIE = make_user(1, "Marie Dupont", site="hotel-de-ville", public=False)
INES = make_user(2, "Inès Fontaine", site="la-bib", public=False)
LUC = make_user(3, "Luc Bodart", site="la-bib")


@pytest.fixture(scope="module")
def town(short_folder: Path) -> Iterator[Pbx]:
    """Its operator takes addresses. Two seconds of shared hold instead of two minutes."""
    exchange = small_exchange(short_folder, (MARIE, INES, LUC))
    (population,), (line,) = exchange.queues, exchange.trunks
    books = Queue("livres", "Lecture", "2950", None, "ringall", (LUC.id,))
    exchange = replace(
        exchange,
        sites=BUILDINGS,
        queues=(replace(population, members=(MARIE.id,)), books),
        trunks=(replace(line, location=True),),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parking, "SECONDS", 2)
        with running(exchange, short_folder / "town") as pbx:
            yield pbx


@pytest.fixture
def ines(phone: Phone) -> sip.Peer:
    return phone("u2-1")


@pytest.fixture
def luc(phone: Phone) -> sip.Peer:
    return phone("u3-1")


def test_112_is_told_where_the_caller_is(ines: sip.Peer, line: sip.Peer) -> None:
    call = ines.call("112")
    invite = line.invited()
    assert (invite.target, invite.caller) == ("112", "+3271000312")
    assert invite["Geolocation"], invite
    (document,) = re.findall(r"(?s)<\?xml.*?</presence>", invite.body)
    told = {
        part.tag.split("}")[1]: part.text
        for part in ElementTree.fromstring(document).iter()
        if "civicAddr" in part.tag
    }
    told.pop("civicAddress")
    assert told == {
        "country": "BE",
        "PC": "6001",
        "A3": "Marcinelle",
        "RD": "Rue de l\N{RIGHT SINGLE QUOTATION MARK}École et du Puits",
        "HNO": "3 bis",
    }
    ines.cancel(call)
    line.cancelled(invite)


def test_where_that_is_refused_112_is_called_without(marie: sip.Peer, line: sip.Peer) -> None:
    call = marie.call("112")
    located = line.invited()
    assert "Place communale" in located.body
    line.reply(located, "415 Unsupported Media Type")
    line.expect(lambda m: m.start.startswith("ACK"))
    plain = line.invited()
    assert (plain.target, plain.caller, plain["Geolocation"]) == ("112", "+3271000112", "")
    assert plain["Content-Type"] == "application/sdp"
    line.answer(plain)
    assert marie.response(call).code == 200
    marie.hang_up(call)
    line.hung_up()


def test_no_other_call_tells_it(ines: sip.Peer, line: sip.Peer) -> None:
    call = ines.call("0470123456")
    invite = line.invited()
    assert (invite["Geolocation"], invite["Content-Type"]) == ("", "application/sdp")
    ines.cancel(call)
    line.cancelled(invite)


@pytest.mark.parametrize(
    ("device", "shown"), [("u1-1", HALL), ("u2-1", "+3271000301"), ("u3-1", LUC.public_number)]
)
def test_what_a_call_to_the_outside_shows(
    phone: Phone, line: sip.Peer, device: str, shown: str
) -> None:
    caller = phone(device)
    call = caller.call("0470123456")
    invite = line.invited()
    assert invite.caller == shown
    caller.cancel(call)
    line.cancelled(invite)


@pytest.mark.parametrize("number", ["+3271000312", "+3271000301"])
def test_who_calls_back_what_was_shown_reaches_the_reception(
    town: Pbx, luc: sip.Peer, line: sip.Peer, number: str
) -> None:
    """112 after a call that was cut off, not least."""
    call = line.call(number, caller="0471999999")
    invite = luc.invited()
    assert invite["X-Allo-Queue"] == "livres"
    assert line.response(call).code == 200
    line.hang_up(call)
    luc.cancelled(invite)


def test_between_buildings_one_calls_extensions(
    marie: sip.Peer, ines: sip.Peer, line: sip.Peer
) -> None:
    call = marie.call(INES.extension)
    invite = ines.invited()
    assert invite.caller == MARIE.extension
    assert line.quiet(0.2), "it stays in the house"
    marie.cancel(call)
    ines.cancelled(invite)


def test_a_caller_left_waiting_comes_to_the_reception_that_they_called(
    town: Pbx, marie: sip.Peer, ines: sip.Peer, luc: sip.Peer, line: sip.Peer
) -> None:
    dialog = line.call(LIBRARY, caller="0471999999")
    talking = luc.answer(luc.invited())
    assert line.response(dialog).code == 200
    wait_until(town.asterisk, "bridge show all", r"\s2\s+basic\s")
    assert luc.refer(talking, "sip:*7@localhost").code == 202
    wait_until(town.asterisk, "parking show default", r"(?s)Space\s+:\s+71\b")
    luc.hang_up(talking)
    back = luc.invited()  # who left them there, first
    luc.reply(back, "486 Busy Here")
    again = luc.invited()
    assert (again.caller, again["X-Allo-Queue"]) == ("+32471999999", "livres")
    assert marie.quiet(0.2)
    line.hang_up(dialog)
    luc.cancelled(again)


@pytest.mark.parametrize(("device", "hour"), [("u1-1", ("10",)), ("u2-1", ("20", "2"))])
def test_a_message_came_at_the_time_of_the_building(
    town: Pbx, phone: Phone, device: str, hour: tuple[str, ...]
) -> None:
    """09:05 in UTC; one building is far away."""
    listener = phone(device)
    box = town.layout.spool / "voicemail" / "default" / f"200{device[1]}" / "INBOX"
    box.mkdir(parents=True, exist_ok=True)
    came = int(datetime(2026, 1, 12, 9, 5, tzinfo=UTC).timestamp())
    (box / "msg0000.txt").write_text(
        f"[message]\norigtime={came}\nduration=1\ncallerid=<2003>\ncategory=\nflag=\n"
        "origdate=\nmsg_id=1-00000001\norigmailbox=\ncontext=\nexten=\npriority=1\ncallerchan=\n"
    )
    with wave.open(str(box / "msg0000.wav"), "wb") as sound:
        sound.setparams((1, 2, 8_000, 8_000, "NONE", ""))
        sound.writeframes(bytes(16_000))
    with listening(town.asterisk) as said:
        call = listener.call("*98")
        assert listener.response(call).code == 200
        said.wait("vm-youhave")
        listener.press(call, "1")
        said.wait("digits/at", *(f"digits/{part}" for part in hour))
        listener.hang_up(call)


@pytest.mark.parametrize(("device", "mark"), [("u1-1", 0xB8), ("u2-1", 0xA0)])
def test_what_a_building_is_sent_is_marked_as_it_says(phone: Phone, device: str, mark: int) -> None:
    """EF (46) and CS5 (40), in the upper six bits (RFC 2474)."""
    caller = phone(device)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(10)
        end.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
        caller.rtp_port = end.getsockname()[1]
        call = caller.call("*610")  # alone in a room: music
        assert caller.response(call).code == 200
        _, ((_, _, tos),), _, _ = end.recvmsg(2048, socket.CMSG_SPACE(1))
        caller.hang_up(call)
    assert tos[0] == mark
