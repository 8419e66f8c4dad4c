"""A link works once, in time, for one; secrets are strong and kept nowhere."""

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from provisioning.enrolment import (
    EnrolmentExpired,
    EnrolmentReplaced,
    EnrolmentUnknown,
    EnrolmentUsed,
    Redeemed,
    device_of_token,
    issue,
    issue_sip,
    redeem,
)
from provisioning.home import Home
from provisioning.importing import ImportResult
from provisioning.store.database import Store
from provisioning.store.tables import Agent
from tests.provisioning.conftest import NOW


@pytest.fixture
def link(bring_in: Callable[..., ImportResult], store: Store, town_csv: str) -> Callable[[], str]:
    """Issue a link for Nathalie Lambert (u1)."""
    bring_in(town_csv)

    def link() -> str:
        with store.write() as session:
            return issue(
                session,
                session.get_one(Agent, 1),
                host="localhost",
                https_port=8443,
                ca_fingerprint="print",
                ttl=timedelta(days=7),
                now=NOW,
            )

    return link


def token(link: str) -> str:
    return link.split("/")[-1].split("?")[0]


def use(store: Store, link: str, days: float = 1) -> Redeemed:
    with store.write() as session:
        return redeem(session, token(link), "portable-nathalie", NOW + timedelta(days=days))


def test_the_link_has_the_form_of_the_api(link: Callable[[], str]) -> None:
    made = link()
    assert made.startswith("allo://localhost:8443/enrol/")
    assert made.endswith("?ca=print")
    assert len(token(made)) >= 43  # 256 bits


def test_it_gives_both_secrets_and_keeps_only_digests(
    link: Callable[[], str], store: Store, home: Home
) -> None:
    got = use(store, link())
    assert got.device.sip_user == "u1-1"
    wanted = hashlib.sha256(f"u1-1:allo:{got.sip_secret}".encode()).hexdigest()
    assert got.device.ha1 == wanted
    assert got.device.name == "portable-nathalie"
    store.close()
    kept = "\n".join(sqlite3.connect(home.database).iterdump())
    assert wanted in kept
    assert got.sip_secret not in kept
    assert got.api_token not in kept
    assert len(got.sip_secret) >= 43
    assert len(got.api_token) >= 43


def test_it_works_once(link: Callable[[], str], store: Store) -> None:
    made = link()
    use(store, made)
    with pytest.raises(EnrolmentUsed):
        use(store, made)


def test_it_works_in_time(link: Callable[[], str], store: Store) -> None:
    made = link()
    with pytest.raises(EnrolmentExpired):
        use(store, made, days=7)
    use(store, made, days=6.99)


def test_an_unknown_one_does_not_work(link: Callable[[], str], store: Store) -> None:
    link()
    with pytest.raises(EnrolmentUnknown):
        use(store, "allo://localhost:8443/enrol/guess?ca=print")


def test_a_newer_link_replaces_the_older(link: Callable[[], str], store: Store) -> None:
    old, new = link(), link()
    with pytest.raises(EnrolmentReplaced):
        use(store, old)
    with pytest.raises(EnrolmentReplaced):
        use(store, old, days=8)
    use(store, new)
    with pytest.raises(EnrolmentReplaced):
        use(store, old)


def test_a_used_link_stays_used_when_a_newer_one_is_made(
    link: Callable[[], str], store: Store
) -> None:
    used = link()
    use(store, used)
    link()
    with pytest.raises(EnrolmentUsed):
        use(store, used)


def test_a_second_laptop_ends_the_first(link: Callable[[], str], store: Store) -> None:
    first = use(store, link())
    second = use(store, link())
    with store.read() as session:
        assert device_of_token(session, first.api_token) is None
        device = device_of_token(session, second.api_token)
        assert device is not None
        assert device.agent.name == "Nathalie Lambert"


def test_of_many_at_once_exactly_one_wins(link: Callable[[], str], store: Store) -> None:
    made = link()
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def try_it() -> None:
        barrier.wait()
        try:
            outcomes.append(use(store, made).api_token)
        except EnrolmentUsed:
            outcomes.append("used")

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("used") == 7
    with store.read() as session:
        (winner,) = [outcome for outcome in outcomes if outcome != "used"]
        assert device_of_token(session, winner) is not None


def test_the_desk_phone_can_go_back(link: Callable[[], str], store: Store) -> None:
    use(store, link())
    with store.read() as session:
        (phone,) = session.get_one(Agent, 1).desk_phones
        assert phone.returnable_since == NOW + timedelta(days=1)
    use(store, link(), days=2)
    with store.read() as session:
        (phone,) = session.get_one(Agent, 1).desk_phones
        assert phone.returnable_since == NOW + timedelta(days=1)


def test_who_left_cannot_enrol(
    link: Callable[[], str],
    store: Store,
    bring_in: Callable[..., ImportResult],
    town_csv: str,
) -> None:
    made = link()
    nathalie = "nathalie.lambert@commune.example"
    bring_in("\n".join(x for x in town_csv.splitlines() if nathalie not in x), remove={nathalie})
    with pytest.raises(EnrolmentUnknown):
        use(store, made)


def test_sip_credentials_are_a_new_device_each_time(link: Callable[[], str], store: Store) -> None:
    link()
    with store.write() as session:
        agent = session.get_one(Agent, 1)
        old = issue_sip(session, agent, now=NOW)
        new = issue_sip(session, agent, "SHA-256", NOW)
    assert (old.user, new.user) == ("u1-2", "u1-3")
    md5 = hashlib.md5(f"u1-2:allo:{old.secret}".encode(), usedforsecurity=False).hexdigest()
    assert (old.device.algorithm, old.device.ha1) == ("MD5", md5)
    assert new.device.algorithm == "SHA-256"
