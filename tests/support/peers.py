"""Other makers' softphones as real processes: baresip and linphonec, each with a folder of its own.

They come from Debian, unpacked into the folder ``ALLO_PEERS`` (scripts/setup.sh). Each is driven by
its own control interface, plays a tone from a file and writes what it hears to a file; only
``JackBaresip`` and ``AlsaLinphone`` use a (virtual) sound card. What ours says to them is no
business of this module.
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.support.ports import free_port
from tests.support.sound import TELEPHONE_RATE, SoundCard, tone, write_wav

SECONDS = 15.0
"""How long a test waits for what should come."""
_TONE_S = 40.0
"""Longer than any call of the tests."""


@dataclass(frozen=True)
class SipAccount:
    """What an admin types into another maker's phone."""

    host: str
    """For TLS the name, or where the phone cannot look it up the address, in the certificate."""
    port: int
    user: str
    secret: str
    transport: Literal["tls", "udp"] = "tls"
    ca_file: Path = Path("/nonexistent")
    realm: str = "allo"


class OtherPhone(ABC):
    """One running phone; leave the block and it ends.

    Actions return at once; each ``await_…`` looks at what the phone said after the last one.
    """

    name: str

    def __init__(
        self, folder: Path, account: SipAccount, hz: float = 700.0, *, record: bool = True
    ) -> None:
        """Start it; it plays ``hz`` into its calls and, with ``record``, writes what it hears."""
        self.folder = folder
        self.record = record
        self.account = account
        folder.mkdir(parents=True)
        self.tone = write_wav(folder / "tone.wav", tone(hz, _TONE_S))
        self._said: list[str] = []
        self._mark = 0
        self._changed = threading.Condition()
        self.configure()
        self.started_ns = time.time_ns()
        self.process = subprocess.Popen(
            self.command(),
            cwd=_peers() / "usr",  # linphone finds its grammars at share/… from here
            env={**os.environ, **self.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._read, name=f"{self.name} output", daemon=True).start()

    @abstractmethod
    def configure(self) -> None:
        """Write its files."""

    @abstractmethod
    def command(self) -> Sequence[str]:
        """Program and arguments."""

    @abstractmethod
    def await_registered(self) -> None:
        """The PBX accepted it."""

    @abstractmethod
    def dial(self, number: str) -> None:
        """Call a number."""

    @abstractmethod
    def await_ringing(self) -> str:
        """A call rings here; returns what the phone shows of the caller."""

    @abstractmethod
    def answer(self) -> None:
        """Take the call that rings."""

    @abstractmethod
    def await_talking(self) -> None:
        """A call is connected."""

    @abstractmethod
    def hold(self, on: bool) -> None:
        """Let the other side wait, or take the call up again; returns when that has agreed."""

    @abstractmethod
    def press(self, digit: str) -> None:
        """One key, as an RFC 4733 event."""

    @abstractmethod
    def await_pressed(self) -> str:
        """The other side pressed a key."""

    @abstractmethod
    def transfer(self, number: str) -> None:
        """Send the other side to a number (blind)."""

    @abstractmethod
    def hang_up(self) -> None:
        """End the call."""

    @abstractmethod
    def await_ended(self) -> None:
        """The call is over."""

    @abstractmethod
    def heard(self) -> Path:
        """The file with what it heard in the last call, complete once that is over."""

    @abstractmethod
    def received(self) -> float:
        """Seconds of sound, of whatever, that came in this call."""

    def await_sound(self, seconds: float = 0.5) -> None:
        """So much more sound comes."""
        enough = self.received() + seconds
        deadline = time.monotonic() + SECONDS
        while self.received() < enough:
            assert time.monotonic() < deadline, f"{self.name} hears nothing"
            time.sleep(0.05)  # it tells only when asked

    def environment(self) -> Mapping[str, str]:
        """What it needs beside ours."""
        (libraries,) = (_peers() / "usr" / "lib").glob("*-linux-gnu")
        path = (
            f"{libraries}:{libraries / 'pulseaudio'}"  # libpulse keeps a library of its own there
        )
        return {"LD_LIBRARY_PATH": path, "HOME": str(self.folder)}

    def say(self, text: str) -> None:
        """For ``wait``: the phone, or its driver, said something."""
        with self._changed:
            self._said.append(text)
            self._changed.notify_all()

    def wait(self, pattern: str, timeout: float = SECONDS) -> "re.Match[str]":
        """The next thing said that matches. AssertionError, with the last words, otherwise."""
        expression = re.compile(pattern)
        deadline = time.monotonic() + timeout
        at = self._mark
        with self._changed:
            while True:
                for index in range(at, len(self._said)):
                    if found := expression.search(self._said[index]):
                        self._mark = index + 1
                        return found
                at = len(self._said)
                left = deadline - time.monotonic()
                if left <= 0:
                    last = "\n".join(self._said[-30:])
                    raise AssertionError(f"{self.name}: no {pattern!r} in {timeout} s\n{last}")
                self._changed.wait(left)

    def write(self, line: str) -> None:
        """To its stdin."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def close(self) -> None:
        """Ask it to go, make sure that it went."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait(5)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def _read(self) -> None:
        """Lines, and prompts; not the ten lines a second that baresip writes in a call."""
        assert self.process.stdout
        rest = b""
        with contextlib.suppress(ValueError, OSError):  # closed
            while data := os.read(self.process.stdout.fileno(), 65_536):
                *lines, rest = (rest + data).replace(b"\r", b"\n").split(b"\n")
                for line in lines:
                    if line.strip() and b"(bit/s)" not in line:
                        self.say(line.decode(errors="replace"))
                if rest.endswith((b": ", b"> ")):
                    self.say(rest.decode(errors="replace"))
                    rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Baresip(OtherPhone):
    """baresip 1.0, by its module ``ctrl_tcp``: netstrings of JSON."""

    name = "baresip"
    driver = "aufile"
    """Its module of sound."""
    address = "127.0.0.1"
    """Its own."""

    def sound(self) -> Sequence[str]:
        """Lines of its configuration: where its sound comes from and goes to."""
        return [f"audio_source aufile,{self.tone}"]

    def configure(self) -> None:
        self._control: socket.socket | None = None
        self._port = free_port()
        at = self.account
        modules = f"g722 g711 {self.driver} srtp" + (" sndfile" if self.record else "")
        lines = [
            f"sip_listen {self.address}:0",
            f"sip_cafile {at.ca_file}" if at.transport == "tls" else "",
            f"sip_verify_server {'yes' if at.transport == 'tls' else 'no'}",
            *self.sound(),
            f"snd_path {self.folder}",
            f"module_path {_peers()}/usr/lib/baresip/modules",
            *(f"module {module}.so" for module in modules.split()),
            "module_tmp account.so",
            "module_app menu.so",
            "module_app ctrl_tcp.so",
            f"ctrl_tcp_listen {self.address}:{self._port}",
        ]
        (self.folder / "config").write_text("\n".join(lines) + "\n")
        _secret(
            self.folder / "accounts",
            f"<sip:{at.user}@{at.host}:{at.port};transport={at.transport}>"
            f";auth_user={at.user};auth_pass={at.secret};regint=300;mediaenc=srtp-mand\n",
        )

    def command(self) -> Sequence[str]:
        return [f"{_peers()}/usr/bin/baresip", "-f", str(self.folder)]

    def await_registered(self) -> None:
        deadline = time.monotonic() + SECONDS
        while not self._control:
            try:
                self._control = socket.create_connection((self.address, self._port))
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, f"no control port\n{self._said}"
                time.sleep(0.01)  # it says nowhere when it listens
        threading.Thread(target=self._listen, name="baresip events", daemon=True).start()
        self.wait("200 OK")

    def dial(self, number: str) -> None:
        self._do("dial", number)

    def await_ringing(self) -> str:
        return self.wait(r'"CALL_INCOMING".*"peeruri":"([^"]*)"')[1]

    def answer(self) -> None:
        self._do("accept")

    def await_talking(self) -> None:
        self.wait('"CALL_ESTABLISHED"')

    def hold(self, on: bool) -> None:
        self._do("hold" if on else "resume")
        self.wait('"CALL_REMOTE_SDP".*"param":"answer"')

    def press(self, digit: str) -> None:
        self._do("sndcode", digit)

    def await_pressed(self) -> str:
        return self.wait(r'"CALL_DTMF_START".*"param":"(.)"')[1]

    def transfer(self, number: str) -> None:
        at = self.account
        self._do("transfer", f"sip:{number}@{at.host}:{at.port}")

    def hang_up(self) -> None:
        self._do("hangup")

    def await_ended(self) -> None:
        self.wait('"CALL_CLOSED"')

    def heard(self) -> Path:
        # Without what comes after a re-INVITE: baresip 1.0 forgets its filters then.
        return max(self.folder.glob("dump-*-dec.wav"), key=lambda file: file.stat().st_mtime)

    def received(self) -> float:
        self._do("audio_debug")
        return float(self.wait(r"Audio stream.*?rx:(?:.*?time = ([\d.]+) sec)?")[1] or 0)

    def close(self) -> None:
        if self._control:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
        super().close()

    def _do(self, command: str, parameters: str = "") -> None:
        assert self._control, "not registered yet"
        data = json.dumps({"command": command, "params": parameters}).encode()
        self._control.sendall(b"%d:%s," % (len(data), data))

    def _listen(self) -> None:
        assert self._control
        buffer = b""
        with contextlib.suppress(OSError):
            while data := self._control.recv(65_536):
                buffer += data
                while (size := re.match(rb"(\d+):", buffer)) and len(buffer) > (
                    end := size.end() + int(size[1])
                ):
                    self.say(buffer[size.end() : end].decode())
                    buffer = buffer[end + 1 :]


class JackBaresip(Baresip):
    """baresip with the virtual sound card, buffers as its maker ships them.

    Those of 1.0 are ``audio_buffer 20-160`` (ms) and ``jitter_buffer_delay 5-10`` (frames). It
    opens the card at its own rate alone and resamples only by whole numbers: 48 kHz it must be.
    """

    driver = "jack"

    def __init__(
        self,
        folder: Path,
        account: SipAccount,
        card: SoundCard,
        *,
        command: Sequence[str] = (),
        address: str = "127.0.0.1",
    ) -> None:
        """Start it; ``command`` begins its command line, ``address`` is its own, elsewhere."""
        self.card = card
        self.address = address
        self._before = command
        super().__init__(folder, account, record=False)

    def sound(self) -> Sequence[str]:
        return [
            "audio_source jack",
            "audio_player jack",
            "audio_alert nothing",
            f"jack_client_name {self.folder.name}",
            f"ausrc_srate {self.card.rate}",
            f"auplay_srate {self.card.rate}",
            "ausrc_format float",
            "auplay_format float",
            "audio_buffer 20-160",
            "jitter_buffer_delay 5-10",
        ]

    def command(self) -> Sequence[str]:
        return [*self._before, *super().command()]

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), **self.card.environment}


