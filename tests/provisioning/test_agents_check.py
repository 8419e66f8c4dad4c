"""Every bad cell is found, all at once, with line, column, reason and remedy; in two languages."""

import pytest

from provisioning.agents_check import AgentEntry, DeskPhoneEntry, Taken, check_agents
from provisioning.agents_csv import read_table
from provisioning.commune import Commune
from provisioning.problem import InputRefused, Problem

COLUMNS = {
    "prénom": "Marie",
    "nom": "Dupont",
    "e-mail": "marie.dupont@commune.example",
    "site": "Hôtel de ville",
    "service": "Population",
    "fonction": "Employée",
    "rôle": "agent",
    "langue": "fr",
    "numéro public": "071 00 00 11",
    "poste modèle": "Cisco 8851",
    "poste MAC": "02:00:71:00:00:03",
    "loyer annuel €": "186,00",
}
OTHER = {
    "prénom": "Luc",
    "e-mail": "luc@commune.example",
    "numéro public": "071 00 00 12",
    "poste MAC": "02:00:71:00:00:04",
}


def listed(*rows: dict[str, str]) -> str:
    """A list with one line for each row, every cell not given being a good one."""
    lines = [";".join(COLUMNS)]
    for row in rows:
        cells = [row.get(name, good) for name, good in COLUMNS.items()]
        lines.append(";".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return "\n".join(lines)


def check(commune: Commune, text: str, taken: Taken | None = None) -> tuple[AgentEntry, ...]:
    return check_agents(read_table(text.encode(), "agents.csv"), commune, taken or Taken())


def problems(commune: Commune, text: str, taken: Taken | None = None) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refused:
        check(commune, text, taken)
    return refused.value.problems


def test_a_good_line_becomes_an_entry(commune: Commune) -> None:
    (entry,) = check(commune, listed({}))
    assert entry == AgentEntry(
        line=2,
        first_name="Marie",
        last_name="Dupont",
        email="marie.dupont@commune.example",
        site="hotel-de-ville",
        service="population",
        function="Employée",
        role="agent",
        public_number="+3271000011",
        desk_phone=DeskPhoneEntry("Cisco 8851", "02:00:71:00:00:03", 18600),
    )


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("site", "administration COMMUNALE", "site", "hotel-de-ville"),
        ("site", "hotel-de-ville", "site", "hotel-de-ville"),
        ("service", "etat civil", "service", "etat-civil"),
        ("rôle", "Réceptionniste", "role", "receptionist"),
        ("rôle", "standard", "role", "receptionist"),
        ("rôle", "", "role", "agent"),
        ("e-mail", "Marie.Dupont@Commune.Example", "email", "marie.dupont@commune.example"),
        ("nom", "D\u2019Hondt-Noe\u0308l", "last_name", "D'Hondt-Noël"),
        ("fonction", "Employée (mi-temps)", "function", "Employée (mi-temps)"),
        ("numéro public", "", "public_number", None),
        ("langue", "NL", "language", "nl"),
        ("langue", "Néerlandais", "language", "nl"),
        ("langue", "", "language", "fr"),
    ],
)
def test_what_people_write_is_understood(
    commune: Commune, column: str, cell: str, field: str, value: str | None
) -> None:
    (entry,) = check(commune, listed({column: cell}))
    assert getattr(entry, field) == value


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("108", 10800),
        ("108,5", 10850),
        ("108.50 €", 10850),
        ("1 234,50", 123450),
        ("1.234,50", 123450),
        ("", 0),
    ],
)
def test_rents(commune: Commune, written: str, cents: int) -> None:
    (entry,) = check(commune, listed({"loyer annuel €": written}))
    assert entry.desk_phone is not None
    assert entry.desk_phone.yearly_rent_cents == cents


@pytest.mark.parametrize("written", ["02-00-71-00-00-0A", "0200.7100.000a", "02007100000A"])
def test_macs(commune: Commune, written: str) -> None:
    (entry,) = check(commune, listed({"poste MAC": written}))
    assert entry.desk_phone is not None
    assert entry.desk_phone.mac == "02:00:71:00:00:0a"


def test_no_phone(commune: Commune) -> None:
    (entry,) = check(commune, listed({"poste modèle": "", "poste MAC": "", "loyer annuel €": ""}))
    assert entry.desk_phone is None


