"""Texts of other makers' phones, on a real Asterisk: who may send, to whom, as whom."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.ami.client import Endpoint
from pbx_config.ami.events import TextSent
from pbx_config.live.changes import Change, TextCame
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.state import LiveState
from pbx_config.live.watcher import TEXT_LIMIT, PhoneIsGone
from pbx_config.model import Device
from pbx_config.render.messages import SERVER_SEEN
from tests.support import sip
from tests.support.exchange import digest_of, make_user, password_of, small_exchange
from tests.support.pbx import Pbx, running

LATER = str(2**31)
"""The server is there until the end of the test."""


def sip_phone(device: str) -> Device:
    return Device(device, "sip", digest_of(device, password_of(device)))


@pytest.fixture(scope="module")
def pbx(short_folder: Path) -> Iterator[Pbx]:
    """u1 and u2 have a softphone and another maker's phone, u3 a softphone."""
    users = [make_user(n, name) for n, name in ((1, "Marie Dupont"), (2, "Zoé"), (3, "Jo"))]
    for n in (0, 1):
        phones = (*users[n].devices, sip_phone(f"{users[n].id}-2"))
        users[n] = replace(users[n], devices=phones)
    exchange = small_exchange(short_folder, tuple(users))
    with running(exchange, short_folder / "texts") as pbx:
        yield pbx


class Watching:
    """The server's ear: what Asterisk told."""

    def __init__(self, pbx: Pbx) -> None:
        ami = pbx.exchange.ami
        endpoint = Endpoint(pbx.exchange.network.ami_port, ami.username, ami.secret)
        self.watch = ExchangeWatch([endpoint])
        self.texts: asyncio.Queue[TextSent] = asyncio.Queue()
        self.watch.subscribe(self._heard)

    def _heard(self, change: Change) -> None:
        if isinstance(change, TextCame):
            self.texts.put_nowait(change.text)

    async def until(self, wanted: Callable[[LiveState], bool]) -> LiveState:
        return await self.watch.until(wanted, 10)

    async def text(self) -> TextSent:
        return await asyncio.wait_for(self.texts.get(), 10)


def hearing(pbx: Pbx, scene: Callable[[Watching], object]) -> None:
    """Run ``scene`` while the server is there."""

    async def run() -> None:
        watching = Watching(pbx)
        task = asyncio.create_task(watching.watch.run())
        try:
            await watching.until(lambda state: state.up)
            await watching.watch.set_global(SERVER_SEEN, LATER)
            await scene(watching)  # type: ignore[misc]
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.parametrize(
    "body",
    [
        "Où est le dossier « Noël » ? 👍🏽",
        'a,b\r\nAction: Originate\r\n\r\nEvent: x) ${SHELL(id)} $[1+1] | "\\ ; %s',
        "x" * 1023,
        "é" * 511,
    ],
    ids=["accents", "injection", "longest", "longest-accents"],
)
def test_a_text_reaches_the_server_byte_for_byte(pbx: Pbx, body: str) -> None:
    async def scene(server: Watching) -> None:
        phone = pbx.phone("u1-2")
        assert (await asyncio.to_thread(phone.request, "MESSAGE", "2003", body)).code == 202
        text = await server.text()
        assert (text.device, text.to, text.content_type) == ("u1-2", "2003", "text/plain")
        assert text.body == body.encode()

    hearing(pbx, scene)


