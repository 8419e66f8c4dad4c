"""The server as a web application: routes and services put together. Opens no socket.

``provisioning.server.serve`` runs it; tests run it the same way.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from pbx_config.ami.client import Endpoint
from pbx_config.live.exchange_watch import ExchangeWatch
from provisioning.ca import CaFiles
from provisioning.operations import Installation
from provisioning.server import (
    enrol_routes,
    live_route,
    message_routes,
    public_routes,
    queue_routes,
    refusal,
)
from provisioning.server.hub import Hub
from provisioning.server.limits import Guard
from provisioning.server.mailing import keep_mailing
from provisioning.server.retention import Retention
from provisioning.server.services import Services
from provisioning.server.sip_gateway import SipGateway

_log = logging.getLogger(__name__)


def _must_not_end(task: asyncio.Task[None]) -> None:
    """A server that shows an old state as live is worse than one that is started again."""
    if not task.cancelled():
        _log.critical("stopping: the live state ended", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)


def create_app(installation: Installation, endpoints: Sequence[Endpoint]) -> FastAPI:
    """The app of one installation. ``endpoints``: AMI of its nodes. Raises OSError (no CA)."""
    watch = ExchangeWatch(endpoints)
    hub = Hub(installation, watch)
    services = Services(
        installation=installation,
        ca_pem=CaFiles(installation.home.ca).ca.read_text(encoding="ascii"),
        watch=watch,
        hub=hub,
        gateway=SipGateway(installation, watch, hub),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await services.hub.load()
        # The watch last: nothing that it tells is missed.
        work = (
            services.hub.run(),
            services.gateway.run(),
            Retention(installation.layout, watch).run(),
            keep_mailing(installation.home),
            watch.run(),
        )
        tasks = [asyncio.create_task(one) for one in work]
        for task in tasks:
            task.add_done_callback(_must_not_end)
        yield
        await services.gateway.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="allo",
        version="1",
        description="The API between phones and server; see docs/api.md.",
        lifespan=lifespan,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    refusal.install(app)
    for part in (public_routes, enrol_routes, message_routes, queue_routes, live_route):
        app.include_router(part.router)
    app.add_middleware(Guard)
    return app
