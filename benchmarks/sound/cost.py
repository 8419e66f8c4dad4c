"""What a call takes: our engine with the sound card and all processing, beside linphonec.

Both in a G.722 call with the exchange's echo, in turn, three times each; the median counts. Ours
hears speech in its microphone and says it again by its loudspeaker, all processing on; so does
linphonec, with the same card and what it has of processing (an echo canceller). linphonec as in
``benchmarks.engine``, with a file in the place of card and processing, is there to see what those
take.
"""

import statistics
from pathlib import Path

import psutil

from benchmarks.result import Result
from benchmarks.sound.rig import CALL, LINPHONE, OURS, Stage, on_card, result, stage
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
MIB = 1024 * 1024


def measure(folder: Path) -> list[Result]:
    """Processor time and memory, in the middle of the call."""
    with stage(folder) as set_up:
        rounds = [
            (
                _ours(set_up),
                _linphonec_on_card(set_up, folder / f"card{number}"),
                _linphonec(set_up, folder / f"file{number}"),
            )
            for number in range(ROUNDS)
        ]
    cpu, rss, pss = (
        {
            name: statistics.median(taken[who][what] for taken in rounds)
            for who, name in enumerate(("ours", "linphonec", "without card"))
        }
        for what in range(3)
    )
    return [
        result("CPU in a G.722 call, card and processing", cpu, "% of a core"),
        Result("sound", "CPU in that call, ours beside linphonec",
               cpu["ours"] / cpu["linphonec"], "times", target=CPU_TIMES),
        result("RSS in that call", rss, "MiB", RSS_MIB),
        result("PSS in that call", pss, "MiB"),
    ]  # fmt: skip


def _ours(set_up: Stage) -> tuple[float, float, float]:
    with (
        EngineProcess(environment=set_up.card.environment) as phone,
        set_up.card.patch() as patch,
    ):
        phone.send(protocol.Sound(source="silence", sink="nothing"))
        phone.send(set_up.pbx.account(OURS[0]))
        phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
        phone.send(protocol.Dial(call=CALL, to=ECHO))
        reached(phone, CALL, "connected")
        ports = on_card(patch, phone, protocol.Processing())
        patch.play(speech(10, set_up.card.rate), into=ports.microphone)
        told = await_packets(phone, CALL, 50)
        assert told.codec.startswith("G722"), told
        return _taken(phone.pid)


def _linphonec_on_card(set_up: Stage, folder: Path) -> tuple[float, float, float]:
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


def _linphonec(set_up: Stage, folder: Path) -> tuple[float, float, float]:
    with Linphone(
        folder / "linphonec", set_up.account(LINPHONE, "localhost"), record=False
    ) as phone:
        phone.await_registered()
        phone.dial(ECHO)
        phone.await_talking()
        return _taken(phone.process.pid)


def _taken(pid: int) -> tuple[float, float, float]:
    """Processor time in percent of a core; RSS and PSS in MiB without the virtual card's part."""
    process = psutil.Process(pid)
    cpu = process.cpu_percent(interval=SECONDS)
    maps = [each for each in process.memory_maps() if not each.path.startswith(CARD)]
    rss, pss = (sum(getattr(each, what) for each in maps) / MIB for what in ("rss", "pss"))
    return float(cpu), rss, pss
