"""``allo plan`` and ``allo apply`` before Asterisk runs: files only."""

from collections.abc import Callable
from pathlib import Path

from provisioning.home import Home
from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


def test_the_plan_is_in_words_and_changes_nothing(town: Allo, town_home: Home) -> None:
    done = town("plan")
    assert done.code == 0
    assert "+ 2002 Marie Dupont" in done.out
    assert "allo apply" in done.out
    assert not (town_home.asterisk / "etc").exists()


def test_the_files_show_no_secret(town: Allo, town_home: Home) -> None:
    done = town("plan", "--files")
    assert "pjsip" in done.out
    assert town_home.ami_secret.read_text(encoding="ascii").strip() not in done.out


def test_apply_without_a_terminal_wants_yes(town: Allo, town_home: Home) -> None:
    done = town("apply")
    assert done.code == 2
    assert "--yes" in done.err
    assert not (town_home.asterisk / "etc").exists()


def test_apply_then_nothing_is_left_to_do(town: Allo) -> None:
    planned = town("plan", "--json").json
    done = town("apply", "--yes", "--json").json
    assert done["applied"]
    assert done["checksum"] == planned["checksum"]
    again = town("apply", "--yes", "--json").json
    assert (again["applied"], again["empty"], again["changes"]) == (False, True, [])
    assert town("plan", "--json").json["empty"]


def test_an_edit_by_hand_is_shown_and_overwritten(town: Allo, town_home: Home) -> None:
    town("apply", "--yes")
    file = next((town_home.asterisk / "etc").glob("queues*.conf"))
    original = file.read_text(encoding="utf-8")
    file.write_text(original + "; mine\n", encoding="utf-8")
    assert file.name in town("plan", "--json").json["drift"]
    town("apply", "--yes")
    assert file.read_text(encoding="utf-8") == original


def test_what_is_worth_a_look_is_told_and_stops_nothing(town: Allo, town_home: Home) -> None:
    (town_home.path / "collectes.csv").write_text(
        "rue;type;date\nrue Haute;verre;2020-01-07\n", encoding="utf-8"
    )
    with town_home.commune.open("a", encoding="utf-8") as file:
        file.write(
            '\n[[hours]]\nname = "Essai"\nweek = ["lun 08:00-12:00"]\nclosed = ["2020-01-06"]\n'
            '\n[[info]]\nname = "Collectes"\nextension = "2980"\nfile = "collectes.csv"\n'
        )
    shown = town("plan")
    assert shown.code == 0, shown.err
    assert "hours[2].closed » : « 2020-01-06 » est passé" in shown.out
    assert "? collectes.csv : la dernière date est passée (2020-01-07)" in shown.out
    hints = town("plan", "--json").json["hints"]
    assert [(hint["file"], hint["column"]) for hint in hints[-2:]] == [
        ("commune.toml", "hours[2].closed"), ("collectes.csv", ""),
    ]  # fmt: skip
    assert town("apply", "--yes").code == 0


def test_no_asterisk_is_said_with_the_remedy(town: Allo, tmp_path: Path) -> None:
    done = town("plan", ALLO_ASTERISK=str(tmp_path / "nowhere"), PATH="/nonexistent")
    assert done.code == 1
    assert "allo pbx install" in done.err
