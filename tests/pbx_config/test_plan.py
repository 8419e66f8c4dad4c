"""A plan: what would change, decided before anything changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from pbx_config.apply import apply
from pbx_config.asterisk import Runtime
from pbx_config.escape import RenderError
from pbx_config.layout import Layout
from pbx_config.model import Certificates, Exchange, Mail, User
from pbx_config.plan import RELOADS, Plan, make_plan
from pbx_config.record import RecordUnreadable
from tests.support.exchange import digest_of, make_user, small_exchange

FILES = Certificates(Path("/a"), Path("/b"), Path("/c"))
EXCHANGE = small_exchange(Path("/nonexistent"), certificates=FILES)
ZOE = make_user(9, "Zoé Lambert")
RUNTIME = Runtime(("asterisk",), (22, 10, 1), Path("/nonexistent"), Path("/usr/share/asterisk"))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "pbx")
    apply(make_plan(EXCHANGE, layout, RUNTIME), layout, None)
    return layout


def plan(exchange: Exchange, layout: Layout) -> Plan:
    return make_plan(exchange, layout, RUNTIME)


def with_new_digest(device: str) -> Exchange:
    def user(u: User) -> User:
        fresh = tuple(
            replace(d, digest=digest_of(d.id, "fresh")) if d.id == device else d for d in u.devices
        )
        return replace(u, devices=fresh)

    return replace(EXCHANGE, users=tuple(user(u) for u in EXCHANGE.users))


def test_planning_writes_nothing(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "pbx")
    first = plan(EXCHANGE, layout)
    assert {change.kind for change in first.files} == {"added"}
    assert not layout.root.exists()


def test_what_is_applied_needs_no_plan(layout: Layout) -> None:
    again = plan(EXCHANGE, layout)
    assert again.empty
    assert (again.files, again.changes, again.drift, again.reloads) == ((), (), (), ())


def test_a_new_agent_touches_five_files_and_three_modules(layout: Layout) -> None:
    more = plan(replace(EXCHANGE, users=(*EXCHANGE.users, ZOE)), layout)
    assert [change.name for change in more.files] == [
        "directory.conf", "extensions.conf", "pjsip.conf", "pjsip_auth.conf", "voicemail.conf",
    ]  # fmt: skip
    assert more.reloads == ("res_pjsip.so", "pbx_config.so", "app_voicemail.so")
    assert not more.restart
    assert [change.text_fr for change in more.changes] == ["2009 Zoé Lambert (Hôtel de ville)"]
    diffs = "".join(change.diff for change in more.files)
    assert "+exten => 2009,hint,PJSIP/u9-1" in diffs
    assert ZOE.devices[0].digest.ha1 not in diffs


def test_a_new_name_leaves_the_dialplan_and_the_queues_alone(layout: Layout) -> None:
    queue = EXCHANGE.queues[0]
    member = next(user for user in EXCHANGE.users if user.id in queue.members)
    married = tuple(
        replace(user, name="Marie Lambert") if user is member else user for user in EXCHANGE.users
    )
    renamed = plan(replace(EXCHANGE, users=married), layout)
    assert renamed.reloads == ("res_pjsip.so", "app_voicemail.so")


def test_an_enrolment_touches_the_auth_file_alone(layout: Layout) -> None:
    enrolled = plan(with_new_digest("u1-1"), layout)
    assert [change.name for change in enrolled.files] == ["pjsip_auth.conf"]
    assert enrolled.reloads == ("res_pjsip.so",)


def test_an_enrolment_can_be_applied_while_other_changes_wait(layout: Layout) -> None:
    wanted = with_new_digest("u1-1")
    wanted = replace(wanted, users=(*wanted.users, ZOE))
    part = plan(wanted, layout).only("pjsip_auth.conf")
    assert [change.name for change in part.files] == ["pjsip_auth.conf"]
    assert [change.key for change in part.changes] == ["2001"]
    apply(part, layout, None)
    rest = plan(wanted, layout)
    assert [change.name for change in rest.files] == [
        "directory.conf", "extensions.conf", "pjsip.conf", "voicemail.conf",
    ]  # fmt: skip
    assert [change.text_fr for change in rest.changes] == ["2009 Zoé Lambert (Hôtel de ville)"]
    assert rest.drift == ()


def test_a_file_edited_by_hand_is_shown_as_drift(layout: Layout) -> None:
    edited = layout.etc / "queues.conf"
    edited.write_text(edited.read_text() + "; mine\n")
    (layout.etc / "rtp.conf").unlink()
    found = plan(EXCHANGE, layout)
    assert found.drift == ("queues.conf", "rtp.conf")
    assert [(change.name, change.kind) for change in found.files] == [
        ("queues.conf", "changed"),
        ("rtp.conf", "added"),
    ]
    assert found.changes == ()
    assert "-; mine" in found.files[0].diff


def test_the_checksum_is_that_of_the_whole_plan(layout: Layout) -> None:
    more = replace(EXCHANGE, users=(*EXCHANGE.users, ZOE))
    assert plan(more, layout).checksum == plan(more, layout).checksum
    assert plan(more, layout).checksum != plan(EXCHANGE, layout).checksum
    before = plan(more, layout).checksum
    (layout.etc / "queues.conf").write_text("")
    assert plan(more, layout).checksum != before


def test_a_file_that_is_no_longer_rendered_is_removed(layout: Layout) -> None:
    (layout.etc / "old.conf").write_text("old")
    before = plan(EXCHANGE, layout)
    assert before.empty, "a file that is not ours is left alone"
    text = layout.applied.read_text().replace('"acl.conf"', '"old.conf"')
    layout.applied.write_text(text)
    assert ("old.conf", "removed") in [(c.name, c.kind) for c in plan(EXCHANGE, layout).files]


def test_transports_and_modules_want_a_restart(layout: Layout) -> None:
    network = replace(EXCHANGE.network, sip_tls_port=EXCHANGE.network.sip_tls_port + 1)
    moved = plan(replace(EXCHANGE, network=network), layout)
    assert moved.restart
    assert moved.reloads == ()


def test_every_reloadable_file_is_one_that_we_render(layout: Layout) -> None:
    assert set(RELOADS) <= {path.name for path in layout.etc.iterdir()}


def test_mailing_begins_changes_and_ends_without_a_restart(layout: Layout) -> None:
    mail = Mail("smtp.commune.example", 587, "starttls", "t@commune.example", command=("mailer",))
    begins = plan(replace(EXCHANGE, mail=mail), layout)
    assert [(change.name, change.kind) for change in begins.files] == [
        ("mail.json", "added"), ("mail.sh", "added"), ("voicemail.conf", "changed"),
    ]  # fmt: skip
    assert (begins.restart, begins.reloads) == (False, ("app_voicemail.so",))
    apply(begins, layout, None)
    other = plan(replace(EXCHANGE, mail=replace(mail, host="other.commune.example")), layout)
    assert [change.name for change in other.files] == ["mail.json"]
    assert (other.restart, other.reloads) == (False, ())
    ends = plan(EXCHANGE, layout)
    assert {change.kind for change in ends.files} == {"removed", "changed"}
    assert not ends.restart


def test_a_broken_record_is_named(layout: Layout) -> None:
    layout.applied.write_text("{")
    with pytest.raises(RecordUnreadable, match=r"applied\.json"):
        plan(EXCHANGE, layout)


def test_a_bad_identifier_stops_the_plan(layout: Layout) -> None:
    bad = replace(EXCHANGE.queues[0], name="x](!)")
    with pytest.raises(RenderError, match=r"queue\.name"):
        plan(replace(EXCHANGE, queues=(bad,)), layout)


def test_ten_thousand_agents_are_planned_in_a_moment(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "pbx")
    marie = EXCHANGE.users[0]
    users = tuple(
        replace(
            marie,
            id=f"u{n}",
            name=f"Agent {n}",
            extension=str(20000 + n),
            public_number=f"+3271{n:06d}",
            devices=(replace(marie.devices[0], id=f"u{n}-1"),),
        )
        for n in range(10_000)
    )
    big = replace(EXCHANGE, users=users, queues=(replace(EXCHANGE.queues[0], members=()),))
    first = plan(big, layout)
    apply(first, layout, None)
    one = plan(replace(big, users=(*users[:-1], replace(users[-1], name="Zoé"))), layout)
    assert [change.name for change in one.files] == [
        "directory.conf",
        "pjsip.conf",
        "voicemail.conf",
    ]
    assert "".join(change.diff for change in one.files)
