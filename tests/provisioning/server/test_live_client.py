"""What one phone still has to be told, without a network."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from provisioning.server.bearer import Who
from provisioning.server.entities import Key
from provisioning.server.live_client import MESSAGES_PENDING, LiveClient

pytestmark = pytest.mark.anyio

AGENT = Who(3, 3, "2016", "Şirin Öztürk", receptionist=False)
RECEPTIONIST = Who(1, 1, "2014", "Zoé Lefèvre", receptionist=True)


class Phone:
    """Reads one frame whenever it is asked to."""

    def __init__(self, who: Who) -> None:
        self.client = LiveClient(who)
        self.entities: dict[Key, bytes] = {}
        self.up = True
        self._frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1)

    async def send(self, frame: str) -> None:
        await self._frames.put(json.loads(frame))

    async def snapshot(self, who: Who, seq: Callable[[], int]) -> bytes:
        await asyncio.sleep(0)
        return b'{"type":"snapshot","seq":%d}' % seq()

    async def run(self) -> None:
        await self.client.write(
            self.send,
            self.entities.get,
            lambda: b'"up"' if self.up else b'"down"',
            self.snapshot,
        )

    async def reads(self, count: int) -> list[dict[str, Any]]:
        return [await asyncio.wait_for(self._frames.get(), 2) for _ in range(count)]

    async def hears_nothing_more(self) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self._frames.get(), 0.05)


async def test_first_the_snapshot_then_what_changed_numbered() -> None:
    phone = Phone(RECEPTIONIST)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(phone.run())
        assert await phone.reads(1) == [{"type": "snapshot", "seq": 1}]
        phone.entities["queue", "population"] = b'{"name":"population"}'
        phone.client.tell(("queue", "population"))
        phone.client.tell_message(7, b'{"id":7}')
        assert await phone.reads(2) == [
            {"type": "queue", "seq": 2, "queue": {"name": "population"}},
            {"type": "message", "seq": 3, "message": {"id": 7}},
        ]
        running.cancel()


async def test_a_slow_phone_gets_the_latest_once() -> None:
    phone = Phone(RECEPTIONIST)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(phone.run())
        await phone.reads(1)
        for number in range(1000):
            phone.entities["colleague", "2016"] = b'{"n":%d}' % number
            phone.client.tell(("colleague", "2016"))
        assert [f["colleague"] for f in await phone.reads(1)] == [{"n": 999}]
        await phone.hears_nothing_more()
        running.cancel()


async def test_too_many_messages_become_a_new_snapshot() -> None:
    phone = Phone(AGENT)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(phone.run())
        await phone.reads(1)
        for number in range(MESSAGES_PENDING + 5):
            phone.client.tell_message(number, b"{}")
        assert (await phone.reads(1))[0]["type"] == "snapshot"
        await phone.hears_nothing_more()
        running.cancel()


async def test_an_agent_is_not_told_of_queues_nor_of_themselves() -> None:
    phone = Phone(AGENT)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(phone.run())
        await phone.reads(1)
        phone.entities = {("queue", "population"): b"{}", ("colleague", "2016"): b"{}"}
        phone.client.tell(("queue", "population"))
        phone.client.tell(("colleague", "2016"))
        await phone.hears_nothing_more()
        running.cancel()


async def test_when_the_pbx_comes_back_a_snapshot_follows() -> None:
    phone = Phone(AGENT)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(phone.run())
        await phone.reads(1)
        phone.entities["colleague", "2015"] = b"{}"
        phone.client.tell(("colleague", "2015"))
        phone.up = False
        phone.client.tell_pbx()
        assert await phone.reads(1) == [{"type": "pbx", "seq": 2, "pbx": "down"}], (
            "what was pending is void"
        )
        phone.up = True
        phone.client.tell_pbx()
        phone.client.start_again()
        assert await phone.reads(2) == [
            {"type": "pbx", "seq": 3, "pbx": "up"},
            {"type": "snapshot", "seq": 4},
        ]
        running.cancel()
