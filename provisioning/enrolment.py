"""One-time links that turn a laptop into an agent's telephone; credentials for other SIP phones.

Owns the life of a link (issued; used once, replaced or expired) and the making of secrets. Every
secret leaves this module exactly once, as a return value; the database keeps hashes and digests.
Knows neither HTTP nor Asterisk: the caller commits, and applies the changed digest to the PBX.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from pbx_config.model import REALM
from provisioning.store.tables import Agent, DeskPhone, Device, Enrolment

DEFAULT_TTL = timedelta(days=7)

Algorithm = Literal["SHA-256", "MD5"]


class EnrolmentRefused(Exception):
    """The link does not enrol anything; ``id`` is the error id of docs/api.md."""

    id = "enrolment-refused"


class EnrolmentUnknown(EnrolmentRefused):
    """No such link was ever given out, or its agent left."""

    id = "enrolment-unknown"


class EnrolmentUsed(EnrolmentRefused):
    """Somebody enrolled with the link already."""

    id = "enrolment-used"


class EnrolmentReplaced(EnrolmentRefused):
    """A newer link was made for the same agent."""

    id = "enrolment-replaced"


class EnrolmentExpired(EnrolmentRefused):
    """The link was not used in time."""

    id = "enrolment-expired"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a link was exchanged for. Both secrets exist here only: send them, then forget them."""

    agent: Agent
    device: Device
    sip_secret: str
    api_token: str


@dataclass(frozen=True, slots=True)
class SipCredentials:
    """Credentials of a third-party SIP phone, shown once."""

    device: Device
    user: str
    secret: str
    algorithm: Algorithm


def new_secret() -> str:
    """256 bits from the system's generator, base64url."""
    return secrets.token_urlsafe(32)


def digest(user: str, secret: str, algorithm: Algorithm) -> str:
    """HA1 of RFC 7616 §3.4.2: H(user:realm:secret) in lower-case hex."""
    text = f"{user}:{REALM}:{secret}".encode()
    if algorithm == "SHA-256":
        return hashlib.sha256(text).hexdigest()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()  # what old SIP phones know


def hashed(token: str) -> str:
    """What the database keeps of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    session: Session,
    agent: Agent,
    *,
    host: str,
    https_port: int,
    ca_fingerprint: str,
    ttl: timedelta = DEFAULT_TTL,
    now: datetime | None = None,
) -> str:
    """Make a link for the agent's softphone; open links made before for it stop working."""
    now = now or datetime.now(UTC)
    device = session.scalars(
        select(Device).where(Device.agent_id == agent.id, Device.number == 1)
    ).one()
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.device_id == device.id,
            Enrolment.used_at.is_(None),
            Enrolment.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
    token = new_secret()
    session.add(
        Enrolment(
            device_id=device.id,
            token_hash=hashed(token),
            created_at=now,
            expires_at=now + ttl,
        )
    )
    session.flush()
    return f"allo://{host}:{https_port}/enrol/{token}?ca={ca_fingerprint}"


def redeem(session: Session, token: str, device_name: str, now: datetime) -> Redeemed:
    """Exchange a link's token for the device's secrets; of several at once exactly one succeeds.

    The caller commits, then applies ``pjsip_auth.conf``. What the device knew before stops working.
    Raises one of EnrolmentRefused.
    """
    claimed = session.execute(
        update(Enrolment)
        .where(
            Enrolment.token_hash == hashed(token),
            Enrolment.used_at.is_(None),
            Enrolment.replaced_at.is_(None),
            Enrolment.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(claimed, CursorResult)
    enrolment = session.scalars(
        select(Enrolment).where(Enrolment.token_hash == hashed(token))
    ).one_or_none()
    if enrolment is None or enrolment.device.agent.removed_at is not None:
        raise EnrolmentUnknown
    if claimed.rowcount != 1:
        if enrolment.used_at is not None:
            raise EnrolmentUsed
        raise EnrolmentReplaced if enrolment.replaced_at is not None else EnrolmentExpired
    device = enrolment.device
    sip_secret, api_token = new_secret(), new_secret()
    device.name = device_name[:80]
    device.algorithm = "SHA-256"
    device.ha1 = digest(device.sip_user, sip_secret, "SHA-256")
    device.api_token_hash = hashed(api_token)
    device.enrolled_at = now
    device.revoked_at = None
    session.execute(
        update(DeskPhone)
        .where(DeskPhone.agent_id == device.agent_id, DeskPhone.returnable_since.is_(None))
        .values(returnable_since=now)
    )
    session.flush()
    return Redeemed(device.agent, device, sip_secret, api_token)


def issue_sip(
    session: Session, agent: Agent, algorithm: Algorithm = "MD5", now: datetime | None = None
) -> SipCredentials:
    """Add a third-party SIP phone to the agent. MD5 by default: many of them know nothing else."""
    highest = session.scalar(select(func.max(Device.number)).where(Device.agent_id == agent.id))
    number = (highest or 1) + 1
    secret = new_secret()
    user = f"{agent.uid}-{number}"
    device = Device(
        agent_id=agent.id,
        number=number,
        kind="sip",
        name="SIP",
        algorithm=algorithm,
        ha1=digest(user, secret, algorithm),
        enrolled_at=now or datetime.now(UTC),
    )
    session.add(device)
    session.flush()
    return SipCredentials(device, user, secret, algorithm)


def device_of_token(session: Session, api_token: str) -> Device | None:
    """The device (and by ``.agent`` its agent) an API token belongs to; None when not valid."""
    device = session.scalars(
        select(Device).where(
            Device.api_token_hash == hashed(api_token), Device.revoked_at.is_(None)
        )
    ).one_or_none()
    if device is None or device.agent.removed_at is not None:
        return None
    return device
