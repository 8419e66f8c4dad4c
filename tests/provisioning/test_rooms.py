"""[[room]] of commune.toml: what is wrong with it, and that no PIN is ever said."""

import pytest

from provisioning.commune_file import parse_commune
from provisioning.problem import InputRefused
from tests.provisioning.conftest import EXAMPLES

ROOM = """
[[room]]
number = "12"
name = "Collège"
pin = "4815"
max = 8

[[room]]
number = "13"
name = "Permanence"
"""
TEXT = (EXAMPLES / "commune.toml").read_text(encoding="utf-8") + ROOM


def test_rooms_are_read() -> None:
    college, permanence = parse_commune(TEXT.encode()).room
    assert (college.number, college.pin, college.max) == ("12", "4815", 8)
    assert (permanence.pin, permanence.max) == (None, 30)
    assert "4815" not in repr(college)


@pytest.mark.parametrize(
    ("old", "new", "column", "said", "remedy"),
    [
        ('number = "12"', 'number = "612"', "room[1].number", "numéro de salle", "*612"),
        ('number = "13"', 'number = "12"', "room[2].number", "appartient déjà", "autre"),
        ('name = "Permanence"', 'name = "college"', "room[2].name", "appartient déjà", "autre"),
        ("max = 8", "max = 1", "room[1].max", "1", "2 au moins"),
        ("max = 8", "maximum = 8", "room[1].maximum", "inconnu", "max"),
        ('pin = "4815"', "pin = 4815", "room[1].pin", "code d'accès", "guillemets"),
        *(
            ('pin = "4815"', f'pin = "{pin}"', "room[1].pin", said, "au hasard")
            for pin, said in (
                ("481", "code d'accès"),
                ("481516234", "code d'accès"),
                ("48a5", "code d'accès"),
                ("7777", "se devine"),
                ("1234", "se devine"),
                ("87654321", "se devine"),
                ("7890", "se devine"),
                ("4848", "se devine"),
                ("481481", "se devine"),
            )
        ),
    ],
)
def test_a_fault_is_named_with_its_place_and_never_with_the_pin(
    old: str, new: str, column: str, said: str, remedy: str
) -> None:
    text = TEXT.replace(old, new, 1)
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    (problem,) = refused.value.problems
    assert (problem.column, said in problem.what.fr) == (column, True), problem
    assert remedy in problem.remedy.fr
    assert problem.line is not None
    if "pin" in new:
        pin = new.rpartition("= ")[2].strip('"')
        assert pin not in problem.say("fr") + problem.say("en") or pin == "1234"
