"""The template is a valid commune.toml, and changing a value leaves the rest as it was."""

from provisioning.commune_file import parse_commune
from provisioning.commune_template import TEMPLATE, with_installation


def test_the_template_is_valid_as_it_is() -> None:
    commune = parse_commune(TEMPLATE.encode())
    assert commune.site[0].main_service == "Accueil"


def test_values_change_and_comments_stay() -> None:
    text = with_installation(TEMPLATE, {"host": "localhost", "ami_port": 7000})
    own = parse_commune(text.encode()).installation
    assert (own.host, own.ami_port, own.https_port) == ("localhost", 7000, 8443)
    assert [line.partition("#")[2] for line in text.splitlines()] == [
        line.partition("#")[2] for line in TEMPLATE.splitlines()
    ]


def test_an_absent_key_is_added_to_its_table() -> None:
    text = with_installation(TEMPLATE.replace("ami_port = 5038", "# none"), {"ami_port": 7000})
    assert parse_commune(text.encode()).installation.ami_port == 7000


def test_other_tables_are_not_touched() -> None:
    text = TEMPLATE + '\n[[trunk]]\nname = "op"\nhost = "192.0.2.1"\n'
    changed = with_installation(text, {"host": "localhost"})
    assert parse_commune(changed.encode()).trunk[0].host == "192.0.2.1"
