"""Asterisk as a process: up, asked, down; and what is said when it cannot."""

import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pbx_config.apply import apply
from pbx_config.asterisk import Asterisk, AsteriskDown, AsteriskFailed, PortTaken
from pbx_config.layout import Layout
from pbx_config.plan import make_plan
from tests.support.exchange import small_exchange
from tests.support.pbx import Pbx, running, runtime


def prepared(folder: Path, root: Path) -> tuple[Pbx, Asterisk]:
    exchange, layout = small_exchange(folder), Layout(root)
    asterisk = Asterisk(layout, runtime())
    apply(make_plan(exchange, layout, asterisk.runtime), layout, None)
    return Pbx(exchange, layout, asterisk), asterisk


def test_it_boots_without_one_error_or_warning(town: Pbx) -> None:
    log = town.asterisk.log_since(0)
    assert [line for line in log.splitlines() if "ERROR" in line or "WARNING" in line] == []
    assert "Asterisk" in town.asterisk.command("core show version")


def test_it_lives_in_a_session_of_its_own(town: Pbx) -> None:
    status = town.asterisk.status()
    assert status.running
    assert status.pid
    assert os.getsid(status.pid) == status.pid
    assert status.started_at
    assert status.version.count(".") == 2


def test_up_twice_is_the_same_process(town: Pbx) -> None:
    assert town.asterisk.up().pid == town.asterisk.status().pid


def test_another_object_finds_the_same_process(town: Pbx) -> None:
    again = Asterisk(Layout(town.layout.root), town.asterisk.runtime)
    assert again.status() == town.asterisk.status()


def test_files_and_sockets_are_ours_alone(town: Pbx) -> None:
    for file in (*town.layout.etc.iterdir(), town.layout.applied, town.layout.messages):
        assert file.stat().st_mode & 0o077 == 0, file
    for folder in town.layout.folders:
        assert folder.stat().st_mode & 0o077 == 0, folder


def test_down_ends_it_and_asking_then_tells_how_to_start(short_folder: Path) -> None:
    with running(small_exchange(short_folder), short_folder / "d") as pbx:
        pid = pbx.asterisk.status().pid
        assert pid
        pbx.asterisk.down()
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        assert not pbx.asterisk.status().running
        with pytest.raises(AsteriskDown, match="allo pbx up"):
            pbx.asterisk.command("core show version")
        pbx.asterisk.down()


def test_nothing_applied_yet(short_folder: Path) -> None:
    with pytest.raises(AsteriskFailed, match="allo apply"):
        Asterisk(Layout(short_folder / "empty"), runtime()).up()


@pytest.mark.parametrize("which", ["sip_tls_port", "ami_port", "sip_udp_port"])
def test_a_taken_port_is_named(short_folder: Path, which: str) -> None:
    pbx, asterisk = prepared(short_folder, short_folder / which)
    port = getattr(pbx.exchange.network, which)
    kind = socket.SOCK_DGRAM if which == "sip_udp_port" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(PortTaken, match=str(port)) as taken:
            asterisk.up()
    assert "commune.toml" in taken.value.fr
    assert f"pid {os.getpid()}" in taken.value.en, "who holds it"
    assert not asterisk.status().running


def test_an_address_of_another_machine_is_not_called_taken(short_folder: Path) -> None:
    exchange = small_exchange(short_folder)
    elsewhere = replace(exchange, network=replace(exchange.network, bind="192.0.2.77"))
    asterisk = Asterisk(Layout(short_folder / "elsewhere"), runtime())
    apply(make_plan(elsewhere, asterisk.layout, asterisk.runtime), asterisk.layout, None)
    with pytest.raises(PortTaken, match=r"192\.0\.2\.77 n'est pas une adresse de cette machine"):
        asterisk.up()


def test_an_asterisk_that_dies_at_once_shows_its_last_words(short_folder: Path) -> None:
    _, asterisk = prepared(short_folder, short_folder / "bad")
    broken = replace(asterisk.runtime, command=(*asterisk.runtime.command, "--nonsense"))
    with pytest.raises(AsteriskFailed, match="s'est arrêté"):
        Asterisk(asterisk.layout, broken).up(timeout=10)


def test_a_stranger_on_our_socket_is_left_alone(short_folder: Path) -> None:
    """The pid behind the socket is only ours if it runs our configuration."""
    layout = Layout(short_folder / "x")
    layout.create()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(layout.control_socket))
        stranger.listen()
        asterisk = Asterisk(layout, runtime())
        assert not asterisk.status().running
        asterisk.down()
    assert psutil.pid_exists(os.getpid())


def test_an_answer_that_never_comes_has_a_limit(short_folder: Path) -> None:
    layout = Layout(short_folder / "y")
    layout.create()
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(layout.control_socket))
        silent.listen()
        with pytest.raises(AsteriskFailed, match="n'a pas répondu"):
            Asterisk(layout, runtime()).command("core show version", timeout=0.2)


def test_who_starts_it_again_waits_as_well(short_folder: Path) -> None:
    _, asterisk = prepared(short_folder, short_folder / "again")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(asterisk.up)
        eventually(lambda: asterisk.status().running)
        try:
            assert asterisk.up().running
            assert "Asterisk" in asterisk.command("core show version")
            assert first.result().running
        finally:
            asterisk.down()


def test_it_stops_at_once_even_while_it_boots(short_folder: Path) -> None:
    _, asterisk = prepared(short_folder, short_folder / "s")
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(asterisk.up)
        eventually(lambda: asterisk.status().running)
        began = time.monotonic()
        asterisk.down(timeout=15)
        assert time.monotonic() - began < 10, "it had to be killed"
        with suppress(AsteriskFailed):  # unless it was up just before
            starting.result()
    assert not asterisk.status().running


def test_one_that_never_gets_ready_is_not_left_behind(short_folder: Path) -> None:
    _, asterisk = prepared(short_folder, short_folder / "never")
    sleeps = Asterisk(
        asterisk.layout, replace(asterisk.runtime, command=("sh", "-c", "sleep 60", "sh"))
    )
    before = set(psutil.Process().children())
    with pytest.raises(AsteriskFailed):
        sleeps.up(timeout=0.3)
    assert set(psutil.Process().children()) <= before


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_command_is_one_line(town: Pbx) -> None:
    with pytest.raises(ValueError, match="one printable line"):
        town.asterisk.command("core show version\ncore stop now")
