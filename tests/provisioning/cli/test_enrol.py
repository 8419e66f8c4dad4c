"""``allo enrol`` on the command line, the PBX configured but not running."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from provisioning.enrolment import redeem
from provisioning.home import Home
from provisioning.operations import carry_out, opened, plan_of
from tests.provisioning.conftest import Run

Allo = Callable[..., Run]


@pytest.fixture
def applied(town: Allo, town_home: Home) -> Allo:
    """The town, its PBX configured."""
    with opened(town_home) as installation, installation.store.read() as session:
        carry_out(installation, plan_of(installation, session))
    return town


def test_before_apply_it_is_refused_with_the_remedy(town: Allo) -> None:
    done = town("enrol", "2000")
    assert done.code == 1
    assert "allo apply" in done.err


def test_a_link_and_a_code_for_the_terminal(applied: Allo) -> None:
    done = applied("enrol", "2000")
    assert done.code == 0
    assert "allo://localhost:" in done.out
    assert "█" in done.out
    assert "À usage unique" in done.out
    agents = {a["extension"]: a for a in applied("agents", "list", "--json").json["agents"]}
    assert agents["2000"]["phone"] == "invited"


def test_the_link_in_json_enrols(applied: Allo, town_home: Home) -> None:
    (given,) = applied("enrol", "2000", "--json").json["links"]
    token, _, fingerprint = given["link"].split("/")[-1].partition("?ca=")
    with opened(town_home) as installation:
        assert fingerprint == installation.ca_fingerprint
        with installation.store.write() as session:
            got = redeem(session, token, "portable", datetime.now(UTC))
    assert got.agent.extension == given["extension"] == "2000"


def test_with_json_nothing_secret_goes_to_stderr(applied: Allo) -> None:
    link = applied("enrol", "2000", "--json")
    assert link.json["links"][0]["link"] not in link.err
    assert "█" not in link.err
    sip = applied("enrol", "2002", "--sip", "--json")
    assert sip.json["password"] not in sip.err


def test_without_json_the_password_is_shown(applied: Allo) -> None:
    done = applied("enrol", "2002", "--sip")
    assert any(line.startswith("  Mot de passe") for line in done.out.splitlines())


def test_all_who_have_no_telephone_yet(applied: Allo) -> None:
    links = applied("enrol", "--all", "--json").json["links"]
    assert len({link["link"] for link in links}) == 24


def test_an_unknown_extension_is_2_and_makes_no_link(applied: Allo) -> None:
    assert applied("enrol", "2000", "9999").code == 2
    assert applied("agents", "show", "2000", "--json").json["phone"] == "none"


def test_credentials_for_another_phone_are_shown_once(applied: Allo, town_home: Home) -> None:
    done = applied("enrol", "2002", "--sip", "--json")
    assert done.code == 0
    given = done.json
    assert (given["server"], given["transport"], given["user"]) == ("localhost", "tls", "u3-2")
    assert given["algorithm"] == "MD5"
    assert len(given["password"]) >= 43
    configured = "".join(
        file.read_text(encoding="utf-8") for file in (town_home.asterisk / "etc").glob("*.conf")
    )
    assert "u3-2" in configured
    assert given["password"] not in configured
    assert applied("plan", "--json").json["empty"]
    other = applied("enrol", "2002", "--sip", "--algorithm", "SHA-256").out
    assert "u3-3" in other
    assert given["password"] not in other
