"""``make run``: the whole product on the example commune, from a CSV to a call both sides hear.

Drives the product's own commands (tests/support/town.py) and says what happened, stage by stage,
with times. With a display the receptionist has the real window; without one, or when the window
does not come, everything runs headless. Goes on until Ctrl-C, or with ``--once`` stops by itself:
status 0 only if each side heard the other.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the demonstration shares tests/support with the tests

from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from softphone import protocol  # noqa: E402
from softphone.calls import Call  # noqa: E402
from softphone.engine_process import EngineError, EngineProcess  # noqa: E402
from softphone.enrol import EnrolError  # noqa: E402
from softphone.state import State  # noqa: E402
from tests.support.robot import RobotPhone, has_message  # noqa: E402
from tests.support.sound import tone_seconds  # noqa: E402
from tests.support.town import EXAMPLES, CommandFailed, Town  # noqa: E402

HOME = ROOT / ".run" / "demo"
RECEPTIONIST, AGENT, ABSENT = "2000", "2001", "2002"
MAIN_NUMBER = "071 00 00 00"
CITIZEN_HZ, AGENT_HZ = 440.0, 800.0
TALK = 4.0
"""Seconds both sides speak (each its own tone)."""
HEARD_ENOUGH = 3.0
WINDOW_WITHIN = 30.0
"""Seconds for the receptionist's window to come up and its phone to register."""
LAST_WORDS = 6
"""Lines shown of what a window said before it ended."""
TEXT = (
    "Une citoyenne attend son acte de naissance — peux-tu la rappeler avant midi ? Merci, à tantôt."
)

console = Console(highlight=False)


@contextmanager
def stage(title: str) -> Iterator[None]:
    """One line: what is being done, then how long it took."""
    began = time.monotonic()
    with console.status(title):
        yield
    console.print(f"  {title:<58} {time.monotonic() - began:6.1f} s")


