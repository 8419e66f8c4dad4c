"""What is due for a SIP phone, and how far it got."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from provisioning import enrolment
from provisioning.server import handover, mailbox
from provisioning.store.database import Store, open_store
from provisioning.store.tables import Agent, Device, Handover

ALL = frozenset({"u1-1", "u2-2", "u2-3"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """u1 (2001) has an app, u2 (2002) an app and one SIP phone."""
    store = open_store(tmp_path / "allo.db")
    with store.write() as session:
        for number in (1, 2):
            agent = Agent(
                first_name="A", last_name=str(number), email=f"{number}@commune.example",
                extension=f"200{number}", site="hv", service="population",
            )  # fmt: skip
            session.add(agent)
            session.flush()
            session.add(Device(agent_id=agent.id, number=1, kind="softphone", ha1="0" * 64))
            session.flush()
            if number == 2:
                enrolment.issue_sip(session, agent)
    yield store
    store.close()


def put(store: Store, text: str, sender: int = 1, to: str = "2002") -> int:
    return mailbox.put(store, sender, to, text, text)[0].id


def test_what_is_due_is_due_until_its_last_part(store: Store) -> None:
    first, second = put(store, "un"), put(store, "deux")
    assert put(store, "un") == first, "a retry of the app"
    put(store, "pas pour un téléphone SIP", sender=2, to="2001")
    due = handover.due(store, ALL)
    assert [(d.message_id, d.phone, d.extension, d.name, d.parts) for d in due] == [
        (first, "u2-2", "2001", "A 1", 0),
        (second, "u2-2", "2001", "A 1", 0),
    ]
    assert handover.due(store, frozenset({"u1-1"})) == []
    assert handover.handed(store, due[0], 2, last=False) is None
    assert [d.parts for d in handover.due(store, ALL)] == [2, 0]
    message = handover.handed(store, due[0], 3, last=True)
    assert message is not None
    assert (message.id, message.delivered_at) == (first, None)
    assert message.handed_at is not None
    assert [d.message_id for d in handover.due(store, ALL)] == [second]
    assert handover.handed(store, due[0], 3, last=True) is None, "once"


def test_handed_is_said_once_for_two_phones(store: Store) -> None:
    put(store, "avant")
    with store.write() as session:
        enrolment.issue_sip(session, session.get_one(Agent, 2))
    put(store, "à deux")
    due = handover.due(store, ALL)
    assert [(d.text, d.phone) for d in due] == [
        ("avant", "u2-2"),
        ("à deux", "u2-2"),
        ("à deux", "u2-3"),
    ], "a new phone gets nothing old"
    assert handover.handed(store, due[2], 1, last=True) is not None
    assert handover.handed(store, due[1], 1, last=True) is None


def test_a_revoked_phone_is_nobodys(store: Store) -> None:
    put(store, "un")
    assert handover.author(store, "u2-2") == handover.Author(2, "fr")
    for stranger in ("u1-1", "u2-9", "u9-2", "", "u-", "trunk-operator", "u2-2-2", "u²-2"):
        assert handover.author(store, stranger) is None
    with store.write() as session:
        session.execute(
            update(Device).where(Device.number == 2).values(revoked_at=datetime.now(UTC))
        )
    assert handover.due(store, ALL) == []
    assert handover.author(store, "u2-2") is None
    put(store, "deux")
    with store.read() as session:
        assert len(session.scalars(select(Handover)).all()) == 1
