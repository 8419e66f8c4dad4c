"""The directory becomes the exchange that the PBX is rendered from."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pbx_config.model import Address, Exchange
from provisioning.commune import Commune
from provisioning.enrolment import issue_sip
from provisioning.exchange import build_exchange
from provisioning.home import Home
from provisioning.importing import ImportResult
from provisioning.problem import InputRefused
from provisioning.store.database import Store
from provisioning.store.tables import Agent
from tests.provisioning.conftest import NOW


@pytest.fixture
def exchange(
    bring_in: Callable[..., ImportResult],
    store: Store,
    commune: Commune,
    home: Home,
    town_csv: str,
) -> Callable[[], Exchange]:
    bring_in(town_csv)

    def exchange() -> Exchange:
        with store.read() as session:
            return build_exchange(session, commune, home)

    return exchange


def test_the_example_town(exchange: Callable[[], Exchange]) -> None:
    built = exchange()
    assert len(built.users) == 24
    assert [user.extension for user in built.users] == sorted(u.extension for u in built.users)
    assert [queue.name for queue in built.queues] == [
        "accueil", "population", "etat-civil", "urbanisme", "action-sociale",
    ]  # fmt: skip
    assert {site.main_queue for site in built.sites} == {"accueil"}
    accueil, population = built.queues[:2]
    names = {user.id: user.name for user in built.users}
    assert [names[key] for key in accueil.members] == ["Nathalie Lambert", "Karim Benali"]
    assert len(population.members) == 4
    assert {user.service for user in built.users} >= {"Accueil", "État civil", "Lecture publique"}
    assert built.trunks[0].host == "127.0.0.2"
    assert len(built.ami.secret) >= 22  # 128 bits in base64


@pytest.mark.parametrize(
    ("written", "street", "number"),
    [
        ("Place communale 1", "Place communale", "1"),
        ("Rue du Moulin, 14 bis", "Rue du Moulin", "14 bis"),
        ("Rue du 11 Novembre 3b", "Rue du 11 Novembre", "3b"),
        ("Ferme du Bois", "Ferme du Bois", ""),
    ],
)
def test_where_a_site_is(
    bring_in: Callable[..., ImportResult], store: Store, commune: Commune, home: Home,
    town_csv: str, written: str, street: str, number: str,
) -> None:  # fmt: skip
    bring_in(town_csv)
    hall, *others = commune.site
    here = hall.model_copy(update={"address": written, "postcode": "6000", "town": "Charleroi"})
    there = commune.model_copy(update={"site": (here, *others)})
    with store.read() as session:
        (first, *rest) = build_exchange(session, there, home).sites
    assert first.address == Address(street, number, "6000", "Charleroi")
    assert all(site.address is None for site in rest)


def test_every_user_has_exactly_the_closed_softphone(exchange: Callable[[], Exchange]) -> None:
    for user in exchange().users:
        (device,) = user.devices
        assert (device.id, device.kind) == (f"{user.id}-1", "softphone")
        assert device.digest.algorithm == "SHA-256"


def test_building_twice_gives_the_same_value(exchange: Callable[[], Exchange]) -> None:
    assert exchange() == exchange()


def test_a_receptionist_of_another_service_answers_the_main_number_too(
    exchange: Callable[[], Exchange], store: Store
) -> None:
    with store.write() as session:
        agent = session.get_one(Agent, 3)
        agent.role = "receptionist"
    accueil, population = exchange().queues[:2]
    assert "u3" in accueil.members
    assert "u3" in population.members


def test_an_added_sip_phone_is_a_second_device_and_a_revoked_one_is_gone(
    exchange: Callable[[], Exchange], store: Store
) -> None:
    with store.write() as session:
        issue_sip(session, session.get_one(Agent, 1), now=NOW)
    user = exchange().users[0]
    assert [(d.id, d.kind, d.digest.algorithm) for d in user.devices] == [
        ("u1-1", "softphone", "SHA-256"),
        ("u1-2", "sip", "MD5"),
    ]
    with store.write() as session:
        session.get_one(Agent, 1).devices[1].revoked_at = NOW + timedelta(days=1)
    assert [device.id for device in exchange().users[0].devices] == ["u1-1"]


def test_a_service_that_left_commune_toml_is_reported(
    exchange: Callable[[], Exchange], store: Store, commune: Commune, home: Home
) -> None:
    smaller = commune.model_copy(
        update={"service": tuple(s for s in commune.service if s.slug != "urbanisme")}
    )
    with store.read() as session, pytest.raises(InputRefused) as refused:
        build_exchange(session, smaller, home)
    (problem,) = refused.value.problems
    assert "urbanisme" in problem.what.fr


def test_a_number_that_commune_toml_takes_from_an_agent_is_reported(
    exchange: Callable[[], Exchange], store: Store, commune: Commune, home: Home
) -> None:
    finances = commune.service[4].model_copy(update={"extension": "2002", "number": "+3271000012"})
    services = (*commune.service[:4], finances, *commune.service[5:])
    other = commune.model_copy(update={"service": services})
    with store.read() as session, pytest.raises(InputRefused) as refused:
        build_exchange(session, other, home)
    assert [(p.column, p.what.fr.split()[-2:]) for p in refused.value.problems] == [
        ("extension", ["Marie", "Dupont."]),
        ("number", ["Julien", "Marchal."]),
    ]


def test_a_group_is_no_crowd(
    exchange: Callable[[], Exchange],
    store: Store,
    commune: Commune,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    group = commune.service[1].model_copy(update={"queue": "group"})
    grouped = commune.model_copy(
        update={"service": (commune.service[0], group, *commune.service[2:])}
    )
    with store.read() as session:
        assert build_exchange(session, grouped, home).queues[1].together
    monkeypatch.setattr("provisioning.exchange.GROUP_MOST", 3)
    with store.read() as session, pytest.raises(InputRefused) as refused:
        build_exchange(session, grouped, home)
    (problem,) = refused.value.problems
    assert "4 personnes" in problem.what.fr
    assert "ringall" in problem.remedy.fr
