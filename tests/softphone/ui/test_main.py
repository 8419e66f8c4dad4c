"""The program as a person starts it: a process, its window, keys from outside, its end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import profile as profiles
from softphone.secrets import FileStore, Secrets
from tests.softphone.town_server import TOKEN, TownServer, town_server

TITLE = "allo — Marie Dupont · poste 2014"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TownServer]:
    with town_server(tmp_path) as running:
        yield running


def xdotool(*words: str) -> str:
    done = subprocess.run(["xdotool", *words], capture_output=True, text=True, timeout=20)
    return done.stdout.strip()


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def until(true: object, what: str, within: float = 15.0) -> None:
    deadline = time.monotonic() + within
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")
def test_from_start_to_end(qapp: object, server: TownServer, tmp_path: Path) -> None:
    home = tmp_path / "phone"
    profiles.save(home, server.profile)
    FileStore(home).save(Secrets(sip="sip-geheim", api_token=TOKEN))
    environment = {
        **os.environ,
        "ALLO_LANG": "fr",
        "ALLO_SOUND": "none",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = [sys.executable, "-m", "softphone.main", "--home", str(home)]
    process = subprocess.Popen(command, env=environment)
    try:
        until(lambda: xdotool("search", "--name", TITLE), "no window")
        window = xdotool("search", "--name", TITLE).split()[0]
        until(lambda: server.connections, "no live link")
        until(lambda: children(process.pid), "no engine")
        engine = children(process.pid)[0]

        os.kill(engine, signal.SIGKILL)
        until(lambda: any(c != engine for c in children(process.pid)), "no new engine", 3.0)
        assert xdotool("search", "--name", TITLE).split()[0] == window, "the window stays"

        engine = next(c for c in children(process.pid) if c != engine)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        until(lambda: not alive(engine), "the engine outlives its window")
    finally:
        process.kill()
        process.wait()
    log = (home / "allo-phone.log").read_text()
    assert "geheim" not in log
    assert TOKEN not in log
    assert "Traceback" not in log
    assert (home / "allo-phone.log").stat().st_mode & 0o077 == 0


def window_of(process: subprocess.Popen[bytes]) -> str:
    """The enrolment page of this process: other tests leave windows of the same title."""
    return xdotool("search", "--all", "--pid", str(process.pid), "--name", "allo — activation")


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("rest", [0.0, 0.5], ids=["as it opens", "in its loop"])
def test_the_enrolment_page_ends_when_it_is_told_to(
    qapp: object, tmp_path: Path, number: signal.Signals, rest: float
) -> None:
    command = [sys.executable, "-m", "softphone.main", "--home", str(tmp_path / "phone")]
    process = subprocess.Popen(command, env={**os.environ, "ALLO_LANG": "fr"})
    try:
        until(lambda: window_of(process), "no window")
        time.sleep(rest)  # nothing happens on this page by itself
        process.send_signal(number)
        assert process.wait(3) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in (tmp_path / "phone" / "allo-phone.log").read_text()


@pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")
@pytest.mark.parametrize("trial", [False, True])
def test_the_persons_own_phone_opens_allo_links_a_trial_beside_it_does_not(
    qapp: object, tmp_path: Path, trial: bool
) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if name != "ALLO_PHONE_HOME"},
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "ALLO_LANG": "fr",
    }
    command = [sys.executable, "-m", "softphone.main"]
    if trial:
        command += ["--home", str(tmp_path / "trial")]
    entry = tmp_path / "data" / "applications" / "allo-phone.desktop"
    process = subprocess.Popen(command, env=environment)
    try:
        until(lambda: xdotool("search", "--name", "allo — activation"), "no window")
        if trial:
            time.sleep(0.5)
            assert not entry.exists()
        else:
            until(entry.exists, "no entry")
            assert f"Exec={Path(sys.executable).with_name('allo-phone')} %u" in entry.read_text()
    finally:
        process.kill()
        process.wait()
