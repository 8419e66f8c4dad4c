"""The client on a real Asterisk, and on what only pretends to be one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from pbx_config.ami import backoff
from pbx_config.ami.client import ActionRefused, AmiClient, AmiDown, AmiTimeout, Endpoint
from pbx_config.ami.wire import Happening
from tests.pbx_config.live.playing import soon
from tests.pbx_config.live.private_asterisk import PrivateAsterisk, private_asterisk
from tests.pbx_config.live.tap import Tap
from tests.support.ports import free_port

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def asterisk() -> Iterator[PrivateAsterisk]:
    with private_asterisk() as running:
        yield running


class Connection:
    """A running client and what it told."""

    def __init__(self, endpoint: Endpoint, **options: float) -> None:
        self.told: asyncio.Queue[str] = asyncio.Queue()
        self.events: list[Happening] = []
        self.client = AmiClient(
            endpoint,
            on_event=self.events.append,
            on_up=self._up,
            on_down=lambda: self.told.put_nowait("down"),
            waits=soon,
            **options,
        )

    async def _up(self) -> None:
        self.told.put_nowait("up")

    async def next(self) -> str:
        return await asyncio.wait_for(self.told.get(), 10)


@asynccontextmanager
async def connection(endpoint: Endpoint, **options: float) -> AsyncIterator[Connection]:
    one = Connection(endpoint, **options)
    running = asyncio.create_task(one.client.run())
    try:
        yield one
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_lists_come_whole_and_apart(asterisk: PrivateAsterisk) -> None:
    async with connection(asterisk.endpoint) as one:
        assert await one.next() == "up"
        hints, queues = await asyncio.gather(
            one.client.collect("ExtensionStateList"), one.client.collect("QueueStatus")
        )
        assert [h.headers["Exten"] for h in hints if h.headers["Context"] == "internal"]
        assert {q.headers["Queue"] for q in queues} == {"population", "travaux"}
        assert not [e for e in one.events if e.name in ("QueueParams", "QueueStatusComplete")]


async def test_a_refused_action_says_why(asterisk: PrivateAsterisk) -> None:
    async with connection(asterisk.endpoint) as one:
        assert await one.next() == "up"
        with pytest.raises(ActionRefused, match="No such queue"):
            await one.client.action(
                "QueueWithdrawCaller", Queue="nowhere", Caller="nobody", WithdrawInfo="1"
            )


async def test_a_line_break_never_reaches_asterisk(asterisk: PrivateAsterisk) -> None:
    async with (
        Tap(asterisk.port) as tap,
        connection(replace(asterisk.endpoint, port=tap.port)) as one,
    ):
        assert await one.next() == "up"
        sent = len(tap.packets)
        with pytest.raises(ValueError, match="line break"):
            await one.client.action("Ping", Evil="x\r\n\r\nAction: CoreShowChannels")
        assert len(tap.packets) == sent
        await one.client.action("Ping")


async def test_it_comes_back_after_a_cut(asterisk: PrivateAsterisk) -> None:
    async with (
        Tap(asterisk.port) as tap,
        connection(replace(asterisk.endpoint, port=tap.port)) as one,
    ):
        for _ in range(3):
            assert await one.next() == "up"
            tap.cut()
            assert await one.next() == "down"
        assert await one.next() == "up"
        await one.client.action("Ping")


async def test_it_ends_though_the_connection_does_in_the_same_moment(
    asterisk: PrivateAsterisk,
) -> None:
    """As at the end of a server whose PBX ends with it."""
    one = Connection(asterisk.endpoint)

    def both_end(_: Happening) -> None:
        running.cancel()
        raise AmiDown("in the same moment")

    client = AmiClient(
        asterisk.endpoint,
        on_event=both_end,
        on_up=one._up,
        on_down=lambda: None,
        waits=soon,
    )
    running = asyncio.create_task(client.run())
    done, _ = await asyncio.wait([running], timeout=10)
    assert done
    assert running.cancelled()


async def test_an_action_under_way_fails_when_the_line_is_cut(asterisk: PrivateAsterisk) -> None:
    async with (
        Tap(asterisk.port) as tap,
        connection(replace(asterisk.endpoint, port=tap.port)) as one,
    ):
        assert await one.next() == "up"
        tap.freeze()
        asking = asyncio.create_task(one.client.action("Ping"))
        await asyncio.sleep(0)
        tap.cut()
        with pytest.raises(AmiDown):
            await asking
        tap.thaw()


async def test_a_silent_asterisk_is_noticed(asterisk: PrivateAsterisk) -> None:
    async with Tap(asterisk.port) as tap:
        endpoint = replace(asterisk.endpoint, port=tap.port)
        async with connection(endpoint, ping_every=0.1, ping_timeout=0.3) as one:
            assert await one.next() == "up"
            tap.freeze()
            with pytest.raises(AmiTimeout):
                await one.client.action("Ping", timeout=0.1)
            assert await one.next() == "down"
            tap.thaw()
            tap.cut()


async def test_it_stays_up_in_silence(asterisk: PrivateAsterisk) -> None:
    """The package's own reader gives up after three seconds without a byte."""
    async with connection(asterisk.endpoint) as one:
        assert await one.next() == "up"
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(one.told.get(), 4)
        await one.client.action("Ping")


async def test_a_wrong_password_is_explained_once_and_not_shown(
    asterisk: PrivateAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = replace(asterisk.endpoint, secret="not-the-secret")
    async with connection(wrong):
        async with asyncio.timeout(5):
            while "refused the AMI user" not in caplog.text:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
    assert caplog.text.count("refused the AMI user") == 1
    assert "not-the-secret" not in caplog.text + repr(wrong)


async def test_another_program_on_the_port_is_named(caplog: pytest.LogCaptureFixture) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, connection(Endpoint(port, "allo", "x")):
        async with asyncio.timeout(5):
            while "not Asterisk's AMI" not in caplog.text:
                await asyncio.sleep(0.02)


async def test_without_a_connection_an_action_fails_at_once() -> None:
    async with connection(Endpoint(free_port(), "allo", "x")) as one:
        with pytest.raises(AmiDown):
            await one.client.action("Ping")


def test_waits_grow_to_a_limit_and_are_spread() -> None:
    waits = backoff.delays(first=1.0, longest=8.0)
    tries = [next(waits) for _ in range(10)]
    for wait, full in zip(tries, [1, 2, 4, 8, 8, 8, 8, 8, 8, 8], strict=True):
        assert full / 2 <= wait <= full
    assert len(set(tries)) == len(tries)