class Linphone(OtherPhone):
    """linphonec 5.1, by lines on its stdin."""

    name = "linphonec"

    def configure(self) -> None:
        at = self.account
        (self.folder / ".local/share/linphone").mkdir(parents=True)  # it does not make its own
        # 0: off, -2: on, for what we connect to and no listening port.
        ports = {"udp": 0, "tcp": 0, "tls": 0} | {at.transport: -2}
        codecs = (("G722", 8000), ("PCMA", 8000))
        sections: dict[str, dict[str, object]] = {
            "sip": {
                "sip_port": ports["udp"] and free_port(socket.SOCK_DGRAM),
                "sip_tcp_port": ports["tcp"],
                "sip_tls_port": ports["tls"],
                "use_ipv6": 0,
                "root_ca": at.ca_file,
                "verify_server_certs": 1,
                "media_encryption": "srtp",
                "media_encryption_mandatory": 1,
                "default_proxy": 0,
            },
            "proxy_0": {
                "reg_proxy": f"<sip:{at.host}:{at.port};transport={at.transport}>",
                "reg_identity": f"sip:{at.user}@{at.host}:{at.port}",
                "reg_expires": 300,
                "reg_sendregister": 1,
                "publish": 0,
            },
            "auth_info_0": {
                "username": at.user,
                "userid": at.user,
                "passwd": at.secret,
                "realm": at.realm,
                "algorithm": "MD5",
            },
            "rtp": {"audio_rtp_port": -1},
            **{
                f"audio_codec_{n}": {"mime": mime, "rate": rate, "channels": 1, "enabled": 1}
                for n, (mime, rate) in enumerate(codecs)
            },
            "video": {"enabled": 0, "capture": 0, "display": 0},
            "sound": self.sound(),
        }
        text = "\n".join(
            f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in values.items())
            for name, values in sections.items()
        )
        _secret(self.folder / "linphonerc", text)

    def command(self) -> Sequence[str]:
        return [
            f"{_peers()}/usr/bin/linphonec",
            *("-c", str(self.folder / "linphonerc")),
        ]

    def await_registered(self) -> None:
        if self.account.transport == "tls":
            # Asterisk lets clients show a certificate; linphonec asks its user for that one's.
            self.wait("Password for")
            self.write("none")
            self.wait("linphonec>")  # what is typed sooner loses its first letter
        deadline = time.monotonic() + SECONDS
        self.write("status register")
        while self.wait(r"^(?:linphonec> )?registered(=|, identity)")[1] == "=":
            assert time.monotonic() < deadline, "not registered"
            time.sleep(0.05)  # it tells only when asked
            self.write("status register")
        self.begin()

    def sound(self) -> dict[str, object]:
        """Settings of its sound."""
        return {"echocancellation": 0}

    def begin(self) -> None:
        """What it says and hears."""
        self.write("soundcard use files")
        self.write(f"play {self.tone}")
        if self.record:
            self.write(f"record {self.heard()}")

    def dial(self, number: str) -> None:
        self.write(f"call {number}")

    def await_ringing(self) -> str:
        found = self.wait(r"Receiving new incoming call from (.*), assigned id (\d+)")
        self._call = found[2]
        return found[1]

    def answer(self) -> None:
        self.write(f"answer {self._call}")

    def await_talking(self) -> None:
        self._call = self.wait(r"Call (\d+) with .* connected")[1]
        self.wait("Media streams established")

    def hold(self, on: bool) -> None:
        self.write("pause" if on else f"resume {self._call}")
        self.wait("is now paused" if on else "Media streams established")

    def press(self, digit: str) -> None:
        self.write(digit)

    def await_pressed(self) -> str:
        return self.wait(r"Receiving tone (.) from")[1]

    def transfer(self, number: str) -> None:
        self.write(f"transfer {self._call} {number}")

    def hang_up(self) -> None:
        self.write("terminate")

    def await_ended(self) -> None:
        self.wait(r"Call \d+ with .* (ended|error)")

    def heard(self) -> Path:
        return self.folder / "heard.wav"

    def received(self) -> float:
        file = self.heard()
        return file.stat().st_size / (2 * TELEPHONE_RATE) if file.exists() else 0.0


