"""The running Asterisk of one layout: start it, stop it, ask it.

Owns the process and its control socket; must not know what the configuration means.
"""

import contextlib
import errno
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from pbx_config import record
from pbx_config.asterisk import control, ports
from pbx_config.asterisk.runtime import Runtime
from pbx_config.errors import PbxError
from pbx_config.layout import Layout

LANGUAGES = ("fr", "en", "nl", "de")


class AsteriskFailed(PbxError):
    """Asterisk did not start, answer or stop as it should."""


class PortTaken(AsteriskFailed):
    """Another program listens where Asterisk must."""


class AsteriskDown(AsteriskFailed):
    """Asterisk is not running (or is not ours)."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the operating system and Asterisk say about the process."""

    running: bool
    pid: int | None = None
    version: str = ""
    started_at: float | None = None
    """Unix seconds."""


class Asterisk:
    """One Asterisk process, found by its control socket: this object holds no process handle."""

    def __init__(self, layout: Layout, runtime: Runtime) -> None:
        self.layout = layout
        self.runtime = runtime

    @property
    def log_path(self) -> Path:
        """Its log of notices, warnings and errors."""
        return self.layout.messages

    def up(self, timeout: float = 60.0) -> Status:
        """Start it in a session of its own (it outlives us) and wait until it is fully booted.

        Already running: only waits. Raises ``PortTaken`` or ``AsteriskFailed``; seconds.
        """
        if self.status().running:
            self._wait_until_booted(timeout, self._log_size())
            return self.status()
        self._check_ready()
        self._link_data()
        mark = self._log_size()
        started = self._start()
        try:
            self._wait_until_booted(timeout, mark, started)
        except AsteriskFailed:
            self.down()
            started.kill()  # it may never have opened its socket
            started.wait()
            raise
        # It must outlive us: give up the handle, so that Python does not warn about the child.
        started.returncode = 0
        if "Address already in use" in self.log_since(mark):
            self.down()
            raise PortTaken(
                f"Un port d'Asterisk est déjà pris, voir {self.log_path}. Arrêtez l'autre "
                "programme ou changez le port dans commune.toml, puis : allo apply, allo pbx up",
                f"A port of Asterisk is taken, see {self.log_path}. Stop the other program or "
                "change the port in commune.toml, then: allo apply, allo pbx up",
            )
        return self.status()

    def down(self, timeout: float = 15.0) -> None:
        """Stop it now, calls included. Not running: nothing to do. Raises ``AsteriskFailed``."""
        process = self._process()
        if process is None:
            return
        if not self._told_to_stop(timeout):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
        if not _gone(process, timeout):
            process.kill()  # a deadlocked Asterisk answers nothing else
            if not _gone(process, 5.0):
                raise AsteriskFailed(
                    f"Asterisk (processus {process.pid}) ne s'arrête pas.",
                    f"Asterisk (process {process.pid}) does not stop.",
                )

    def status(self) -> Status:
        """Whether it runs; never raises."""
        process = self._process()
        if process is None:
            return Status(running=False)
        try:
            started_at = process.create_time()
        except psutil.Error:
            return Status(running=False)
        version = ".".join(str(part) for part in self.runtime.version)
        return Status(running=True, pid=process.pid, version=version, started_at=started_at)

    def command(self, text: str, timeout: float = 10.0) -> str:
        """Run one console command (like ``asterisk -rx``) and give its output.

        Raises ``AsteriskDown`` when it does not run, ``AsteriskFailed`` when it does not answer
        within ``timeout`` seconds.
        """
        if not text.isprintable():
            raise ValueError("a console command is one printable line")
        try:
            return control.ask(self.layout.control_socket, text, timeout)
        except control.ControlTimeout as late:
            raise AsteriskFailed(
                f"Asterisk n'a pas répondu à « {text} » en {timeout:.0f} s. Redémarrez-le : "
                "allo pbx down, puis allo pbx up",
                f"Asterisk did not answer “{text}” within {timeout:.0f} s. Restart it: "
                "allo pbx down, then allo pbx up",
            ) from late
        except (OSError, EOFError) as down:
            raise AsteriskDown(
                "Asterisk ne tourne pas. Démarrez-le : allo pbx up",
                "Asterisk is not running. Start it: allo pbx up",
            ) from down

    def reload(self, module: str, timeout: float = 60.0) -> str:
        """Reload one module (``res_pjsip.so``, ``manager`` …). Raises like ``command``."""
        return self.command(f"module reload {module}", timeout)

    def log_since(self, mark: int) -> str:
        """What was logged after position ``mark`` (bytes; see ``log_mark``)."""
        try:
            with self.log_path.open("rb") as log:
                log.seek(mark)
                return log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def log_mark(self) -> int:
        """Where the log ends now, in bytes."""
        return self._log_size()

    def _log_size(self) -> int:
        try:
            return self.log_path.stat().st_size
        except FileNotFoundError:
            return 0

    def _process(self) -> psutil.Process | None:
        """Our process: it listens on our socket and was started with our configuration."""
        pid = control.peer_pid(self.layout.control_socket)
        if pid is None:
            return None
        try:
            process = psutil.Process(pid)
            ours = str(self.layout.conf) in process.cmdline()
            return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    def _told_to_stop(self, timeout: float) -> bool:
        """Whether it took ``core stop now``. While it boots it does not know that command yet, and
        forgets a signal; so it is told again."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                answer = control.ask(self.layout.control_socket, "core stop now", timeout=5.0)
            except (OSError, EOFError):
                return False
            if control.UNKNOWN not in answer:
                return True
            time.sleep(0.05)
        return False

    def _check_ready(self) -> None:
        applied = record.load(self.layout)
        if applied is None or not self.layout.conf.is_file():
            raise AsteriskFailed(
                f"Rien n'est appliqué dans {self.layout.root}. D'abord : allo apply",
                f"Nothing is applied in {self.layout.root}. First: allo apply",
            )
        for kind, address, port in ports.wanted(applied.exchange):
            refused = ports.refusal(kind, address, port)
            if refused:
                raise _cannot_listen(kind, address, port, refused)

    def _link_data(self) -> None:
        """Give Asterisk a data folder of links: prompts under the names that it looks for."""
        data = self.runtime.data
        self.layout.create()
        sounds = self.layout.data / "sounds"
        sounds.mkdir(exist_ok=True)
        links = {self.layout.data / "documentation": data / "documentation"}
        for language in LANGUAGES:
            prompts = self.runtime.sounds(language)
            if prompts:
                links[sounds / language] = prompts
        for link, target in links.items():
            if link.is_symlink() and link.readlink() != target:
                link.unlink()
            if not link.exists():
                link.symlink_to(target)

    def _start(self) -> subprocess.Popen[bytes]:
        descriptor = os.open(self.layout.console_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            return subprocess.Popen(
                [*self.runtime.command, "-f", "-C", str(self.layout.conf)],
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                cwd=self.layout.root,
                start_new_session=True,
                umask=0o077,
            )
        finally:
            os.close(descriptor)

    def _wait_until_booted(
        self, timeout: float, mark: int, started: subprocess.Popen[bytes] | None = None
    ) -> None:
        """``started``: our own child, which may need a while until its socket shows it."""
        deadline = time.monotonic() + timeout
        while not control.is_booted(self.layout.control_socket, deadline - time.monotonic()):
            if (started is None or started.poll() is not None) and self._process() is None:
                raise self._did_not_start(mark, "s'est arrêté aussitôt", "stopped at once")
            if time.monotonic() > deadline:
                raise self._did_not_start(
                    mark,
                    f"n'est pas prêt après {timeout:.0f} s",
                    f"is not ready after {timeout:.0f} s",
                )
            time.sleep(0.02)  # polled: the socket appears some time after the process

    def _did_not_start(self, mark: int, fr: str, en: str) -> AsteriskFailed:
        errors = [line for line in self.log_since(mark).splitlines() if "ERROR" in line]
        if not errors and self.layout.console_log.is_file():
            errors = self.layout.console_log.read_text(errors="replace").splitlines()[-3:]
        last = " ".join(errors[-3:]).strip() or "—"
        return AsteriskFailed(
            f"Asterisk {fr}. Dernières lignes : {last} (tout est dans {self.layout.log}).",
            f"Asterisk {en}. Last lines: {last} (everything is in {self.layout.log}).",
        )


def _gone(process: psutil.Process, timeout: float) -> bool:
    try:
        process.wait(timeout)
    except psutil.TimeoutExpired:
        return False
    return True


def _cannot_listen(kind: str, address: str, port: int, refused: OSError) -> PortTaken:
    fr = "dans commune.toml, puis : allo apply, allo pbx up"
    en = "in commune.toml, then: allo apply, allo pbx up"
    if refused.errno == errno.EADDRNOTAVAIL:
        return PortTaken(
            f"{address} n'est pas une adresse de cette machine. Corrigez bind {fr}.",
            f"{address} is not an address of this machine. Correct bind {en}.",
        )
    if refused.errno == errno.EADDRINUSE:
        by = ports.holder(kind, port)
        return PortTaken(
            f"Le port {port} ({kind}, {address}) est déjà pris{f' ({by})' if by else ''}. Arrêtez "
            f"ce programme, ou changez le port {fr}.",
            f"Port {port} ({kind}, {address}) is already taken{f' ({by})' if by else ''}. Stop "
            f"that program, or change the port {en}.",
        )
    return PortTaken(
        f"Le port {port} ({kind}, {address}) est refusé : {refused.strerror}. Changez-le {fr}.",
        f"Port {port} ({kind}, {address}) is refused: {refused.strerror}. Change it {en}.",
    )
