"""Requests of a phone to the allo server (docs/api.md) as coroutines. One client, one token."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from softphone.facts import Problem
from softphone.live import ApiProblem, Message, MessageList, SendMessage
from softphone.profile import Profile
from softphone.tls import context_for, is_wrong_certificate

TIMEOUT = 10.0
"""Seconds for one request."""

T = TypeVar("T")


class ApiError(Exception):
    """A request failed. ``problem.message`` is the server's own sentence, if it said one."""

    def __init__(self, problem: Problem, status: int = 0) -> None:
        super().__init__(problem.message or problem.id)
        self.problem = problem
        self.status = status
        """HTTP status; 0 = no answer."""

    @property
    def final(self) -> bool:
        """Asking the same again would be refused again."""
        spoken = self.problem.id not in ("server-error", "incompatible")
        # 401: the device may be let in again; 408, 425, 429: later, says the server itself.
        return spoken and 400 <= self.status < 500 and self.status not in (401, 408, 425, 429)


class Api:
    """To be made and used inside one event loop. Methods raise ``ApiError``."""

    def __init__(self, profile: Profile, api_token: str, language: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=profile.server.url,
            verify=context_for(profile.server.ca_pem),
            headers={"Authorization": f"Bearer {api_token}", "Accept-Language": language},
            timeout=TIMEOUT,
            trust_env=False,
        )

    async def send_message(self, message: SendMessage) -> Message:
        """Stored when this returns; safe to repeat with the same ``client_id``."""
        body = msgspec.json.encode(message)
        return _decode(await self._ask("POST", "/v1/messages", body=body), Message)

    async def messages_with(self, peer: str, before: int | None) -> tuple[Message, ...]:
        """At most ``live.PAGE``, oldest first."""
        query = {"with": peer} | ({} if before is None else {"before": str(before)})
        return _decode(await self._ask("GET", "/v1/messages", query=query), MessageList).messages

    async def take_caller(self, queue: str, caller_id: str) -> None:
        """The caller rings here soon after."""
        queue, caller_id = quote(queue, safe=""), quote(caller_id, safe="")
        await self._ask("POST", f"/v1/queues/{queue}/callers/{caller_id}/take")

    async def close(self) -> None:
        """Ends kept connections."""
        await self._http.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        query: dict[str, str] | None = None,
    ) -> bytes:
        headers = {} if body is None else {"Content-Type": "application/json"}
        half_open = _HalfOpen()
        try:
            answer = await self._http.request(
                method,
                path,
                content=body,
                params=query,
                headers=headers,
                extensions={"trace": half_open.trace},
            )
        except httpx.TransportError as error:
            id_ = "wrong-certificate" if is_wrong_certificate(error) else "unreachable"
            raise ApiError(Problem(id_)) from error
        except asyncio.CancelledError:
            await half_open.close()
            raise
        if answer.is_success:
            return answer.content
        try:
            problem = msgspec.json.decode(answer.content, type=ApiProblem)
        except msgspec.DecodeError:
            raise ApiError(Problem("server-error"), answer.status_code) from None
        raise ApiError(Problem(problem.id, problem.message), answer.status_code)


class _HalfOpen:
    """A connection between TCP and the end of its TLS handshake.

    httpcore forgets to close it when the request is cancelled just then; its ``trace`` extension
    lets us.
    """

    def __init__(self) -> None:
        self._stream: Any = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]
        elif event == "connection.start_tls.complete":
            self._stream = None

    async def close(self) -> None:
        if self._stream is not None:
            await self._stream.aclose()


def _decode(body: bytes, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.DecodeError as error:
        # An answer of another make; its text names the field, never a value.
        raise ApiError(Problem("incompatible", str(error))) from None
