"""The live WebSocket ``/v1/live``: one connection of one phone, from handshake to goodbye."""

import asyncio
import logging

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError

from provisioning.server import frames, mailbox
from provisioning.server.bearer import identify
from provisioning.server.live_client import LiveClient
from provisioning.server.refusal import Refusal, response
from provisioning.server.services import Services, services_of

CHECK_TOKEN_EVERY = 30.0
"""Seconds until a revoked phone is disconnected, or a new role shows."""

TOKEN_UNKNOWN = 4401
UNREADABLE = 1003
TOO_SLOW = 1013
SERVER_ERROR = 1011

router = APIRouter()
_log = logging.getLogger(__name__)


class _Goodbye(Exception):
    """Ends the connection with a WebSocket close code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@router.websocket("/v1/live")
async def live(socket: WebSocket) -> None:
    given = services_of(socket)
    try:
        who = await identify(given.installation, socket, with_card=True)
    except Refusal as refusal:
        await socket.send_denial_response(response(socket, refusal))
        return
    await socket.accept()
    with given.hub.joined(who) as client:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_write(socket, given, client))
                group.create_task(_check_token(socket, given, client))
                group.create_task(_read(socket, given, client))
        except* WebSocketDisconnect:
            pass  # the phone left; who cares why
        except* DBAPIError as broken:
            for error in broken.exceptions:  # its own text quotes parameters: messages, digests
                _log.error("live: database: %s", getattr(error, "orig", type(error)))
            await _close(socket, SERVER_ERROR)
        except* _Goodbye as goodbye:
            code = next(e.code for e in goodbye.exceptions if isinstance(e, _Goodbye))
            _log.info("live: closing %s of %s with %d", who.device_id, who.extension, code)
            await _close(socket, code)


async def _write(socket: WebSocket, given: Services, client: LiveClient) -> None:
    hub = given.hub
    try:
        await client.write(socket.send_text, hub.entity, hub.pbx, hub.snapshot)
    except TimeoutError:
        raise _Goodbye(TOO_SLOW) from None


async def _read(socket: WebSocket, given: Services, client: LiveClient) -> None:
    """One at a time: a phone that says much waits for the database."""
    while True:
        try:
            received = frames.decode_received(await socket.receive_text())
        except (msgspec.DecodeError, KeyError):  # KeyError: a binary frame
            raise _Goodbye(UNREADABLE) from None
        message = await run_in_threadpool(
            mailbox.deliver, given.installation.store, client.who.agent_id, received.message_id
        )
        if message is not None:
            given.hub.tell_message(message)


async def _check_token(socket: WebSocket, given: Services, client: LiveClient) -> None:
    while True:
        await asyncio.sleep(CHECK_TOKEN_EVERY)
        try:
            who = await identify(given.installation, socket, with_card=True)
        except Refusal:
            raise _Goodbye(TOKEN_UNKNOWN) from None
        if who != client.who:
            client.who = who
            client.start_again()


async def _close(socket: WebSocket, code: int) -> None:
    try:
        async with asyncio.timeout(1):
            await socket.close(code)
    except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
        pass  # it does not even read the goodbye