@pytest.mark.parametrize(
    ("column", "cell", "said", "remedy"),
    [
        ("prénom", "", "vide", "nom"),
        ("nom", "---", "pas un nom", "nom"),
        ("nom", "x" * 81, "81", "80"),
        ("nom", 'Dupont "le grand"', 'caractère interdit "', "Retirez"),
        ("nom", "Dupont;Durand", "interdit ;", "Retirez"),
        ("nom", "[evil](!)", "interdit [ à la position 1", "Retirez"),
        ("nom", "${SHELL(id)}", "interdit $", "Retirez"),
        ("nom", "Dupont\tMarie", "interdit TAB", "Retirez"),
        ("nom", "Dupont\x07", "interdit U+0007", "Retirez"),
        ("nom", "<script>", "interdit <", "Retirez"),
        ("nom", "a\\b", "interdit \\", "Retirez"),
        ("fonction", "Cheffe\x00".replace("\x00", "\x1b"), "U+001B", "Retirez"),
        ("e-mail", "", "vide", "marie.dupont"),
        ("e-mail", "marie.dupont", "pas une adresse", "marie.dupont@"),
        ("e-mail", "marie@commune", "pas une adresse", "marie.dupont@"),
        ("e-mail", "a@b.example,c@d.example", "pas une adresse", "marie.dupont@"),
        ("e-mail", "a" * 250 + "@commune.example", "pas une adresse", "marie.dupont@"),
        ("site", "Hotel de vile", "site inconnu", "Hôtel de ville"),
        ("site", "", "vide", "CPAS"),
        ("service", "Populasion", "service inconnu", "Population"),
        ("service", "zzzzz", "service inconnu", "Valeurs possibles : Accueil"),
        ("service", "zzzzz", "service inconnu", "ajoutez-le à commune.toml"),
        ("rôle", "chef", "rôle inconnu", "agent"),
        ("langue", "xx", "langue « xx » inconnue", "fr, nl, en, de"),
        ("numéro public", "+33 1 23 45 67 89", "étranger", "belge"),
        ("numéro public", "112", "longueur", "belge"),
        ("numéro public", "071 00 00 00", "« Hôtel de ville »", "vide"),
        ("numéro public", "071 00 00 10", "« Population »", "vide"),
        ("poste MAC", "02:00:71:00:00", "MAC", "hexadécimaux"),
        ("poste MAC", "02:00:71:00:00:GG", "MAC", "hexadécimaux"),
        ("poste MAC", "ff:ff:ff:ff:ff:ff", "MAC", "hexadécimaux"),
        ("poste MAC", "", "manque", "au dos"),
        ("loyer annuel €", "cher", "montant", "108,00"),
        ("loyer annuel €", "-5", "montant", "108,00"),
    ],
)
def test_a_bad_cell_is_named_with_its_remedy(
    commune: Commune, column: str, cell: str, said: str, remedy: str
) -> None:
    (problem,) = problems(commune, listed({}, OTHER | {column: cell}))
    assert (problem.file, problem.line, problem.column) == ("agents.csv", 3, column)
    assert said in problem.what.fr
    assert remedy in problem.remedy.fr
    assert problem.what.en
    assert problem.remedy.en


@pytest.mark.parametrize("column", ["e-mail", "numéro public", "poste MAC"])
def test_a_value_on_two_lines_names_both(commune: Commune, column: str) -> None:
    (problem,) = problems(commune, listed({}, OTHER | {column: COLUMNS[column]}))
    assert (problem.line, problem.column) == (3, column)
    assert "ligne 2" in problem.what.fr
    assert "line 2" in problem.what.en


def test_the_same_number_written_differently_is_the_same(commune: Commune) -> None:
    (problem,) = problems(commune, listed({}, OTHER | {"numéro public": "+32 71 00.00.11"}))
    assert problem.column == "numéro public"


def test_a_value_of_somebody_stored_but_not_listed(commune: Commune) -> None:
    taken = Taken(
        numbers={"+3271000011": "old@commune.example"},
        macs={"02:00:71:00:00:03": "old@commune.example"},
    )
    found = problems(commune, listed({}), taken)
    assert [problem.column for problem in found] == ["numéro public", "poste MAC"]
    assert all("old@commune.example" in problem.what.fr for problem in found)


def test_a_value_of_somebody_listed_may_pass_on(commune: Commune) -> None:
    taken = Taken(numbers={"+3271000011": "luc@commune.example"})
    assert len(check(commune, listed({}, OTHER), taken)) == 2


def test_all_problems_come_at_once_in_order_of_lines(commune: Commune) -> None:
    text = listed({"site": "x", "nom": ""}, OTHER | {"e-mail": "?"}) + '\nA;"B\nC";;;;;;;;;'
    found = problems(commune, text)
    assert [(p.line, p.column) for p in found] == [
        (2, "nom"),
        (2, "site"),
        (3, "e-mail"),
        (4, ""),
    ]
