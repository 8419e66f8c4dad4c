"""People at their telephones: what one can do, and whether phones and PBX agree afterwards.

The calls of each engine, known from its facts, are compared with the PBX's own list of channels
and with what AMI told of holding. ``storm_rules`` has the dialogues.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pbx_config.model import Exchange
from softphone import protocol
from softphone.engine_process import EngineProcess

PATIENCE_S = 15.0
"""For a command's effect, and until both views agree. Nothing under way lasts so long: a ring
ends by itself after 25 s, but ringing is a state and no disagreement."""
MAX_CALLS = 4
ECHO_TEST = "*43"

_CHANNEL = re.compile(r"PJSIP/(?P<device>u\d+-\d+)-[^-]*$")
_STATE = 4
"""Column of ``core show channels concise``."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A call as its phone knows it."""

    state: str
    """As the PBX calls it: ``Ring`` (we call), ``Ringing`` (it rings here), ``Up``."""
    rang: bool = False
    """It rings, or did, at the other side."""
    held: bool = False
    """We let the other side wait."""


class StormPhone:
    """An engine, and what it said."""

    def __init__(self, number: int, start: Callable[..., EngineProcess]) -> None:
        """``start``: as ``EngineProcess``."""
        self.device = f"u{number}-1"
        self.extension = str(2000 + number)
        self._lock = threading.Lock()
        self._calls: dict[str, Talk] = {}
        self._over: set[str] = set()
        self._answers: set[tuple[type[protocol.Fact], str]] = set()
        """Facts of some kinds about a call that came since ``forget``."""
        self.faults: list[protocol.Fault] = []
        self.engine = start(name=f"phone {self.extension}", on_fact=self._hear)

    @property
    def calls(self) -> dict[str, Talk]:
        """By key."""
        with self._lock:
            return dict(self._calls)

    def is_over(self, call: str) -> bool:
        """The call was there and has ended, or never came about."""
        with self._lock:
            return call in self._over

    def said(self, kind: type[protocol.Fact], call: str) -> bool:
        """Whether such a fact about the call came since ``forget``."""
        with self._lock:
            return (kind, call) in self._answers

    def forget(self) -> None:
        """What was said so far counts no more for ``said``."""
        with self._lock:
            self._answers.clear()

    def _hear(self, fact: protocol.AnyFact) -> None:
        with self._lock:
            call = getattr(fact, "call", "")
            self._answers.add((type(fact), call))
            match fact:
                case protocol.Incoming():
                    self._calls[call] = Talk("Ringing")
                case protocol.CallState(state="ended"):
                    self._calls.pop(call, None)
                    self._over.add(call)
                case protocol.CallState(state="connected"):
                    self._calls[call] = replace(self._calls[call], state="Up")
                case protocol.CallState(state="ringing"):
                    self._calls[call] = replace(self._calls[call], rang=True)
                case protocol.CallState():
                    self._calls[call] = Talk("Ring")
                case protocol.Held(here=here):
                    self._calls[call] = replace(self._calls[call], held=here)
                case protocol.Fault():
                    self.faults.append(fact)


View = list[str]
"""A phone's calls as itself or as the PBX sees them, sorted: ``Up``, ``Up holding``…"""


