"""Questions about agents that people ask: who has this extension, who is enrolled."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from provisioning.store.tables import Agent, Device, Enrolment

PhoneState = Literal["enrolled", "invited", "none"]
"""Of the softphone: in use, a link is open, or nothing yet."""


def present_agents(session: Session) -> Sequence[Agent]:
    """All agents who were not removed, by extension, with devices and desk phones loaded."""
    return session.scalars(
        select(Agent)
        .where(Agent.removed_at.is_(None))
        .options(selectinload(Agent.devices), selectinload(Agent.desk_phones))
        .order_by(Agent.extension)
    ).all()


def find_agent(session: Session, text: str) -> Agent | None:
    """By extension or e-mail."""
    wanted = text.strip().lower()
    return session.scalars(
        select(Agent)
        .where(Agent.removed_at.is_(None), or_(Agent.extension == wanted, Agent.email == wanted))
        .options(selectinload(Agent.devices), selectinload(Agent.desk_phones))
    ).one_or_none()


def invited(session: Session, now: datetime | None = None) -> frozenset[int]:
    """Ids of agents who hold a link that still works."""
    return frozenset(
        session.scalars(
            select(Device.agent_id)
            .join(Enrolment, Enrolment.device_id == Device.id)
            .where(
                Enrolment.used_at.is_(None),
                Enrolment.replaced_at.is_(None),
                Enrolment.expires_at > (now or datetime.now(UTC)),
            )
        )
    )


def phone_state(agent: Agent, holders: frozenset[int]) -> PhoneState:
    """``holders`` as ``invited`` gives them."""
    softphone = next(device for device in agent.devices if device.number == 1)
    if softphone.enrolled_at is not None and softphone.revoked_at is None:
        return "enrolled"
    return "invited" if agent.id in holders else "none"
