"""A list as any spreadsheet saves it: the same rows; what is no list: said so, with the line."""

import csv
import io

import pytest

from provisioning.agents_csv import LONGEST_LINE, AgentTable, read_table
from provisioning.problem import InputRefused, Problem


def refused(content: bytes) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as error:
        read_table(content, "agents.csv")
    return error.value.problems


def resaved(text: str, delimiter: str, newline: str = "\r\n") -> str:
    """The same table as another program writes it."""
    out = io.StringIO()
    rows = csv.reader(io.StringIO(text))
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_way_of_saving_gives_the_same_rows(
    town_csv: str, delimiter: str, encoding: str, newline: str
) -> None:
    original = read_table(town_csv.encode(), "agents.csv")
    again = read_table(resaved(town_csv, delimiter, newline).encode(encoding), "agents.csv")
    assert again == original
    assert len(again.rows) == 24
    assert again.rows[6].cells["first_name"] == "Élise"


def test_cp1252_behind_a_utf8_mark_is_read_right(town_csv: str) -> None:
    content = b"\xef\xbb\xbf" + resaved(town_csv, ";").encode("cp1252")
    table = read_table(content, "agents.csv")
    assert table.headings["first_name"] == "prénom"
    assert table.rows[6].cells["first_name"] == "Élise"


HEADING = "prénom;nom;e-mail;site;service"
ROW = "Marie;Dupont;marie@commune.example;CPAS;Accueil"


def table(*lines: str) -> AgentTable:
    return read_table("\n".join(lines).encode(), "agents.csv")


@pytest.mark.parametrize(
    "heading",
    [
        "PRENOM;NOM;Email;SITE;Service",
        "Prénom ; Nom ; Adresse e-mail ; Bâtiment ; Département",
        "first name;last name;e-mail;site;service",
        "First_Name;Surname;MAIL;building;team",
    ],
)
def test_headings_are_known_by_several_names(heading: str) -> None:
    assert set(table(heading, ROW).headings) == {
        "first_name",
        "last_name",
        "email",
        "site",
        "service",
    }


def test_lines_are_counted_as_an_editor_shows_them() -> None:
    rows = table("", HEADING, "", ROW, ";;;;", ROW).rows
    assert [row.line for row in rows] == [4, 6]


def test_excels_own_hint_is_followed() -> None:
    assert len(table("sep=;", HEADING, ROW).rows) == 1


def test_unknown_columns_are_ignored_and_told() -> None:
    assert table(HEADING + ";matricule", ROW + ";123").ignored == ("matricule",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b"\n\n  \n", "vide"),
        (b"\xef\xbb\xbf", "vide"),
        (HEADING.encode(), "aucun agent"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien classeur"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b'{"agents": []}', "JSON"),
        (b"a;b\n\0\0\0", "binaire"),
        (HEADING.replace(";", "|").encode() + b"\n" + ROW.replace(";", "|").encode(), "séparateur"),
        (b"Bonjour,\nvoici la liste.\n", "en-t"),
        (HEADING.encode("utf-8") + b"\n\x81\x8d;x\n", "accents"),
    ],
)
def test_what_is_no_list_is_recognised(content: bytes, said: str) -> None:
    (problem,) = refused(content)
    assert said in problem.what.fr
    assert problem.remedy.fr
    assert problem.file == "agents.csv"


def test_a_missing_column_is_named() -> None:
    problems = refused(b"nom;e-mail;service\nDupont;m@commune.example;Accueil")
    assert [(p.line, p.column) for p in problems] == [(1, "prénom"), (1, "site")]


def test_a_misspelt_column_is_named_once_with_the_right_word() -> None:
    (problem,) = refused((HEADING + ";numéro pubic\n" + ROW + ";071 00 00 42").encode())
    assert (problem.column, "numéro public" in problem.remedy.fr) == ("numéro pubic", True)
    (problem,) = refused((HEADING.replace("service", "sevice") + "\n" + ROW).encode())
    assert (problem.column, "service" in problem.remedy.fr) == ("sevice", True)


def test_a_column_twice_is_refused() -> None:
    (problem,) = refused((HEADING + ";courriel\n" + ROW + ";x").encode())
    assert "e-mail" in problem.what.fr


def test_a_10_megabyte_line_is_refused_by_its_number() -> None:
    (problem,) = refused((HEADING + "\n" + ROW + "\n").encode() + b"x" * 10_000_000)
    assert problem.line == 3
    assert "démesurée" in problem.what.fr


def test_a_line_just_within_the_limit_is_read() -> None:
    padding = "x" * (LONGEST_LINE - len(ROW.encode()) - 1)
    assert len(table(HEADING + ";notes", ROW + ";" + padding).rows) == 1


def test_a_line_break_in_a_cell_is_refused_and_reading_goes_on() -> None:
    found = table(HEADING, 'Marie;"Du', 'pont";m@commune.example;CPAS;Accueil', ROW)
    assert [(p.line, "retour à la ligne" in p.what.fr) for p in found.problems] == [(2, True)]
    assert [row.line for row in found.rows] == [4]


def test_too_many_and_too_few_cells() -> None:
    found = table(HEADING, ROW + ";de;trop", "Marie;Dupont", ROW + ";;")
    assert [(p.line, p.what.fr) for p in found.problems] == [
        (2, "7 cases au lieu de 5."),
        (3, "2 cases au lieu de 5."),
    ]
    assert [row.line for row in found.rows] == [4]
