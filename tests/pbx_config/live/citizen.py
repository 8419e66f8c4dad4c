"""People who call: Local channels that a second AMI user originates."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pbx_config.ami.client import AmiClient, Endpoint


class Citizens:
    """Calls queues and hangs up."""

    def __init__(self, client: AmiClient) -> None:
        self._client = client

    async def call(self, queue_extension: str, number: str, name: str, uniqueid: str) -> None:
        await self._client.action(
            "Originate",
            Channel="Local/line@citizens",
            Context="citizens",
            Exten=queue_extension,
            Priority="1",
            CallerID=f'"{name}" <{number}>',
            ChannelId=uniqueid,
            OtherChannelId=f"{uniqueid}-line",
            Async="true",
        )

    async def hang_up(self, channel: str) -> None:
        await self._client.action("Hangup", Channel=channel)


@asynccontextmanager
async def citizens(endpoint: Endpoint) -> AsyncIterator[Citizens]:
    """Ready to call."""
    up = asyncio.Event()

    async def on_up() -> None:
        up.set()

    client = AmiClient(endpoint, on_event=lambda _: None, on_up=on_up, on_down=lambda: None)
    running = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(10):
            await up.wait()
        yield Citizens(client)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
