"""Directory → plan → apply as the command line and the server do it, on the real Asterisk."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from provisioning.agents_csv import read_table
from provisioning.enrolment import issue, issue_sip, redeem
from provisioning.home import Home
from provisioning.importing import import_agents
from provisioning.operations import (
    AUTH_FILE,
    Installation,
    NotInitialised,
    apply_all,
    apply_secrets,
    carry_out,
    opened,
    plan_of,
)
from provisioning.problem import InputRefused
from provisioning.store.tables import Agent
from tests.provisioning.conftest import NOW


@pytest.fixture
def installation(town_home: Home, town_csv: str) -> Iterator[Installation]:
    """The example town, imported and applied; Asterisk does not run."""
    with opened(town_home) as installation:
        with installation.store.write() as session:
            table = read_table(town_csv.encode(), "commune.csv")
            import_agents(session, table, installation.commune, now=NOW)
            apply_all(installation, session)
        yield installation


@pytest.fixture
def running(installation: Installation) -> Iterator[Installation]:
    """The same, Asterisk running."""
    installation.asterisk.up()
    yield installation
    installation.asterisk.down()


def link_token(installation: Installation, session: Session, key: int) -> str:
    link = issue(
        session,
        session.get_one(Agent, key),
        host="localhost",
        https_port=1,
        ca_fingerprint=installation.ca_fingerprint,
    )
    return link.split("/")[-1].split("?")[0]


def test_a_folder_without_installation_is_refused(home: Home) -> None:
    with pytest.raises(NotInitialised), opened(home):
        pass


def test_a_used_link_changes_one_file_on_the_pbx(running: Installation) -> None:
    with running.store.write() as session:
        token = link_token(running, session, 3)
    with running.store.write() as session:
        got = redeem(session, token, "portable", datetime.now(UTC))
        assert [file.name for file in plan_of(running, session).files] == [AUTH_FILE]
        done = apply_secrets(running, session)
    assert done.files == (AUTH_FILE,)
    assert done.reloaded
    shown = running.asterisk.command("pjsip show auth u3-1")
    assert got.device.ha1 in shown
    with running.store.read() as session:
        assert plan_of(running, session).empty


def test_a_calendar_that_is_being_edited_keeps_nobody_from_enrolling(
    installation: Installation, town_home: Home
) -> None:
    (town_home.path / "collectes.csv").write_text("rue;type;date\nrue Haute;verre;2027-01-12\n")
    with town_home.commune.open("a", encoding="utf-8") as file:
        file.write('\n[[info]]\nname = "Collectes"\nextension = "2980"\nfile = "collectes.csv"\n')
    with opened(town_home) as later:
        with later.store.write() as session:
            apply_all(later, session)
            token = link_token(later, session, 3)
        (town_home.path / "collectes.csv").write_text("rue;type;da")
        with later.store.write() as session:
            redeem(session, token, "portable", datetime.now(UTC))
            assert apply_secrets(later, session).files == (AUTH_FILE,)
        with later.store.read() as session, pytest.raises(InputRefused, match="collectes"):
            plan_of(later, session)
        dialplan = (town_home.asterisk / "etc" / "extensions.conf").read_text(encoding="utf-8")
        assert "[info-collectes]" in dialplan, "callers hear what they heard"


def test_links_used_at_once_all_reach_the_pbx(running: Installation) -> None:
    keys = [3, 4, 5, 6]
    with running.store.write() as session:
        tokens = [link_token(running, session, key) for key in keys]
    failures: list[Exception] = []

    def use(token: str) -> None:
        try:
            with running.store.write() as session:
                redeem(session, token, "portable", datetime.now(UTC))
                apply_secrets(running, session)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=use, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with running.store.read() as session:
        assert plan_of(running, session).empty
        for key in keys:
            digest = session.get_one(Agent, key).devices[0].ha1
            assert digest in running.asterisk.command(f"pjsip show auth u{key}-1")


def test_a_refused_sip_phone_never_existed(installation: Installation, town_home: Home) -> None:
    (town_home.asterisk / "etc" / AUTH_FILE).unlink()
    (town_home.asterisk / "etc" / AUTH_FILE).mkdir()  # cannot be replaced by a file

    def add() -> None:
        with installation.store.write() as session:
            issue_sip(session, session.get_one(Agent, 3))
            apply_all(installation, session)

    with pytest.raises(Exception):  # noqa: B017, PT011, whichever way it fails
        add()
    with installation.store.read() as session:
        assert [device.number for device in session.get_one(Agent, 3).devices] == [1]


def test_a_plan_made_earlier_is_refused_after_another_change(installation: Installation) -> None:
    from pbx_config.apply import PlanStale

    with installation.store.write() as session:
        session.get_one(Agent, 3).last_name = "Durand"
    with installation.store.read() as session:
        early = plan_of(installation, session)
    with installation.store.write() as session:
        session.get_one(Agent, 3).last_name = "Delcourt"
        apply_all(installation, session)
    with pytest.raises(PlanStale):
        carry_out(installation, early)
