"""A virtual sound card, an exchange, and two phones of one make that talk over both."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from benchmarks.result import Result
from pbx_config.layout import Layout
from softphone import protocol
from softphone.engine_process import COMMAND, EngineProcess
from tests.softphone.engine.conftest import Pbx, running
from tests.softphone.engine.dialogue import await_packets, talk
from tests.support.exchange import make_ca, make_user, password_of, small_exchange
from tests.support.peers import JackBaresip, SipAccount
from tests.support.sound import Patch, SoundCard, sound_card

OURS = (1, 2)
BARESIP = (3, 4)
LINPHONE = 5
"""Numbers of their users."""
CALL = "c"
"""Our caller's key."""
ON = protocol.Processing()
"""All of the microphone's processing, as the phone is shipped."""
OFF = protocol.Processing(echo=False, noise=False, gain=False, high_pass=False)


@dataclass
class Talk:
    """Two phones in a call, and the ends of the way from the first to the second."""

    into: str
    """What the first one's microphone hears (a port of the card)."""
    source: str
    """What the second one's loudspeaker says."""
    phones: Sequence[EngineProcess] = ()
    """Ours, where they are ours."""
    key: str = ""
    """The second's key of the call."""
    said: Sequence[int] = ()
    """How many facts each of ours had told when the call had its sound."""

    def opened_anew(self) -> int:
        """How often one of ours opened its card again since, or lost it: who listens at its ports
        hears nothing from then on. What it told of it is printed."""
        news = [
            fact
            for phone, before in zip(self.phones, self.said, strict=True)
            for fact in phone.facts[before:]
            if isinstance(fact, protocol.SoundState | protocol.Fault | protocol.Devices)
        ]
        for fact in news:
            print(fact)
        return sum(isinstance(fact, protocol.SoundState) for fact in news)


@dataclass
class Stage:
    """Where phones can talk."""

    pbx: Pbx
    card: SoundCard
    folder: Path
    _started: int = field(default=0)

    @contextmanager
    def ours(
        self,
        processing: protocol.Processing = ON,
        listener: Sequence[str] = COMMAND,
    ) -> Iterator[Talk]:
        """Two engines, both with the card; ``listener`` is the second's command line."""
        with ExitStack() as stack:
            patch = stack.enter_context(self.card.patch())
            phones = [
                stack.enter_context(
                    EngineProcess(
                        name=f"phone {number}", environment=self.card.environment, command=command
                    )
                )
                for number, command in zip(OURS, (COMMAND, listener), strict=True)
            ]
            for number, phone in zip(OURS, phones, strict=True):
                phone.send(protocol.Sound(source="silence", sink="nothing"))
                phone.send(self.pbx.account(number))
                phone.wait(protocol.Registration, lambda fact: fact.state == "registered")
            key = talk(phones[0], phones[1], to=f"200{OURS[1]}", call=CALL)
            opened = [on_card(patch, phone, processing) for phone in phones]
            await_packets(phones[1], key, 20)
            said = [len(phone.facts) for phone in phones]
            yield Talk(opened[0].microphone, opened[1].loudspeaker, phones, key, said)

    @contextmanager
    def baresip(self, listener: Sequence[str] = (), address: str = "127.0.0.1") -> Iterator[Talk]:
        """Two of baresip's, the second started by ``listener`` at that address."""
        with ExitStack() as stack:
            patch = stack.enter_context(self.card.patch())
            self._started += 1
            caller, callee = (
                stack.enter_context(
                    JackBaresip(
                        self.folder / f"baresip{number}-{self._started}",
                        self.account(number),
                        self.card,
                        command=command,
                        address=address,
                    )
                )
                for number, command, address in zip(
                    BARESIP, ((), listener), ("127.0.0.1", address), strict=True
                )
            )
            for phone in (caller, callee):
                phone.await_registered()
            caller.dial(f"200{BARESIP[1]}")
            callee.await_ringing()
            callee.answer()
            for phone in (caller, callee):
                phone.await_talking()
            into = patch.await_port("in", caller.folder.name)
            source = patch.await_port("out", callee.folder.name)
            yield Talk(into, source)

    def account(self, number: int, host: str = "") -> SipAccount:
        """Of another maker's phone, over TLS; ``host``: what it knows the exchange by."""
        network = self.pbx.exchange.network
        address = "127.0.0.1" if network.host == "localhost" else network.host
        return SipAccount(
            host=host or address,
            port=network.sip_tls_port,
            user=f"u{number}-1",
            secret=password_of(f"u{number}-1"),
            ca_file=self.pbx.exchange.certificates.ca,
        )


@dataclass(frozen=True)
class OnCard:
    """Ports of one of our engines."""

    microphone: str
    loudspeaker: str


def on_card(patch: Patch, phone: EngineProcess, processing: protocol.Processing) -> OnCard:
    """Let a call of one of ours have the card."""
    before = {kind: patch.ports(kind) for kind in ("in", "out")}
    phone.send(processing)
    phone.send(protocol.Sound())
    state = phone.wait(protocol.SoundState, lambda fact: fact.device or bool(fact.problem))
    assert state.device, state.problem
    assert not state.processing, state.processing
    # A program's input port is what its microphone hears.
    (microphone,) = patch.await_ports("in", before["in"])
    (loudspeaker,) = patch.await_ports("out", before["out"])
    return OnCard(microphone, loudspeaker)


@contextmanager
def stage(folder: Path, rate: int = 48_000, address: str = "") -> Iterator[Stage]:
    """An exchange with users for all makes, and a card of that rate.

    With an ``address`` of this machine the exchange is reached there, by others than it too.
    """
    users = (
        *(make_user(number, f"Agent {number}") for number in OURS),
        *(make_user(number, f"Agent {number}", kind="sip") for number in (*BARESIP, LINPHONE)),
    )
    layout = Layout(folder / "pbx")
    layout.create()
    certificates = make_ca(layout.root / "tls", addresses=(address,) if address else ())
    exchange = small_exchange(layout.root, users, trunk=False, certificates=certificates)
    if address:
        network = replace(exchange.network, host=address, bind="0.0.0.0")
        exchange = replace(exchange, network=network)
    with running(exchange, layout) as pbx, sound_card(rate) as card:
        yield Stage(pbx, card, folder)


def result(
    what: str,
    values: dict[str, float],
    unit: str,
    target: float | None = None,
    better: Literal["lower", "higher"] = "lower",
) -> Result:
    """Ours, and the others beside it."""
    beside = {name: value for name, value in values.items() if name != "ours"}
    return Result("sound", what, values["ours"], unit, better, target=target, beside=beside)
