"""Names: compared as people compare them, refused where unsafe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.problem import Wrong
from provisioning.text import FORBIDDEN, clean, fold, nearest, safe, slug


@pytest.mark.parametrize("name", ["Anne-Sophie", "D'Hondt", "Élise", "Van den Berghe", "Müller"])
def test_real_names_pass_unchanged(name: str) -> None:
    assert safe(name, 80) == name


@pytest.mark.parametrize(
    "character", [*sorted(FORBIDDEN), "\n", "\r", "\t", "\x00", "\x1b", "\u202e"]
)
def test_a_character_no_name_has_is_refused_with_its_place(character: str) -> None:
    with pytest.raises(Wrong) as refused:
        safe(f"Ma{character}rie", 80)
    assert "position 3" in refused.value.what.en


@given(st.text(max_size=90))
def test_what_passes_is_printable_and_harmless(text: str) -> None:
    try:
        passed = safe(text, 80)
    except Wrong:
        return
    assert passed.isprintable()
    assert FORBIDDEN.isdisjoint(passed)
    assert len(passed) <= 80
    assert safe(passed, 80) == passed


def test_the_same_name_however_it_was_typed() -> None:
    assert clean("Noe\u0308l ") == "Noël"
    assert clean("D\u2019Hondt\u00a0") == "D'Hondt"
    assert fold("Hôtel-de-Ville") == fold("HOTEL  de ville")
    assert slug("État civil") == "etat-civil"
    assert nearest("etat sivil", ["Population", "État civil"]) == "État civil"
    assert nearest("zzz", ["Population"]) is None
