"""What the routes work with, made once by the composition root and handed to them by the app."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from pbx_config.live.exchange_watch import ExchangeWatch
from provisioning.operations import Installation
from provisioning.server.bearer import Who, identify
from provisioning.server.hub import Hub
from provisioning.server.limits import RateLimit
from provisioning.server.sip_gateway import SipGateway
from provisioning.server.takers import Takers

ENROLMENTS_PER_MINUTE = 20


@dataclass(frozen=True, slots=True)
class Services:
    installation: Installation
    ca_pem: str
    watch: ExchangeWatch
    hub: Hub
    gateway: SipGateway
    takers: Takers = field(default_factory=Takers)
    enrolments: RateLimit = field(default_factory=lambda: RateLimit(ENROLMENTS_PER_MINUTE))

    @property
    def url(self) -> str:
        own = self.installation.commune.installation
        return f"https://{own.host}:{own.https_port}"


def services_of(connection: HTTPConnection) -> Services:
    services: Services = connection.app.state.services
    return services


_bearer = HTTPBearer(auto_error=False, description="The device's `api_token` from its Profile.")


async def _who(request: Request, _: Annotated[object, Security(_bearer)]) -> Who:
    return await identify(services_of(request).installation, request)


Given = Annotated[Services, Depends(services_of)]
"""Parameter of a route: the services."""
Caller = Annotated[Who, Depends(_who)]
"""Parameter of a route: who asks; 401 for nobody."""
