"""How much one client may ask for: size of a body, requests a minute, and from where."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from provisioning.server.refusal import Refusal, response
from provisioning.words import Words

BODY_LIMIT = 64 * 1024
"""Bytes; 4,000 characters in the most wasteful JSON need 48,000."""


def too_large() -> Refusal:
    return Refusal(
        413,
        "too-large",
        Words("Trop de données d'un coup.", "Too much data at once."),
        details={"limit": BODY_LIMIT},
    )


def foreign_origin() -> Refusal:
    return Refusal(
        403,
        "origin-refused",
        Words(
            "Cette interface est réservée au programme allo, pas aux pages web.",
            "This interface is for the allo program, not for web pages.",
        ),
    )


class Guard:
    """ASGI middleware in front of everything: no web page's requests, no oversized body.

    Phones send no ``Origin``; a browser always does where it matters. So a page that somebody
    visits cannot talk to the server on their network.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        if "origin" in headers and scope["path"].startswith("/v1/"):
            return await self._refuse(foreign_origin(), scope, receive, send)
        if scope["type"] == "websocket":
            return await self._app(scope, receive, send)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length[:12]) > BODY_LIMIT:
            return await self._refuse(too_large(), scope, receive, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > BODY_LIMIT:
                raise too_large()
            return message

        return await self._app(scope, counted, send)

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        answer = response(HTTPConnection(scope), refusal)
        answer.headers["Connection"] = "close"  # the rest of the body is not read
        await answer(scope, receive, send)


class RateLimit:
    """So many per minute and address; a burst of that many at once is fine."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, address: str) -> None:
        """Raises Refusal 429 with ``Retry-After``."""
        now = self._clock()
        left, at = self._buckets.pop(address, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - at) * self._per_minute / 60)
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        while len(self._buckets) > 10_000:  # the oldest are full again, or nearly
            self._buckets.popitem(last=False)
        if not allowed:
            wait = math.ceil((1 - left) * 60 / self._per_minute)
            raise Refusal(
                429,
                "too-many",
                Words(
                    f"Trop d'essais ; réessayez dans {wait} s.",
                    f"Too many attempts; try again in {wait} s.",
                ),
                headers={"Retry-After": str(wait)},
            )