def test_a_text_that_asterisk_drops_is_told_with_nothing_in_it(pbx: Pbx) -> None:
    async def scene(server: Watching) -> None:
        phone = pbx.phone("u1-2")
        assert (await asyncio.to_thread(phone.request, "MESSAGE", "2003", "x" * 1024)).code == 202
        assert (await server.text()).body == b""
        assert (await asyncio.to_thread(phone.request, "MESSAGE", "2003", "x" * 5000)).code == 202
        assert (await server.text()).body == b""

    hearing(pbx, scene)


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ('"Zoe" <sip:u2-2@127.0.0.1>', 401),
        ("<sip:2002@127.0.0.1>", 401),
        ('"x" <sip:u1-2@127.0.0.1>;x="<sip:u2-2@127.0.0.1>"', 202),
        ('"<sip:u2-2@127.0.0.1>" <sip:u1-2@127.0.0.1>', 202),
        ("<sip:u%31-2@127.0.0.1>", 202),
    ],
)
def test_nobody_writes_as_somebody_else(pbx: Pbx, caller: str, code: int) -> None:
    """Whatever From says, the sender is who proved to be it; another's From proves nothing."""

    async def scene(server: Watching) -> None:
        phone = pbx.phone("u1-2")
        extra = (
            ("P-Asserted-Identity", '"Zoe" <sip:2002@127.0.0.1>'),
            ("X-Evil", "a,Device: dTItMg=="),
        )
        answer = await asyncio.to_thread(
            lambda: phone.request("MESSAGE", "2003", "moi", caller=caller, extra=extra)
        )
        assert answer.code == code
        if code == 202:
            assert (await server.text()).device == "u1-2"
        other = pbx.phone("u2-2")
        assert (await asyncio.to_thread(other.request, "MESSAGE", "2003", "last")).code == 202
        last = await server.text()
        assert (last.device, last.body) == ("u2-2", b"last"), "nothing came before it"

    hearing(pbx, scene)


@pytest.mark.parametrize("target", ["2999", "2900", "112", "*43", "reach", "s", "u2-2", "200"])
def test_a_text_to_nobody_is_refused(pbx: Pbx, target: str) -> None:
    assert pbx.phone("u1-2").request("MESSAGE", target).code == 404


def test_our_own_phones_the_line_and_strangers_send_no_text(pbx: Pbx) -> None:
    """Above all: no text runs the dialplan of calls, where it would block all others."""
    ours, line, stranger = pbx.phone("u1-1"), pbx.line(), pbx.plain(("127.0.0.4", 0), "anonymous")
    for target in ("2002", "*43", "112", "2900", "+3271000002"):
        assert ours.request("MESSAGE", target).code == 404
        assert line.request("MESSAGE", target).code == 404
        assert stranger.request("MESSAGE", target).code in {401, 404}
    channels = pbx.asterisk.command("core show channels concise").splitlines()
    assert not [c for c in channels if not c.startswith("Message/ast_msg_queue!text!")]


def test_without_a_server_the_phone_is_told(pbx: Pbx) -> None:
    pbx.asterisk.command(f"dialplan set global {SERVER_SEEN} 0")
    phone = pbx.registered("u1-2")
    assert phone.request("MESSAGE", "2003", "quelqu'un ?").code == 202
    answer = phone.text()
    assert "le serveur ne répond pas" in answer.body
    assert answer.caller == "2003"


def test_what_the_server_sends_reaches_a_registered_phone(pbx: Pbx) -> None:
    async def scene(server: Watching) -> None:
        with pytest.raises(PhoneIsGone):
            await server.watch.send_text("u2-2", "<sip:2001@localhost>", b"x")
        zoe: sip.Peer = await asyncio.to_thread(pbx.registered, "u2-2")
        await server.until(lambda state: "u2-2" in state.phones)
        body = ("é👍 ${SHELL(id)}, x\r\nAction: Ping\r\n\r\n" * 30).encode()[:TEXT_LIMIT]
        sender = '"Amélie Noël" <sip:2001@localhost>'
        await server.watch.send_text("u2-2", sender, body)
        heard = await asyncio.to_thread(zoe.text)
        assert heard.body.encode()[: TEXT_LIMIT - 4] == body[: TEXT_LIMIT - 4]
        assert heard["From"].startswith(sender)
        assert heard["Content-Type"] == "text/plain"
        zoe.close()
        await server.until(lambda state: "u2-2" not in state.phones)

    hearing(pbx, scene)
