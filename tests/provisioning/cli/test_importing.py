"""``allo import`` on the command line: every bad list gives 3 and stores nothing."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from provisioning.directory import present_agents
from provisioning.home import Home
from provisioning.operations import opened
from tests.provisioning.conftest import EXAMPLES, Run

Allo = Callable[..., Run]

GOOD = (EXAMPLES / "commune.csv").read_text(encoding="utf-8")
HEADING, MARIE = GOOD.splitlines()[0], GOOD.splitlines()[3]


def count(home: Home) -> int:
    with opened(home) as installation, installation.store.read() as session:
        return len(present_agents(session))


@pytest.fixture
def ready(allo: Allo, town_home: Home) -> Allo:
    """The town without its agents."""
    assert town_home.exists
    return allo


def edited(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"", "agents.csv", "vide"),
        (GOOD.replace(",", "|").encode(), "agents.csv:1", "séparateur"),
        (edited(",site,", ",lieu-dit,"), "agents.csv:1, « site »", "manque"),
        (edited("Hôtel de ville", "Hôtel de vile"), "agents.csv:2, « site »", "Hôtel de ville"),
        (edited("071 00 00 12", "071 00 00 11"), "agents.csv:5, « numéro public »", "ligne 4"),
        (edited("julien.marchal@", "marie.dupont@"), "agents.csv:5, « e-mail »", "ligne 4"),
        (edited("00:00:04", "00:00:03"), "agents.csv:5, « poste MAC »", "ligne 4"),
        (edited("02:00:71:00:00:03", "02:00:71:00:03"), "agents.csv:4, « poste MAC »", "hexa"),
        (edited("071 00 00 11", "+33 1 23 45 67 89"), "« numéro public »", "étranger"),
        (edited("Marie,", '"Marie ""M""",'), "agents.csv:4, « prénom »", "interdit \""),
        (edited("Marie,", '"Ma\nrie",'), "agents.csv:4", "retour à la ligne"),
        (edited("Marie,", "Marie;x,"), "agents.csv:4, « prénom »", "interdit ;"),
        (edited("Marie,", "[x](!),"), "agents.csv:4, « prénom »", "interdit ["),
        (edited("Marie,", "${SHELL(id)},"), "agents.csv:4, « prénom »", "interdit $"),
        (GOOD.encode() + b"x" * 10_000_000, "agents.csv:26", "démesurée"),
        (b"PK\x03\x04" + bytes(100), "agents.csv", "Excel"),
        (b"\x7fELF" + bytes(100), "agents.csv:1", "binaire"),
        (b"<html>", "agents.csv", "page web"),
    ],
    ids=["empty", "delimiter", "column", "site", "number-twice", "mail-twice", "mac-twice", "mac",
         "foreign", "quotes", "newline", "semicolon", "template", "variable", "10MB", "xlsx",
         "binary", "html"],
)  # fmt: skip
def test_bad_input_is_3_and_stores_nothing(
    ready: Allo, town_home: Home, tmp_path: Path, content: bytes, place: str, said: str
) -> None:
    (tmp_path / "agents.csv").write_bytes(content)
    done = ready("import", tmp_path / "agents.csv")
    assert done.code == 3
    assert place in done.err
    assert said in done.err
    assert count(town_home) == 0


def test_all_problems_are_in_the_json(ready: Allo, tmp_path: Path) -> None:
    bad = GOOD.replace("071 00 00 11", "112").replace("Urbanisme", "Urbansme")
    (tmp_path / "agents.csv").write_text(bad, encoding="utf-8")
    done = ready("import", tmp_path / "agents.csv", "--json")
    problems = done.json["error"]["problems"]
    assert [(p["line"], p["column"]) for p in problems] == [
        (4, "numéro public"), (11, "service"), (12, "service"), (13, "service"), (14, "service"),
    ]  # fmt: skip
    assert "Urbanisme" in problems[1]["remedy"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_as_a_belgian_excel_saves_it(
    town: Allo, tmp_path: Path, delimiter: str, encoding: str, mark: bytes
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(csv.reader(io.StringIO(GOOD)))
    (tmp_path / "agents.csv").write_bytes(mark + out.getvalue().encode(encoding))
    again = town("import", tmp_path / "agents.csv", "--json").json
    assert (again["unchanged"], again["added"], again["changed"]) == (24, [], [])


def test_changes_are_told_in_words(town: Allo, tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_bytes(edited("Marie,Dupont,", "Marie,Durand,"))
    done = town("import", tmp_path / "agents.csv")
    assert "~ 2002 Marie Durand : nom Dupont → Durand" in done.out
    assert "0 nouveaux, 1 changés, 23 inchangés" in done.out


def test_removing_needs_a_yes(town: Allo, town_home: Home, tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_bytes(edited(MARIE + "\n", ""))
    kept = town("import", tmp_path / "agents.csv", "--json").json
    assert [agent["extension"] for agent in kept["missing"]] == ["2002"]
    asked = town("import", tmp_path / "agents.csv", "--remove-missing")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert count(town_home) == 24
    done = town("import", tmp_path / "agents.csv", "--remove-missing", "--yes", "--json").json
    assert [agent["extension"] for agent in done["removed"]] == ["2002"]
    assert count(town_home) == 23


def test_before_removing_is_asked_every_fault_is_shown(
    town: Allo, town_home: Home, tmp_path: Path
) -> None:
    bad = edited(MARIE + "\n", "").replace("Hôtel de ville".encode(), "Hôtel de vile".encode(), 1)
    (tmp_path / "agents.csv").write_bytes(bad)
    done = town("import", tmp_path / "agents.csv", "--remove-missing")
    assert done.code == 3
    assert "Hôtel de ville" in done.err
    assert "retirer" not in (done.out + done.err).lower()
    assert count(town_home) == 24


def test_a_folder_is_2(ready: Allo, tmp_path: Path) -> None:
    assert ready("import", tmp_path).code == 2


def test_a_file_that_is_not_there_is_2_in_our_words(ready: Allo, tmp_path: Path) -> None:
    done = ready("import", tmp_path / "nulle-part.csv")
    assert done.code == 2
    assert f"Il n'y a pas de fichier {tmp_path / 'nulle-part.csv'}" in done.err


def test_import_and_apply_are_one_command(ready: Allo, town_home: Home, tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_text(GOOD, encoding="utf-8")
    done = ready("import", tmp_path / "agents.csv", "--apply", "--yes", "--json").json
    assert len(done["added"]) == 24
    assert done["apply"]["applied"]
    assert (town_home.asterisk / "etc" / "pjsip.conf").exists()
    again = ready("import", tmp_path / "agents.csv", "--apply", "--yes", "--json").json
    assert (again["unchanged"], again["apply"]["applied"]) == (24, False)


def test_with_apply_a_missing_yes_stops_before_anything_is_stored(
    ready: Allo, town_home: Home, tmp_path: Path
) -> None:
    (tmp_path / "agents.csv").write_text(GOOD, encoding="utf-8")
    asked = ready("import", tmp_path / "agents.csv", "--apply")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert count(town_home) == 0


def test_with_apply_a_bad_list_changes_neither_directory_nor_pbx(
    ready: Allo, town_home: Home, tmp_path: Path
) -> None:
    (tmp_path / "agents.csv").write_bytes(edited("Hôtel de ville", "Hôtel de vile"))
    assert ready("import", tmp_path / "agents.csv", "--apply", "--yes").code == 3
    assert count(town_home) == 0
    assert not (town_home.asterisk / "etc").exists()