class Holds:
    """Channels whose phone lets the other side wait, as AMI tells: no list of the PBX holds it."""

    def __init__(self, exchange: Exchange) -> None:
        self.channels: frozenset[str] = frozenset()
        self._socket = socket.create_connection(("127.0.0.1", exchange.network.ami_port), 10)
        self._socket.settimeout(None)
        self._socket.sendall(
            f"Action: Login\r\nUsername: {exchange.ami.username}\r\n"
            f"Secret: {exchange.ami.secret}\r\nEvents: call\r\n\r\n".encode()
        )
        self._lines = self._socket.makefile(encoding="utf-8", newline="\r\n")
        self._lines.readline()  # the banner
        assert self._packet()["Response"] == "Success"
        self._thread = threading.Thread(target=self._read, name="holds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._lines.close()
        self._socket.close()

    def _packet(self) -> dict[str, str]:
        packet = {}
        while line := self._lines.readline().strip():
            name, _, value = line.partition(": ")
            packet[name] = value
        return packet

    def _read(self) -> None:
        while packet := self._packet():
            match packet:
                case {"Event": "Hold", "Channel": channel}:
                    self.channels |= {channel}
                case {"Event": "Unhold" | "Hangup", "Channel": channel}:
                    self.channels -= {channel}


@dataclass(frozen=True, slots=True)
class Step:
    """A command to a phone, and how one sees that it was obeyed, or could not be."""

    phone: StormPhone
    command: protocol.Command
    done: Callable[[], bool]

    def __str__(self) -> str:
        return f"{self.phone.extension}: {protocol.encode(self.command).decode().strip()}"


class Storm:
    """The phones, the PBX, and what was done so far."""

    def __init__(
        self, phones: Sequence[StormPhone], ask: Callable[[str], str], holds: Holds
    ) -> None:
        """``ask``: a console command's answer. The phones are registered."""
        self.phones = phones
        self.steps = 0
        """Of the dialogues, in all runs."""
        self.examples = 0
        self.journal: list[str] = []
        """Of this run."""
        self.problem: Exception | None = None
        self._ask = ask
        self._holds = holds
        self._dialled = 0

    def begin(self) -> None:
        """A run: everybody's phone is idle."""
        self.examples += 1
        self.journal.clear()
        self.settle()
        assert not any(phone.calls for phone in self.phones)

    def take(self, *steps: Step) -> None:
        """Do these in the same moment; wait until each has had its effect."""
        for step in steps:
            step.phone.forget()
        for step in steps:
            self.journal.append(str(step))
            step.phone.engine.send(step.command)
        deadline = time.monotonic() + PATIENCE_S
        for step in steps:
            while not step.done():
                assert time.monotonic() < deadline, self._story(f"no effect: {step}")
                time.sleep(0.005)

    def settle(self) -> None:
        """Wait until phones and PBX agree. Fails when they do not."""
        deadline = time.monotonic() + PATIENCE_S
        while (here := self._at_phones()) != (there := self._at_pbx()):
            if time.monotonic() > deadline:
                views = f"phones: {here}\nPBX:    {there}\n{self._ask('core show channels')}"
                raise AssertionError(self._story(f"phones and PBX disagree\n{views}"))
            time.sleep(0.03)
        for phone in self.phones:
            assert not phone.faults, self._story(str(phone.faults))

    def end(self) -> None:
        """Everybody hangs up: nothing is left, and each phone has all its places again."""
        self._clear()
        self.take(*(self.dial(phone, ECHO_TEST) for phone in self.phones for _ in range(MAX_CALLS)))
        self.settle()
        for phone in self.phones:
            states = [call.state for call in phone.calls.values()]
            assert states == ["Up"] * MAX_CALLS, self._story(f"{phone.extension}: {states}")
        self._clear()
        for phone in self.phones:
            assert phone.engine.process.poll() is None, self._story(f"{phone.extension} is dead")
            assert not phone.calls, self._story(f"{phone.extension}: {phone.calls}")

    def among(self, state: str, pick: int) -> tuple[StormPhone, str] | None:
        """One of the calls in this state, or None."""
        found = [
            (phone, key)
            for phone in self.phones
            for key, call in sorted(phone.calls.items())
            if call.state == state
        ]
        return found[pick % len(found)] if found else None

    def dial(self, phone: StormPhone, to: str) -> Step:
        """Call somebody; over four calls the engine says no."""
        self._dialled += 1
        key = f"c{self._dialled}"

        def done() -> bool:
            talk = phone.calls.get(key)
            under_way = talk and (talk.rang or talk.state == "Up")
            return bool(under_way) or self._over_or_refused(phone, key)

        return Step(phone, protocol.Dial(call=key, to=to), done)

    def answer(self, phone: StormPhone, call: str) -> Step:
        """Take a call that rings."""

        def done() -> bool:
            talk = phone.calls.get(call)
            return bool(talk and talk.state == "Up") or self._over_or_refused(phone, call)

        return Step(phone, protocol.Answer(call=call), done)

    def reject(self, phone: StormPhone, call: str, why: str) -> Step:
        """Refuse a call that rings."""
        command = protocol.Reject(call=call, why="busy" if why == "busy" else "decline")
        return Step(phone, command, lambda: self._over_or_refused(phone, call))

    def hangup(self, phone: StormPhone, call: str) -> Step:
        """End a call in any state."""
        return Step(phone, protocol.Hangup(call=call), lambda: phone.is_over(call))

    def hold(self, phone: StormPhone, call: str, on: bool) -> Step:
        """Let the other side wait, or take the call up again."""

        def done() -> bool:
            talk = phone.calls.get(call)
            agreed = phone.said(protocol.Held, call) or (talk and talk.held == on)
            return bool(agreed) or self._over_or_refused(phone, call)

        return Step(phone, protocol.Hold(call=call, on=on), done)

    def mute(self, phone: StormPhone, call: str, on: bool) -> Step:
        """Microphone off or on."""
        return Step(
            phone,
            protocol.Mute(call=call, on=on),
            lambda: phone.said(protocol.Muted, call) or self._over_or_refused(phone, call),
        )

    def press(self, phone: StormPhone, call: str, digits: str) -> Step:
        """Keys; the engine says nothing about them, the counters asked after show that it lives."""
        phone.engine.send(protocol.Dtmf(call=call, digits=digits))
        return Step(
            phone,
            protocol.Stats(call=call),
            lambda: phone.said(protocol.CallStats, call) or self._over_or_refused(phone, call),
        )

    def transfer(self, phone: StormPhone, call: str, to: str) -> Step:
        """Blind."""
        return Step(
            phone,
            protocol.Transfer(call=call, to=to),
            lambda: phone.said(protocol.Transferred, call) or self._over_or_refused(phone, call),
        )

    def connect(self, phone: StormPhone, call: str, other: str) -> Step:
        """Attended."""
        return Step(
            phone,
            protocol.Connect(call=call, other=other),
            lambda: phone.said(protocol.Transferred, call) or self._over_or_refused(phone, call),
        )

    @staticmethod
    def _over_or_refused(phone: StormPhone, call: str) -> bool:
        return phone.is_over(call) or phone.said(protocol.Error, call)

    def _at_phones(self) -> dict[str, View]:
        return {
            phone.extension: sorted(
                talk.state + " holding" * talk.held for talk in phone.calls.values()
            )
            for phone in self.phones
        }

    def _at_pbx(self) -> dict[str, View]:
        views: dict[str, View] = {phone.extension: [] for phone in self.phones}
        extensions = {phone.device: phone.extension for phone in self.phones}
        holding = self._holds.channels
        for line in self._ask("core show channels concise").splitlines():
            channel, *_ = columns = line.split("!")
            if match := _CHANNEL.match(channel):
                state = columns[_STATE] + " holding" * (channel in holding)
                views[extensions[match["device"]]].append(state)
        return {extension: sorted(view) for extension, view in views.items()}

    def _clear(self) -> None:
        """Hang up, also what rings only now, until there is not one channel of whatever kind."""
        deadline = time.monotonic() + PATIENCE_S
        while channels := self._ask("core show channels concise").strip():
            assert time.monotonic() < deadline, self._story(f"channels are left:\n{channels}")
            self.take(*(self.hangup(phone, call) for phone in self.phones for call in phone.calls))
            if not re.search("^PJSIP/", channels, re.MULTILINE):
                # No phone has to do with it: a queue's call handed on from both ends, say to the
                # echo test and to voicemail. The two machines would talk on for minutes.
                self._ask("channel request hangup all")
            time.sleep(0.03)

    def _story(self, what: str) -> str:
        facts = "\n".join(
            f"{phone.extension} said: {protocol.encode(fact).decode().strip()}"
            for phone in self.phones
            for fact in phone.engine.facts[-25:]
        )
        return "\n".join((what, "steps:", *self.journal, facts))
