"""Applying a plan to a running Asterisk: all of it or nothing."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from pbx_config import apply as applying
from pbx_config.apply import ApplyFailed, PlanStale, apply
from pbx_config.asterisk import Asterisk, AsteriskFailed
from pbx_config.plan import Plan, make_plan
from tests.support.exchange import digest_of, make_user, password_of, small_exchange
from tests.support.pbx import Pbx, running
from tests.support.ports import free_port

ZOE = make_user(9, "Zoé Lambert")


@pytest.fixture
def pbx(short_folder: Path, request: pytest.FixtureRequest) -> Iterator[Pbx]:
    folder = short_folder / str(abs(hash(request.node.name)))[:8]
    with running(small_exchange(folder), folder / "pbx") as town:
        yield town


def plan(pbx: Pbx, **changed: object) -> Plan:
    exchange = replace(pbx.exchange, **changed)  # type: ignore[arg-type]
    return make_plan(exchange, pbx.layout, pbx.asterisk.runtime)


def endpoints(pbx: Pbx) -> str:
    return pbx.asterisk.command("pjsip list endpoints")


def files(pbx: Pbx) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in pbx.layout.etc.iterdir()}


def spoilt(plan: Plan, name: str, text: str) -> Plan:
    """The plan with rubbish at the end of one file, as a mistake in rendering would give it."""
    return replace(
        plan,
        files=tuple(replace(f, new=f.new + text) if f.name == name else f for f in plan.files),
    )


def test_applying_twice_changes_and_reloads_nothing(pbx: Pbx) -> None:
    before, mark = files(pbx), pbx.asterisk.log_mark()
    stamps = {path: path.stat().st_mtime_ns for path in pbx.layout.etc.iterdir()}
    done = pbx.apply(pbx.exchange)
    assert (done.files, done.reloaded, done.restart_needed) == ((), (), False)
    assert files(pbx) == before
    assert {path: path.stat().st_mtime_ns for path in pbx.layout.etc.iterdir()} == stamps
    assert pbx.asterisk.log_since(mark) == ""


def test_a_new_agent_can_register_at_once(pbx: Pbx) -> None:
    more = replace(pbx.exchange, users=(*pbx.exchange.users, ZOE))
    done = pbx.apply(more)
    assert done.reloaded == ("res_pjsip.so", "pbx_config.so", "app_voicemail.so")
    assert done.seconds < 5
    assert pbx.phone("u9-1").register().code == 200
    assert "2009@internal" in pbx.asterisk.command("core show hints")


def test_a_removed_agent_is_gone(pbx: Pbx) -> None:
    pbx.apply(replace(pbx.exchange, users=pbx.exchange.users[1:]))
    assert "u1-1" not in endpoints(pbx)
    assert pbx.phone("u1-1").register().code == 401


def test_an_enrolment_reloads_pjsip_alone_and_the_new_password_works(pbx: Pbx) -> None:
    marie = pbx.exchange.users[0]
    device = replace(marie.devices[0], digest=digest_of("u1-1", "the new password"))
    users = (replace(marie, devices=(device,)), *pbx.exchange.users[1:])
    done = apply(plan(pbx, users=users).only("pjsip_auth.conf"), pbx.layout, pbx.asterisk)
    assert (done.files, done.reloaded) == (("pjsip_auth.conf",), ("res_pjsip.so",))
    assert pbx.phone("u1-1", password="the new password").register().code == 200
    assert pbx.phone("u1-1", password=password_of("u1-1")).register().code == 401


def test_calls_survive_an_apply(pbx: Pbx) -> None:
    phone = pbx.registered("u1-1")
    call = phone.call("*43")
    phone.response(call)
    pbx.apply(replace(pbx.exchange, users=(*pbx.exchange.users, ZOE)))
    phone.hang_up(call)


@pytest.mark.parametrize(
    ("name", "rubbish"),
    [
        ("pjsip.conf", "\n[bad]\ntype = endpoint\nnonsense = 1\n"),
        ("extensions.conf", "\n[internal\nexten => 1,1,NoOp()\n"),
        ("voicemail.conf", "\n9999 => -,Unexpected\n"),
    ],
)
def test_what_asterisk_refuses_is_rolled_back(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch, name: str, rubbish: str
) -> None:
    monkeypatch.setattr(applying, "VERIFY_SECONDS", 1.0)
    before, record = files(pbx), pbx.layout.applied.read_bytes()
    bad = spoilt(plan(pbx, users=(*pbx.exchange.users, ZOE)), name, rubbish)
    with pytest.raises(ApplyFailed, match="Asterisk refuse") as refused:
        apply(bad, pbx.layout, pbx.asterisk)
    assert "previous one is back" in refused.value.en
    assert files(pbx) == before
    assert pbx.layout.applied.read_bytes() == record
    assert "u9-1" not in endpoints(pbx)
    assert pbx.registered("u1-1")
    assert make_plan(pbx.exchange, pbx.layout, pbx.asterisk.runtime).empty


def test_a_stale_plan_is_refused(pbx: Pbx) -> None:
    old = plan(pbx, users=(*pbx.exchange.users, ZOE))
    (pbx.layout.etc / "queues.conf").write_text("; edited meanwhile\n")
    with pytest.raises(PlanStale, match="allo plan"):
        apply(old, pbx.layout, pbx.asterisk)
    assert "u9-1" not in endpoints(pbx)


def test_two_at_the_same_time_wait_for_each_other(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "LOCK_SECONDS", 0.1)
    change = plan(pbx, users=(*pbx.exchange.users, ZOE))
    held, release = threading.Event(), threading.Event()

    def other() -> None:
        with FileLock(pbx.layout.lock, mode=0o600):
            held.set()
            release.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert held.wait(5)
        with pytest.raises(ApplyFailed, match="en cours"):
            apply(change, pbx.layout, pbx.asterisk)
    finally:
        release.set()
        thread.join()
    apply(change, pbx.layout, pbx.asterisk)


def test_a_folder_that_cannot_be_written_changes_nothing(pbx: Pbx) -> None:
    before = files(pbx)
    (pbx.layout.etc / "pjsip.conf.allo-new").mkdir()
    with pytest.raises(ApplyFailed, match="Rien n'a changé") as failed:
        apply(plan(pbx, users=(*pbx.exchange.users, ZOE)), pbx.layout, pbx.asterisk)
    assert "Nothing has changed" in failed.value.en
    (pbx.layout.etc / "pjsip.conf.allo-new").rmdir()
    assert files(pbx) == before


def test_a_reload_that_hangs_has_a_limit(pbx: Pbx, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asterisk is stopped in its tracks (SIGSTOP), as a deadlock would."""
    monkeypatch.setattr(applying, "RELOAD_SECONDS", 0.3)
    before = files(pbx)
    change = plan(pbx, users=(*pbx.exchange.users, ZOE))
    pid = pbx.asterisk.status().pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(ApplyFailed, match="n'a pas répondu"):
            apply(change, pbx.layout, pbx.asterisk)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert files(pbx) == before


