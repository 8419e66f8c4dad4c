"""Who asks: an API token to the agent and device it belongs to.

Owns the meaning of the ``Authorization`` header. Tokens are 256 random bits and looked up by their
SHA-256 in a unique index, so timing tells nothing about a token.
"""

from dataclasses import dataclass

from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from provisioning.enrolment import device_of_token
from provisioning.operations import Installation
from provisioning.server.bodies import AgentPart
from provisioning.server.directory import commune_now, person
from provisioning.server.refusal import token_unknown
from provisioning.store.tables import Agent

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Who:
    """An agent on one of their devices."""

    device_id: int
    agent_id: int
    extension: str
    name: str
    receptionist: bool
    card: str = ""
    """The agent as in Profile, as JSON, where it was asked for."""


async def identify(
    installation: Installation, connection: HTTPConnection, *, with_card: bool = False
) -> Who:
    """Raises Refusal 401."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= _LONGEST:
        raise token_unknown()
    who = await run_in_threadpool(_look_up, installation, token.strip(), with_card)
    if who is None:
        raise token_unknown()
    return who


def _look_up(installation: Installation, token: str, with_card: bool) -> Who | None:
    with installation.store.read() as session:
        device = device_of_token(session, token)
        if device is None:
            return None
        agent = device.agent
        return Who(
            device.id,
            agent.id,
            agent.extension,
            agent.name,
            "receptionist" in agent.roles,
            card(agent, installation).model_dump_json() if with_card else "",
        )


def card(agent: Agent, installation: Installation) -> AgentPart:
    """The agent as their own phone shows them."""
    shown = person(agent, commune_now(installation))
    return AgentPart(
        extension=shown.extension,
        name=shown.name,
        function=shown.function,
        service=shown.service,
        site=shown.site,
        public_number=agent.public_number,
        roles=list(agent.roles),
    )
