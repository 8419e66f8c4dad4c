"""Who can be found by the letters of their name, and under which letters."""

from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.model import Certificates
from pbx_config.render.by_name import directory_conf, written
from tests.support.exchange import make_user, small_exchange


@pytest.mark.parametrize(
    ("name", "surname", "found"),
    [
        ("Marie Dupont", "Dupont", "Marie Dupont"),
        ("Amélie Noël", "Noël", "Amelie Noel"),
        ("Şirin Öztürk", "Öztürk", "Sirin Ozturk"),
        ("Jean-Luc D'Hondt", "D'Hondt", "JeanLuc DHondt"),
        ("Anne De Smet", "De Smet", "Anne DeSmet"),
        ("Zoé Lœuille", "Lœuille", "Zoe Loeuille"),
        ("Anh Ly", "Ly", "Anh LyAnh"),
        ("Işıl Strauß", "Strauß", "Isil Strauss"),
        ("Marie Dupont", "", "Marie Dupont"),
        ("Cher", "", "Cher"),
        ("Анна Иванова", "Иванова", ""),
    ],
)
def test_a_name_in_the_letters_of_the_keys(name: str, surname: str, found: str) -> None:
    assert written(replace(make_user(1, name), surname=surname)) == found


def test_only_who_has_a_telephone_is_in_it() -> None:
    users = (
        make_user(1, "Marie Dupont"),
        make_user(2, "Sans Appareil", devices=0),
        make_user(3, "Анна Иванова"),
    )
    files = Certificates(Path("/a"), Path("/b"), Path("/c"))
    text = directory_conf(small_exchange(Path("/nonexistent"), users, certificates=files))
    assert text.endswith("[names]\n2001 => -,Marie Dupont\n2003 => -,2003\n")
