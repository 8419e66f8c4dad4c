"""When Asterisk counts as booted, against a socket that answers as it does during its start."""

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from pbx_config.asterisk import control

BOOTED = "Asterisk has fully booted.\n"
VERSION = "Asterisk 22.10.1 built by nobody\n"


def unknown(command: str) -> str:
    return f"{control.UNKNOWN} '{command}' (type 'core show help' for other possible commands)\n"


@pytest.fixture
def path() -> Iterator[Path]:
    """Of a socket; short, and of this test alone."""
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        yield Path(folder) / "s"


@contextmanager
def answering(path: Path, **answers: str) -> Iterator[None]:
    """Asterisk's side of the protocol; a command without an answer is not known yet."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"here/1/22.10.1\n")
                    command = connection.recv(4096).rstrip(b"\0").decode()
                    command = command.removeprefix("cli quit after ")
                    answer = answers.get(command.replace(" ", "_"), unknown(command))
                    connection.sendall(answer.encode())

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_booted_is_who_says_so_and_knows_its_own_commands(path: Path) -> None:
    with answering(path, core_waitfullybooted=BOOTED, core_show_version=VERSION):
        assert control.is_booted(path, 2)


def test_booted_in_its_own_eyes_is_a_moment_too_early(path: Path) -> None:
    with answering(path, core_waitfullybooted=BOOTED):
        assert "No such command" in control.ask(path, "core show version", 2)
        assert not control.is_booted(path, 2)


def test_a_socket_without_commands_is_not_booted(path: Path) -> None:
    with answering(path):
        assert not control.is_booted(path, 2)
    assert not control.is_booted(path.with_name("nobody"), 0)


def test_silence_is_not_booted(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        assert not control.is_booted(path, 0.2)


def test_who_finds_a_queue_at_the_door_waits_its_turn(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door, ThreadPoolExecutor() as pool:
        door.bind(str(path))
        door.listen(0)
        with socket.socket(socket.AF_UNIX) as first:
            first.connect(str(path))
            pid = pool.submit(control.peer_pid, path, 5.0)
            with pytest.raises(TimeoutError):
                pid.result(0.1)
            door.accept()[0].close()
            assert pid.result(5) == os.getpid()
