"""``allo agents`` on the command line."""

from collections.abc import Callable

from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


def test_the_list_is_a_table_of_everybody(town: Allo) -> None:
    lines = town("agents", "list").out.splitlines()
    assert len(lines) == 25
    assert "2006" in lines[7]
    assert "Élise Noël" in lines[7]


def test_one_service(town: Allo) -> None:
    agents = town("agents", "list", "--service", "etat civil", "--json").json["agents"]
    assert [agent["extension"] for agent in agents] == ["2006", "2007", "2008"]
    wrong = town("agents", "list", "--service", "etat sivil")
    assert wrong.code == 2
    assert "État civil" in wrong.err


def test_one_agent_by_extension_or_mail(town: Allo) -> None:
    by_extension = town("agents", "show", "2002", "--json").json
    assert by_extension == town("agents", "show", "Marie.Dupont@commune.example", "--json").json
    assert by_extension["id"] == "u3"
    assert by_extension["public_number"] == "+3271000011"
    assert by_extension["phone"] == "none"
    assert by_extension["desk_phones"][0]["yearly_rent_cents"] == 18600
    assert "186,00 €/an" in town("agents", "show", "2002").out


def test_an_unknown_agent_is_2_with_the_nearest(town: Allo) -> None:
    done = town("agents", "show", "20022")
    assert done.code == 2
    assert "« 2002 »" in done.err


def test_an_empty_directory_says_what_to_do(allo: Allo) -> None:
    allo("init")
    assert "allo import" in allo("agents", "list").out
