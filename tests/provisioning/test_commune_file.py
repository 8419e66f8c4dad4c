"""commune.toml: what is wrong, on which line, and what to do."""

from pathlib import Path

import pytest

from provisioning.commune_file import parse_commune, read_commune
from provisioning.problem import InputRefused, Problem

EXAMPLE = (Path(__file__).parents[2] / "examples" / "commune.toml").read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refused:
        parse_commune(text.encode())
    return refused.value.problems


def line_with(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_example_town_is_read(tmp_path: Path) -> None:
    (tmp_path / "commune.toml").write_text(EXAMPLE, encoding="utf-8")
    commune = read_commune(tmp_path / "commune.toml")
    assert [site.code for site in commune.site] == ["hotel-de-ville", "cpas", "bibliotheque"]
    assert len(commune.service) == 7
    assert commune.site[0].main_number == "+3271000000"
    assert commune.site_named("administration communale") is commune.site[0]
    assert commune.service_named("ETAT CIVIL") is commune.service[2]


@pytest.mark.parametrize(
    ("old", "new", "column", "said", "remedy"),
    [
        ("sip_tls_port = 5061", "sip_tls_prot = 5061", "installation.sip_tls_prot", "inconnu",
         "sip_tls_port"),
        ('"leastrecent"', '"leastrecnt"', "service[4].queue", "leastrecnt", "leastrecent"),
        ('code = "cpas"\n', "", "site[2].code", "manque", "Ajoutez"),
        ('code = "cpas"\n', 'code = "cpas"\nvoice_mark = "eff"\n', "site[2].voice_mark", "eff",
         "ef"),
        ('code = "cpas"\n', 'code = "cpas"\npostcode = "B-6000"\n', "site[2].postcode", "postal",
         "6000"),
        ('code = "cpas"\n', 'code = "cpas"\nshown_number = "+33 1 23 45 67 89"\n',
         "site[2].shown_number", "étranger", "belge"),
        ("[[trunk]]", "[[trunk]]\nemergency_location = true", "site[1].postcode", "n'a pas de",
         "Donnez address"),
        ('bind = "0.0.0.0"', 'bind = "partout"', "installation.bind", "IPv4", "192.0.2.10"),
        ('host = "pbx.commune.example"', 'host = "pbx commune"', "installation.host", "serveur",
         "pbx.commune.example"),
        ("https_port = 8443", "https_port = 70000", "installation.https_port", "70000",
         "65535 au plus"),
        ('extensions = "3000-3099"', 'extensions = "3099-3000"', "site[2].extensions", "plage",
         "2000-2199"),
        ('extensions = "3000-3099"', 'extensions = "1000-1099"', "site[2].extensions", "interne",
         "urgences"),
        ('extensions = "3000-3099"', 'extensions = "2100-2299"', "site[2].extensions", "recouvre",
         "Séparez"),
        ('extension = "2910"', 'extension = "2050"', "service[2].extension", "plage des agents",
         "hors de"),
        ('extension = "2910"', 'extension = "2920"', "service[3].extension", "appartient",
         "autre"),
        ('number = "071 00 00 20"', 'number = "071 00 00 10"', "service[3].number", "appartient",
         "autre"),
        ('main_number = "071 00 00 01"', 'main_number = "+33 1 23 45 67 89"',
         "site[2].main_number", "étranger", "belge"),
        ('main_service = "Accueil"', 'main_service = "Acueil"', "site[1].main_service",
         "n'existe pas", "Accueil"),
        ('main_service = "Accueil"', 'main_service = "Finances"', "site[1].main_service",
         "file d'attente", "Accueil"),
        ('name = "Urbanisme"', 'name = "Population"', "service[4].name", "appartient", "autre"),
        ('name = "Urbanisme"', 'name = "${EXEC}"', "service[4].name", "interdit", "Retirez"),
        ("ami_port = 5038", 'ami_port = "5038"', "installation.ami_port", "5038",
         "sans guillemets"),
        ('host = "127.0.0.2"', "host = 3", "trunk[1].host", "3", "entre guillemets"),
        ('name = "operateur-test"', 'name = "op\\n[evil]"', "trunk[1].name", "code", "Minuscules"),
        ("ami_port = 5038", "ami_port = 8443", "installation.ami_port", "sert déjà", "autre"),
        ("sip_udp_port = 5060", "sip_udp_port = 10010", "installation.sip_udp_port", "RTP",
         "autre"),
        ("rtp_end = 19999", "rtp_end = 10003", "installation.rtp_end", "trop petite", "20"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(
    old: str, new: str, column: str, said: str, remedy: str
) -> None:
    problems = problems_of(EXAMPLE.replace(old, new, 1))
    problem = next(p for p in problems if p.column == column)
    assert said in problem.what.fr
    assert remedy in problem.remedy.fr
    assert problem.line is not None
    assert problem.place("fr").startswith(f"commune.toml:{problem.line}")


def test_the_line_is_the_one_an_editor_shows() -> None:
    text = EXAMPLE.replace('bind = "0.0.0.0"', 'bind = "x"')
    (problem,) = problems_of(text)
    assert problem.line == line_with(text, 'bind = "x"')


def test_all_faults_come_at_once() -> None:
    text = EXAMPLE.replace('bind = "0.0.0.0"', 'bind = "x"').replace('"leastrecent"', '"lr"')
    assert [p.column for p in problems_of(text)] == ["installation.bind", "service[4].queue"]


def test_not_toml_and_not_utf8() -> None:
    (problem,) = problems_of(EXAMPLE + "\nx = = 3\n")
    assert problem.line == line_with(EXAMPLE + "\nx = = 3\n", "x = = 3")
    with pytest.raises(InputRefused) as refused:
        parse_commune(EXAMPLE.encode("cp1252"))
    assert "UTF-8" in refused.value.problems[0].what.fr


def test_an_empty_file_misses_everything() -> None:
    assert {p.column for p in problems_of("")} == {"installation", "site", "service"}


def test_the_emergency_number_is_the_main_number_unless_given() -> None:
    text = EXAMPLE.replace('emergency_number = "071 00 00 01"\n', "")
    assert parse_commune(text.encode()).site[1].emergency_number == "+3271000001"