def test_not_running_means_files_only(pbx: Pbx) -> None:
    pbx.asterisk.down()
    done = pbx.apply(replace(pbx.exchange, users=(*pbx.exchange.users, ZOE)))
    assert done.reloaded == ()
    assert not done.restart_needed
    pbx.asterisk.up()
    assert "u9-1" in endpoints(pbx)


def test_a_moved_port_says_that_a_restart_is_needed(pbx: Pbx) -> None:
    network = replace(pbx.exchange.network, sip_tls_port=free_port())
    done = pbx.apply(replace(pbx.exchange, network=network))
    assert done.restart_needed
    pbx.asterisk.down()
    pbx.asterisk.up()
    assert pbx.phone("u1-1").register().code == 200


def test_an_asterisk_that_goes_away_meanwhile_is_told(pbx: Pbx) -> None:
    class Gone(Asterisk):
        def reload(self, module: str, timeout: float = 60.0) -> str:
            raise AsteriskFailed("fr", "en")

    gone = Gone(pbx.layout, pbx.asterisk.runtime)
    with pytest.raises(ApplyFailed, match="remise en place"):
        apply(plan(pbx, users=(*pbx.exchange.users, ZOE)), pbx.layout, gone)
    assert make_plan(pbx.exchange, pbx.layout, pbx.asterisk.runtime).empty
