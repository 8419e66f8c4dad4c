"""The list comes again, changed: people keep their extension and every difference is told."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from provisioning.agents_csv import read_table
from provisioning.commune import Commune
from provisioning.home import Home
from provisioning.importing import ImportResult, import_agents
from provisioning.problem import InputRefused
from provisioning.store.database import Store, open_store
from provisioning.store.tables import Agent, DeskPhone, Device
from tests.provisioning.conftest import NOW

Import = Callable[..., ImportResult]


def extensions(store: Store) -> dict[str, str]:
    with store.read() as session:
        rows = session.execute(select(Agent.email, Agent.extension))
        return dict(iter(rows))


def agent(store: Store, email: str) -> Agent:
    with store.read() as session:
        return session.scalars(select(Agent).where(Agent.email == email)).one()


def without(text: str, *parts: str) -> str:
    return "\n".join(line for line in text.splitlines() if not any(p in line for p in parts))


def test_the_example_town_gets_its_extensions(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    result = bring_in(town_csv)
    assert len(result.added) == 24
    given_out = extensions(store)
    assert given_out["nathalie.lambert@commune.example"] == "2000"
    assert given_out["valerie.simon@commune.example"] == "3000"
    assert given_out["ines.fontaine@commune.example"] == "4002"


def test_the_same_list_again_changes_nothing(bring_in: Import, town_csv: str) -> None:
    bring_in(town_csv)
    again = bring_in(town_csv)
    assert (len(again.added), len(again.changed), again.unchanged) == (0, 0, 24)


def test_every_new_agent_has_a_softphone_that_nobody_can_use(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    with store.read() as session:
        devices = session.scalars(select(Device)).all()
    assert [(d.number, d.kind, d.api_token_hash, d.enrolled_at) for d in devices] == [
        (1, "softphone", None, None)
    ] * 24
    assert len({device.ha1 for device in devices}) == 24


def test_a_renamed_agent_keeps_the_extension(bring_in: Import, store: Store, town_csv: str) -> None:
    bring_in(town_csv)
    (change,) = bring_in(town_csv.replace("Marie,Dupont,", "Marie,Durand,")).changed
    assert (change.extension, change.name) == ("2002", "Marie Durand")
    (field,) = change.changes
    assert (field.field.fr, field.old, field.new) == ("nom", "Dupont", "Durand")
    assert agent(store, "marie.dupont@commune.example").last_name == "Durand"


def test_the_language_comes_with_the_list_and_stays_without_its_column(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    heading, *rows = town_csv.splitlines()
    julien = "julien.marchal@commune.example"
    with_language = "\n".join(
        [f"{heading},langue", *(f"{row},{'nl' if julien in row else ''}" for row in rows)]
    )
    bring_in(with_language)
    assert agent(store, julien).language == "nl"
    assert agent(store, "marie.dupont@commune.example").language == "fr"
    assert bring_in(town_csv).changed == ()
    assert agent(store, julien).language == "nl"
    (change,) = bring_in(with_language.replace(",nl", ",Deutsch")).changed
    assert [(field.field.fr, field.old, field.new) for field in change.changes] == [
        ("langue", "nl", "de")
    ]


def test_two_agents_swap_number_and_telephone(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    swapped = town_csv
    for one, other in (
        ("071 00 00 11", "071 00 00 12"),
        ("02:00:71:00:00:03", "02:00:71:00:00:04"),
    ):
        swapped = swapped.replace(one, "§").replace(other, one).replace("§", other)
    result = bring_in(swapped)
    assert [change.extension for change in result.changed] == ["2002", "2003"]
    marie = agent(store, "marie.dupont@commune.example")
    assert marie.public_number == "+3271000012"
    with store.read() as session:
        phone = session.scalars(select(DeskPhone).where(DeskPhone.agent_id == marie.id)).one()
        assert (phone.mac, phone.model) == ("02:00:71:00:00:04", "Cisco 8851")
        assert session.scalar(select(func.count(DeskPhone.id))) == 24
    assert bring_in(swapped).unchanged == 24


def test_an_agent_who_changes_site_keeps_the_extension(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    (change,) = bring_in(town_csv.replace("luc.bodart@commune.example,CPAS", "luc.bodart@commune.example,Bibliothèque")).changed  # fmt: skip  # noqa: E501
    assert change.extension == "3004"
    assert agent(store, "luc.bodart@commune.example").site == "bibliotheque"


def test_missing_agents_are_told_and_kept(bring_in: Import, store: Store, town_csv: str) -> None:
    bring_in(town_csv)
    result = bring_in(without(town_csv, "dupont"))
    assert [one.extension for one in result.missing] == ["2002"]
    assert agent(store, "marie.dupont@commune.example").removed_at is None


def test_a_removed_agent_frees_the_number_but_not_the_extension(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    shorter = without(town_csv, "dupont")
    passed_on = shorter.replace("071 00 00 12", "071 00 00 11")
    result = bring_in(passed_on, remove={"marie.dupont@commune.example"})
    assert [one.extension for one in result.removed] == ["2002"]
    marie = agent(store, "marie.dupont@commune.example")
    assert (marie.removed_at, marie.public_number) == (NOW, None)
    with store.read() as session:
        device = session.scalars(select(Device).where(Device.agent_id == marie.id)).one()
        phone = session.scalars(select(DeskPhone).where(DeskPhone.agent_id == marie.id)).one()
    assert device.revoked_at == NOW
    assert phone.returnable_since == NOW

    new = passed_on + "\nZoé,Neuve,zoe@commune.example,Hôtel de ville,Accueil,,,,,,"
    assert [one.extension for one in bring_in(new).added] == ["2016"]

    back = bring_in(new + "\n" + town_csv.splitlines()[3].replace("071 00 00 11", ""))
    (change,) = back.changed
    assert change.extension == "2002"
    assert [field.field.fr for field in change.changes] == ["de retour"]


def test_a_full_range_is_a_problem_and_nothing_is_stored(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    rows = [f"A{i},B,a{i}@commune.example,Bibliothèque,Lecture publique,,,,,," for i in range(51)]
    with pytest.raises(InputRefused) as refused:
        bring_in("\n".join([town_csv.splitlines()[0], *rows]))
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (52, "site")
    assert "4000-4049" in problem.what.fr
    assert "commune.toml" in problem.remedy.fr
    assert extensions(store) == {}


def test_one_bad_line_stores_nothing(bring_in: Import, store: Store, town_csv: str) -> None:
    with pytest.raises(InputRefused):
        bring_in(town_csv + "Zoé,,zoe@commune.example,Lune,Accueil,,,,,,\n")
    assert extensions(store) == {}


def test_a_list_without_a_column_leaves_it_alone(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    short = "prénom;nom;e-mail;site;service\n" + "\n".join(
        ";".join(line.split(",")[:5]) for line in town_csv.splitlines()[1:]
    )
    assert bring_in(short.replace("Marie;Dupont", "Marie;Durand")).unchanged == 23
    marie = agent(store, "marie.dupont@commune.example")
    assert (marie.last_name, marie.public_number) == ("Durand", "+3271000011")
    with store.read() as session:
        assert session.scalar(select(func.count(DeskPhone.id))) == 24


def test_a_telephone_that_is_gone_is_forgotten_unless_its_rent_was_saved(
    bring_in: Import, store: Store, town_csv: str
) -> None:
    bring_in(town_csv)
    gone = town_csv.replace('Cisco 8851,02:00:71:00:00:03,"186,00"', ",,").replace(
        'Yealink T43U,02:00:71:00:00:04,"108,00"', ",,"
    )
    with store.write() as session:
        phone = session.scalars(select(DeskPhone).where(DeskPhone.mac == "02:00:71:00:00:04")).one()
        phone.returnable_since = NOW
    (change,) = bring_in(gone).changed
    assert change.extension == "2002"
    assert [field.new for field in change.changes] == [""]
    with store.read() as session:
        macs = set(session.scalars(select(DeskPhone.mac)))
    assert "02:00:71:00:00:03" not in macs
    assert "02:00:71:00:00:04" in macs


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(st.sets(st.integers(0, 11), min_size=1), min_size=2, max_size=5))
def test_an_extension_is_for_life_whatever_is_imported(
    lists: list[set[int]], commune: Commune, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    store = open_store(home.database)
    sites = ("Hôtel de ville", "CPAS", "Bibliothèque")
    owner: dict[str, str] = {}
    for members in lists:
        lines = ["prénom,nom,e-mail,site,service"]
        lines += [f"A,B,a{i}@commune.example,{sites[i % 3]},Accueil" for i in sorted(members)]
        with store.write() as session:
            table = read_table("\n".join(lines).encode(), "agents.csv")
            missing = {email for email in owner if email[1:].split("@")[0] not in map(str, members)}
            import_agents(session, table, commune, now=NOW, remove=missing)
        for email, extension in extensions(store).items():
            assert owner.setdefault(email, extension) == extension
    assert len(set(owner.values())) == len(owner)
    store.close()
