"""What a call takes: our engine with the sound card and all processing on, beside linphonec.

Both in a G.722 call with the exchange's echo, in turn, three times each; the median counts. Ours
hears speech in its microphone and says it again by its loudspeaker; so does linphonec, with the
same card and what it has of processing (an echo canceller). linphonec as in ``benchmarks.engine``,
with a file in the place of card and processing, is there to see what those take.

Our engine is two processes: itself, and the one that watches which devices there are. Processor
time and PSS are of both, and of the watcher alone; RSS, which does not add up, is the engine's.
(linphonec has one process; if it had more, they would count too.)
"""

import statistics
from dataclasses import astuple, dataclass
from pathlib import Path

from benchmarks.processes import Family
from benchmarks.result import Result
from benchmarks.sound.rig import CALL, LINPHONE, ON, OURS, Stage, on_card, result, stage
from softphone import protocol
from softphone.engine_process import EngineProcess
from tests.softphone.engine.dialogue import await_packets, reached
from tests.support.peers import AlsaLinphone, Linphone
from tests.support.sound import level, speech

ECHO = "*43"
SECONDS = 8.0
ROUNDS = 3
CPU_TIMES = 3.0
RSS_MIB = 75.0
CARD = "/dev/shm/jack"
"""Memory that the virtual card shares with its programs, 100 MB: no real one has it."""
HEARD_DBFS = -50.0


@dataclass(frozen=True)
class Taken:
    """By one phone: percent of a core, MiB without the virtual card's part."""

    cpu: float
    children_cpu: float
    rss: float
    """Without its children."""
    pss: float
    children_pss: float


def measure(folder: Path) -> list[Result]:
    """Processor time and memory, in the middle of the call."""
    taken: dict[str, list[Taken]] = {"ours": [], "linphonec": [], "without card": []}
    with stage(folder) as set_up:
        for number in range(ROUNDS):
            taken["ours"].append(_ours(set_up))
            taken["linphonec"].append(_linphonec_on_card(set_up, folder / f"card{number}"))
            taken["without card"].append(_linphonec(set_up, folder / f"file{number}"))
    middle = {
        name: Taken(*map(statistics.median, zip(*map(astuple, rounds), strict=True)))
        for name, rounds in taken.items()
    }
    cpu, rss, pss = (
        {name: getattr(one, what) for name, one in middle.items()} for what in ("cpu", "rss", "pss")
    )
    ours = middle["ours"]
    return [
        result("CPU in a G.722 call, card, processing on: engine and watcher", cpu, "% of a core"),
        Result("sound", "CPU in that call: of it the watcher", ours.children_cpu, "% of a core"),
        Result("sound", "CPU in that call, engine and watcher beside linphonec",
               cpu["ours"] / cpu["linphonec"], "times", target=CPU_TIMES),
        result("RSS in that call: engine alone", rss, "MiB", RSS_MIB),
        result("PSS in that call: engine and watcher", pss, "MiB"),
        Result("sound", "PSS in that call: of it the watcher", ours.children_pss, "MiB"),
    ]  # fmt: skip


def _ours(set_up: Stage) -> Taken:
    with (
        EngineProcess(environment=set_up.card.environment) as phone,
        set_up.card.patch() as patch,
    ):
        phone.send(protocol.Sound(source="silence", sink="nothing"))
        phone.send(set_up.pbx.account(OURS[0]))
        phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
        phone.send(protocol.Dial(call=CALL, to=ECHO))
        reached(phone, CALL, "connected")
        ports = on_card(patch, phone, ON)
        patch.play(speech(10, set_up.card.rate), into=ports.microphone)
        told = await_packets(phone, CALL, 50)
        assert told.codec.startswith("G722"), told
        return _taken(phone.pid, children=1)


def _linphonec_on_card(set_up: Stage, folder: Path) -> Taken:
    account = set_up.account(LINPHONE, "localhost")
    with (
        AlsaLinphone(folder / "linphonec", account, set_up.card) as phone,
        set_up.card.patch() as patch,
    ):
        before = {kind: patch.ports(kind) for kind in ("in", "out")}
        phone.await_registered()
        phone.dial(ECHO)
        phone.await_talking()
        (microphone,) = patch.await_ports("in", before["in"])
        (loudspeaker,) = patch.await_ports("out", before["out"])
        patch.play(speech(10, set_up.card.rate), into=microphone)
        heard = patch.record(loudspeaker, 3.0)
        assert level(heard) > HEARD_DBFS, "it hears nothing"
        return _taken(phone.process.pid)


def _linphonec(set_up: Stage, folder: Path) -> Taken:
    with Linphone(
        folder / "linphonec", set_up.account(LINPHONE, "localhost"), record=False
    ) as phone:
        phone.await_registered()
        phone.dial(ECHO)
        phone.await_talking()
        return _taken(phone.process.pid)


def _taken(pid: int, children: int | None = None) -> Taken:
    """AssertionError when it has not so many ``children``: then not all would be counted."""
    family = Family(pid)
    assert children in (None, len(family.children)), family.children
    cpu, children_cpu = family.cpu(SECONDS)
    pss, children_pss = family.pss(_counts)
    return Taken(cpu, children_cpu, family.rss(_counts), pss, children_pss)


def _counts(path: str) -> bool:
    return not path.startswith(CARD)
