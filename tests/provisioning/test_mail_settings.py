"""[mail] and [voicemail] of commune.toml: every fault with its remedy, and what the PBX gets."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pbx_config.model import Exchange, Voicemail
from provisioning import mail_settings
from provisioning.commune import Commune
from provisioning.commune_file import parse_commune
from provisioning.exchange import build_exchange
from provisioning.home import Home, write_private
from provisioning.importing import ImportResult
from provisioning.problem import InputRefused
from provisioning.store.database import Store
from tests.provisioning.test_commune_file import EXAMPLE, problems_of
from tests.support.exchange import make_ca

MAIL = """
[mail]
host = "smtp.commune.example"
user = "allo@commune.example"
from = "telephone@commune.example"
"""


def town(more: str = MAIL, service: str = "") -> Commune:
    text = EXAMPLE.replace('queue = "leastrecent"', f'queue = "leastrecent"\n{service}')
    return parse_commune((text + more).encode())


@pytest.mark.parametrize(
    ("more", "column", "said", "remedy"),
    [
        (MAIL.replace("from =", "form ="), "mail.form", "inconnu", "from"),
        (MAIL.replace("from =", "form ="), "mail.from", "manque", "Ajoutez"),
        (MAIL.replace("telephone@commune.example", "x, y@z"), "mail.from", "adresse", "Par"),
        (MAIL + 'encryption = "ssl"', "mail.encryption", "ssl", "tls"),
        (MAIL + 'encryption = "none"', "mail.encryption", "en clair", "starttls"),
        (MAIL + "port = 0", "mail.port", "0", "1 au moins"),
        (MAIL + 'password = "x"', "mail.password", "inconnu", "user"),
        ("[voicemail]\nmax_seconds = 5", "voicemail.max_seconds", "5", "10 au moins"),
        ("[voicemail]\nmax_messages = 0", "voicemail.max_messages", "0", "1 au moins"),
        ("[voicemail]\nkeep_day = 5", "voicemail.keep_day", "inconnu", "keep_days"),
    ],
)
def test_a_fault_is_named_with_its_place(more: str, column: str, said: str, remedy: str) -> None:
    problem = next(p for p in problems_of(EXAMPLE + "\n" + more) if p.column == column)
    assert said in problem.what.fr
    assert remedy in problem.remedy.fr
    assert problem.line is not None


@pytest.mark.parametrize(
    ("old", "more", "said"),
    [
        ('queue = "leastrecent"', "", "aucun serveur"),
        ('queue = "none"', MAIL, "pas de file d'attente"),
        ('queue = "leastrecent"', MAIL, ""),
    ],
)
def test_a_services_address_needs_a_mailbox_and_a_server(old: str, more: str, said: str) -> None:
    text = EXAMPLE.replace(old, f'{old}\nemail = "service@commune.example"', 1) + more
    if said:
        (problem,) = problems_of(text)
        assert problem.column.endswith(".email")
        assert said in problem.what.fr
    else:
        parse_commune(text.encode())


@pytest.mark.parametrize(
    ("more", "port"), [("", 587), ('encryption = "tls"', 465), ("port = 2525", 2525)]
)
def test_the_usual_port(more: str, port: int) -> None:
    mail = town(MAIL + more).mail
    assert mail
    assert mail.port == port


def test_to_this_machine_it_may_go_in_clear() -> None:
    mail = town(MAIL.replace("smtp.commune.example", "localhost") + 'encryption = "none"').mail
    assert mail
    assert mail.port == 25


def test_a_password_that_is_missing_or_everybodys_is_reported(home: Home) -> None:
    (missing,) = mail_settings.problems(town(), home)
    assert "manque" in missing.what.fr
    assert "allo mail password" in missing.remedy.fr
    write_private(home.mail_secret, b"secret\n")
    assert list(mail_settings.problems(town(), home)) == []
    home.mail_secret.chmod(0o640)
    (open_to_others,) = mail_settings.problems(town(), home)
    assert "chmod 600" in open_to_others.remedy.fr


def test_an_authority_that_is_none_is_reported(home: Home, tmp_path: Path) -> None:
    commune = town(MAIL.replace("user", "# user") + 'ca = "mail-ca.pem"')
    (problem,) = mail_settings.problems(commune, home)
    assert problem.column == "mail.ca"
    (home.path / "mail-ca.pem").write_bytes(make_ca(tmp_path / "tls").ca.read_bytes())
    assert list(mail_settings.problems(commune, home)) == []


def test_the_exchange_has_them_without_the_password(
    bring_in: Callable[..., ImportResult], store: Store, home: Home, town_csv: str
) -> None:
    bring_in(town_csv)
    limits = "[voicemail]\nmax_seconds = 60\nmax_messages = 20\nkeep_days = 30\n"
    commune = town(limits + MAIL, 'email = "urbanisme@commune.example"')

    def exchange() -> Exchange:
        with store.read() as session:
            return build_exchange(session, commune, home)

    with pytest.raises(InputRefused):
        exchange()
    write_private(home.mail_secret, b"a-very-secret-word\n")
    built = exchange()
    assert built.voicemail == Voicemail(60, 20, 30)
    assert built.mail
    assert (built.mail.host, built.mail.port) == ("smtp.commune.example", 587)
    assert str(home.path) in built.mail.command
    assert "a-very-secret-word" not in repr(built)
    emails = {queue.name: queue.email for queue in built.queues}
    assert emails["urbanisme"] == "urbanisme@commune.example"
    assert emails["population"] == ""