class AlsaLinphone(Linphone):
    """linphonec with the virtual sound card, by ALSA's way to JACK, and its own echo canceller.

    (With linphone's settings: 16 kHz, as G.722 has.)
    """

    def __init__(self, folder: Path, account: SipAccount, card: SoundCard) -> None:
        """Start it."""
        self.card = card
        super().__init__(folder, account, record=False)

    def sound(self) -> dict[str, object]:
        return {"echocancellation": 1}

    def begin(self) -> None:
        """It takes ALSA's default by itself."""

    def configure(self) -> None:
        super().configure()
        # The plug-in has as many channels as ports that it finds.
        ends = 'playback_ports { 0 "system:playback_1" } capture_ports { 0 "system:capture_1" }'
        (self.folder / "alsa.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            f"pcm.!default {{ type plug slave {{ pcm {{ type jack {ends} }}"
            f" rate {self.card.rate} }} }}\n"
        )

    def environment(self) -> Mapping[str, str]:
        (plugins,) = _peers().glob("usr/lib/*/alsa-lib")
        return {
            **super().environment(),
            **self.card.environment,
            "ALSA_CONFIG_PATH": str(self.folder / "alsa.conf"),
            "ALSA_PLUGIN_DIR": str(plugins),
        }


def _peers() -> Path:
    return Path(os.environ["ALLO_PEERS"])


def _secret(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)
