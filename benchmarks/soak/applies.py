"""Twenty calls through a hundred changes of the exchange: is one lost, is one interrupted?

Citizens are raw sockets on the operator's side of the line, so that every packet is seen as it
comes; agents are real telephones, four calls each, all of which speak a tone. What changes is what
an administration changes: names, hours, queues, menus, in turn, by ``allo`` and its whole way.
"""

import csv
import selectors
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.result import Result
from softphone import protocol
from tests.softphone.engine.dialogue import reached, stats
from tests.support.ports import free_port
from tests.support.robot import RobotPhone
from tests.support.sip import Dialog, Peer, udp
from tests.support.town import CITIZEN, EXAMPLES, Town

APPLIES = 100
AGENTS = {"2002": "071000011", "2003": "071000012", "2004": "071000013", "2006": "071000021",
          "2007": "071000022"}  # fmt: skip
CALLS_EACH = 4
PACKET_S = 0.02
ALAW = 8
SILENCE = b"\xd5" * 160

CHANGING = """
[[hours]]
name = "Permanence"
week = ["lun-dim 00:00-23:{minute:02}"]

[[prompt]]
name = "Bienvenue"
fr = "Bienvenue."

[[menu]]
name = "Menu"
extension = "2998"
prompt = "Bienvenue"
seconds = {seconds}
otherwise = "goodbye"
keys = {{ 1 = "Population" }}

[[service]]
name = "Travaux"
extension = "2970"
hours = "Permanence"
wrapup = {wrapup}
"""


@dataclass
class Line:
    """One citizen in a call."""

    peer: Peer
    dialog: Dialog
    end: socket.socket
    to: tuple[str, int]
    last: float = 0.0
    gap: float = 0.0
    """The longest time without a packet from the agent, s."""


class Sound(threading.Thread):
    """Every citizen's packets out and in, until ``stop``."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self._lines = lines
        self._over = threading.Event()
        self.late = 0.0
        """How late this thread itself was at worst, s: a gap of that length may be its own."""

    def run(self) -> None:
        """Send every 20 ms; what comes meanwhile is noted when it comes."""
        with selectors.DefaultSelector() as ready:
            for line in self._lines:
                ready.register(line.end, selectors.EVENT_READ, line)
            number, due = 0, time.monotonic()
            while not self._over.is_set():
                header = struct.pack("!BBHII", 0x80, ALAW, number % 65536, 160 * number, 4711)
                for line in self._lines:
                    line.end.sendto(header + SILENCE, line.to)
                number, due = number + 1, due + PACKET_S
                while (left := due - time.monotonic()) > 0:
                    for key, _ in ready.select(left):
                        _arrived(key.data)
                self.late = max(self.late, -left)

    def stop(self) -> None:
        """And wait for it."""
        self._over.set()
        self.join()


def measure(folder: Path) -> list[Result]:
    """Calls lost, the longest gap, packets that did not reach an agent."""
    with ExitStack() as stack:
        town = stack.enter_context(Town(folder))
        town.start()
        phones = {number: town.phone(extension) for extension, number in AGENTS.items()}
        keys: dict[RobotPhone, list[str]] = {phone: [] for phone in phones.values()}
        lines = []
        for number, phone in phones.items():
            phone.wait("registered", lambda state: state.ready)
            phone.engine.send(protocol.Sound(source="tone", sink="nothing"))
            for _ in range(CALLS_EACH):
                lines.append(stack.enter_context(_call(town, phone, number, keys[phone])))
        sound = Sound(lines)
        sound.start()
        began = time.monotonic()
        try:
            done = sum(_apply(town, folder, turn, lines) for turn in range(APPLIES))
        finally:
            sound.stop()
        seconds = time.monotonic() - began
        there = [
            stats(phone.engine, key)
            for phone, own in keys.items()
            for key in own
            if phone.state.calls[key].state == "connected"
        ]
        lost, got = (sum(getattr(one, what) for one in there) for what in ("lost", "received"))
    return [
        Result("applies", f"changes applied, in {seconds:.0f} s", done, "", "higher",
               target=APPLIES),
        Result("applies", f"calls of {len(lines)} that were lost", len(lines) - len(there), "",
               target=0),
        Result("applies", "longest gap in what a citizen hears", 1000 * max(x.gap for x in lines),
               "ms", target=100, beside={"lateness of the instrument": 1000 * sound.late}),
        Result("applies", f"packets lost on the way to the agents, of {got + lost}", lost, ""),
    ]  # fmt: skip


@contextmanager
def _call(town: Town, phone: RobotPhone, number: str, keys: list[str]) -> Iterator[Line]:
    """A citizen who talks with an agent, for as long as the block lasts."""
    pbx = ("127.0.0.1", town.installation["sip_udp_port"])
    wire = udp((CITIZEN, free_port(socket.SOCK_DGRAM)), pbx)
    with (
        closing(Peer(wire, f"+324700001{len(keys)}{phone.extension[-1]}")) as peer,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end,
    ):
        end.bind((CITIZEN, free_port(socket.SOCK_DGRAM)))
        free_port(socket.SOCK_DGRAM)  # the next one is RTCP's, and nobody else's
        peer.formats, peer.rtp_port = str(ALAW), end.getsockname()[1]
        dialog = peer.call(number)
        key = phone.engine.wait(protocol.Incoming).call
        phone.engine.send(protocol.Answer(call=key))
        answer = peer.response(dialog)
        assert answer.code == 200, answer.start
        reached(phone.engine, key, "connected")
        keys.append(key)
        port = int(answer.body.split("m=audio ")[1].split()[0])
        yield Line(peer, dialog, end, ("127.0.0.1", port))
        with suppress(TimeoutError):  # it may have been lost
            peer.hang_up(dialog)


def _arrived(line: Line) -> None:
    line.end.recv(2048)
    now = time.monotonic()
    if line.last:
        line.gap = max(line.gap, now - line.last)
    line.last = now


def _apply(town: Town, folder: Path, turn: int, lines: list[Line]) -> bool:
    """Change something, apply it; whether anything was reloaded. Citizens answer the exchange."""
    if turn % 3:
        commune = town.home / "commune.toml"
        text = commune.read_text(encoding="utf-8").split("\n[[hours]]")[0].rstrip() + "\n"
        commune.write_text(
            text + CHANGING.format(minute=turn % 59, seconds=2 + turn % 9, wrapup=turn % 30),
            encoding="utf-8",
        )
        done = town.allo("apply", "--yes")
    else:
        agents = folder / "agents.csv"
        _renamed(agents, turn)
        done = town.allo("import", str(agents), "--apply", "--yes")["apply"]
    for line in lines:
        line.peer.quiet(0.001)
    return bool(done["reloaded"])


def _renamed(path: Path, turn: int) -> None:
    """The example's list, one agent's last name another each time."""
    with (EXAMPLES / "commune.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1 + turn % (len(rows) - 1)][1] = "Renommé-" + chr(ord("a") + turn % 26)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