def main() -> int:
    """Run the demonstration; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="stop after the demonstration")
    once = parser.parse_args().once
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # ends like Ctrl-C: everything stopped
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    began = time.monotonic()
    _clear()
    try:
        with Town(HOME) as town:
            heard = demonstrate(town, began, display=display)
            if not once:
                _stay(town)
    except KeyboardInterrupt:
        console.print("\nEverything that was started is stopped.")
        return 0
    except (CommandFailed, EngineError, EnrolError, TimeoutError) as problem:
        console.print(f"\n[red]The demonstration failed:[/red] {problem}", markup=True)
        return 1
    console.print("Everything that was started is stopped.")
    return 0 if heard else 1


def demonstrate(town: Town, began: float, *, display: bool) -> bool:
    """Everything, in order; whether each side heard the other."""
    with stage("Installation: configuration, certificates"):
        town.create()
    with stage("Import examples/commune.csv"):
        imported = town.allo("import", str(EXAMPLES / "commune.csv"))
    console.print(f"    {len(imported['added'])} agents, each with an extension")
    with stage("Plan"):
        plan = town.allo("plan")
    for change in plan["changes"]:
        console.print(f"    {change['text']}", style="green")
    with stage("Apply"):
        town.allo("apply", "--yes")
    with stage("Asterisk"):
        version = town.pbx_up()["version"]
    with stage(f"Server (Asterisk {version} answers)"):
        url = town.serve()
    with stage(f"Phones enrol over {url}"):
        agent = _phone(town, AGENT)
        window = open_window(town, agent) if display else None
        receptionist = None if window else _phone(town, RECEPTIONIST)
        watcher = receptionist or agent
    console.print(f"  first phone registered {time.monotonic() - began:.1f} s after the start")
    with stage("A citizen calls the main number, an agent answers, both talk"):
        heard, table = _citizen_calls(town, agent, watcher)
    console.print(table)
    with stage("A message to somebody who is not there yet, then comes"):
        delivered = _message(town, watcher)
    console.print(f"    « {TEXT} »\n    {delivered}")
    console.print(who([agent, *([receptionist] if receptionist else [])], window))
    if window and window.process.poll():  # it was there, then crashed
        window.print_last_words()
    return heard


def _citizen_calls(town: Town, agent: RobotPhone, watcher: RobotPhone) -> tuple[bool, Table]:
    """The main job: trunk → main number → queue → agent; the recordings of both sides judged."""
    citizen = town.citizen()
    ours, theirs = HOME / "agent-heard.wav", HOME / "citizen-heard.wav"
    _speak(agent.engine, AGENT_HZ, ours)
    _speak(citizen, CITIZEN_HZ, theirs)
    citizen.send(protocol.Dial(call="citizen", to=MAIN_NUMBER))
    seen = watcher.wait("waiting caller", lambda state: any(q.callers for q in state.queues))
    queue = next(queue for queue in seen.queues if queue.callers)
    caller = queue.callers[0]
    rung = agent.wait(
        "ring", lambda state: any(c.state == "incoming" for c in state.calls.values())
    )
    call = next(call for call in rung.calls.values() if call.state == "incoming")
    time.sleep(2)  # an agent who finishes a sentence before picking up; the caller waits meanwhile
    waited = time.time() - caller.since
    agent.engine.send(protocol.Answer(call=call.key))
    agent.wait("answer", lambda state: _connected(state.calls.get(call.key)))
    time.sleep(TALK)  # they talk: it is the duration that is wanted, not an event
    agent.engine.send(protocol.Stats(call=call.key))
    stats = agent.engine.wait(protocol.CallStats)
    citizen.send(protocol.Hangup(call="citizen"))
    agent.wait("hang-up", lambda state: not _connected(state.calls.get(call.key)))
    citizen.wait(protocol.CallState, lambda fact: fact.state == "ended")
    agent_heard, citizen_heard = tone_seconds(ours, CITIZEN_HZ), tone_seconds(theirs, AGENT_HZ)
    table = Table.grid(padding=(0, 2))
    members = ", ".join(f"{member.name} ({member.state})" for member in queue.members)
    for row in (
        (
            "receptionist saw",
            f"{caller.number} in {queue.title}, {waited:.1f} s; members: {members}",
        ),
        ("agent's phone", f"{agent.state.me.name}, {agent.extension}: call for {call.queue_title}"),
        ("codec, SRTP", f"{stats.codec}, {stats.srtp or 'none'}"),
        ("packets", f"{stats.sent} sent, {stats.received} received, {stats.lost} lost"),
        ("agent heard", f"the citizen's {CITIZEN_HZ:g} Hz for {agent_heard:.1f} s"),
        ("citizen heard", f"the agent's {AGENT_HZ:g} Hz for {citizen_heard:.1f} s"),
    ):
        table.add_row("   ", *row)
    return min(agent_heard, citizen_heard) >= HEARD_ENOUGH, table


def _message(town: Town, sender: RobotPhone) -> str:
    """To an agent without a phone; stored, then delivered when she opens one."""
    sent = sender.link.send_message(ABSENT, TEXT).result(10)
    absent = town.phone(ABSENT)
    absent.wait("message", has_message(TEXT))
    return f"stored as no. {sent.id}, delivered to {absent.state.me.name} when her phone came up"


def who(phones: list[RobotPhone], window: "Window | None") -> Table:
    """Who is registered, and how."""
    table = Table("poste", "who", "line", "how", title="Registered", title_justify="left")
    for phone in phones:
        line = phone.state.line
        how = f"{line.tls}, digest {line.auth}"
        table.add_row(phone.extension, phone.state.me.name, line.state, how)
    if window:
        seen = window.seen_by.state.board.colleagues[RECEPTIONIST]
        line_state = "offline" if seen.presence == "offline" else "registered"
        table.add_row(RECEPTIONIST, seen.name, line_state, window.how())
    return table


def _phone(town: Town, extension: str) -> RobotPhone:
    phone = town.phone(extension)
    phone.wait("registered", lambda state: state.ready)
    phone.wait("live picture", lambda state: state.board.fresh)
    return phone


@dataclass(frozen=True, slots=True)
class Window:
    """The receptionist's real window, a process of its own."""

    process: "subprocess.Popen[bytes]"
    seen_by: RobotPhone
    """A colleague, on whose live picture its phone is seen."""
    said: Path
    """Where its output goes."""

    def registered(self) -> bool:
        """Whether its phone is registered; waits for that while the process lives."""
        deadline = time.monotonic() + WINDOW_WITHIN
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):  # then look at the process again
                self.seen_by.wait("receptionist registered", _receptionist_there, timeout=0.5)
                return self.process.poll() is None
        return False

    def how(self) -> str:
        """One clause for people."""
        if (status := self.process.poll()) is not None:
            return f"its window has ended (status {status})"
        return f"its window, as {self.seen_by.state.me.name} sees it"

    def print_last_words(self) -> None:
        """The end of what it said, without its empty lines."""
        lines = self.said.read_text(errors="replace").split("\n")
        words = "\n".join([line for line in lines if line.strip()][-LAST_WORDS:])
        console.print("    Last words of the receptionist's window:", style="yellow")
        console.print(textwrap.indent(words, "      "), markup=False, soft_wrap=True)

    def end(self, within: float = 10.0) -> None:
        """Ask it to end; kill it when it does not."""
        self.process.terminate()
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def open_window(town: Town, seen_by: RobotPhone) -> Window | None:
    """The receptionist's window, its phone registered; None, and why on the screen, without one.

    It ends with the town.
    """
    said = town.home / "window.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "softphone.main"),
                *(town.link(RECEPTIONIST), "--home", str(town.home / "window")),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    window = Window(process, seen_by, said)
    town.on_close(window.end)
    if window.registered():
        return window
    status = process.poll()
    happened = (
        f"is not there after {WINDOW_WITHIN:g} s" if status is None else f"ended (status {status})"
    )
    window.end()
    console.print(
        f"    The receptionist's window {happened}; going on without it. "
        f"DISPLAY is “{os.environ.get('DISPLAY', '')}”.",
        style="yellow",
        soft_wrap=True,
    )
    window.print_last_words()
    return None


def _receptionist_there(state: State) -> bool:
    colleague = state.board.colleagues.get(RECEPTIONIST)
    return colleague is not None and colleague.presence not in ("offline", "unknown")


def _speak(engine: EngineProcess, hz: float, heard: Path) -> None:
    engine.send(protocol.Sound(source="tone", tone_hz=hz, sink="file", sink_file=str(heard)))


def _connected(call: Call | None) -> bool:
    return call is not None and call.state == "connected"


def _stay(town: Town) -> None:
    console.print(
        f"\nallo goes on running; Ctrl-C stops everything. A phone of your own:\n"
        f"  .venv/bin/allo --home {HOME} enrol 2003\n  .venv/bin/allo-phone LINK"
    )
    signal.pause()


def _clear() -> None:
    """What an earlier demonstration left that could not end by itself: its Asterisk, its folder."""
    if HOME.exists():
        allo = [sys.executable, "-m", "provisioning.cli.main", "--home", str(HOME)]
        subprocess.run([*allo, "pbx", "down"], capture_output=True, check=False, timeout=60)
        shutil.rmtree(HOME)
    HOME.mkdir(parents=True)


if __name__ == "__main__":
    sys.exit(main())
