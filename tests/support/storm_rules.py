"""Random dialogues: one does this or that at one phone, or two things in the same moment.

The rules of a ``RuleBasedStateMachine`` (hypothesis) over ``storm``; after every step phones and
PBX must agree. Short in ``make test``, long in ``make soak``.

No rule's choices depend on the calls there are (numbers are drawn and taken modulo), because
hypothesis wants the same choices in every run and telephones are not quite so predictable.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.storm import ECHO_TEST, MAX_CALLS, Step, Storm, StormPhone

NOBODY, QUEUE, VOICEMAIL = "2999", "2900", "*982001"

_PICK = st.integers(0, 23)
_TO = st.sampled_from(
    ["2001", "2002", "2003", "2001", "2002", "2003", ECHO_TEST, NOBODY, QUEUE, VOICEMAIL]
)
_ON = st.booleans()


P = ParamSpec("P")


def kept(act: Callable[P, None]) -> Callable[P, None]:
    """What goes wrong is kept for ``blow`` to raise, and nothing more is done.

    Hypothesis would do the same again, see something else happen and speak of that.
    """

    @functools.wraps(act)
    def guard(*arguments: P.args, **named: P.kwargs) -> None:
        machine = arguments[0]
        assert isinstance(machine, StormMachine)
        if machine.storm.problem is None:
            try:
                act(*arguments, **named)
            except Exception as problem:
                machine.storm.problem = problem

    return guard


class StormMachine(RuleBasedStateMachine):
    """One run of a storm. A rule that finds no call to act upon dials."""

    def __init__(self, storm: Storm) -> None:
        super().__init__()
        self.storm = storm

    @initialize()
    @kept
    def idle(self) -> None:
        self.storm.begin()

    @rule(pick=_PICK, to=_TO)
    @kept
    def dial(self, pick: int, to: str) -> None:
        self._step(self._dial(pick, to))

    @rule(pick=_PICK, to=_TO)
    @kept
    def answer(self, pick: int, to: str) -> None:
        found = self.storm.among("Ringing", pick)
        self._step(self.storm.answer(*found) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO, why=st.sampled_from(["busy", "decline"]))
    @kept
    def reject(self, pick: int, to: str, why: str) -> None:
        found = self.storm.among("Ringing", pick)
        self._step(self.storm.reject(*found, why) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO)
    @kept
    def cancel(self, pick: int, to: str) -> None:
        found = self.storm.among("Ring", pick)
        self._step(self.storm.hangup(*found) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO)
    @kept
    def hangup(self, pick: int, to: str) -> None:
        found = self.storm.among("Up", pick)
        self._step(self.storm.hangup(*found) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO, on=_ON)
    @kept
    def hold(self, pick: int, to: str, on: bool) -> None:
        found = self.storm.among("Up", pick)
        self._step(self.storm.hold(*found, on) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO, on=_ON)
    @kept
    def mute(self, pick: int, to: str, on: bool) -> None:
        found = self.storm.among("Up", pick)
        self._step(self.storm.mute(*found, on) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO, digits=st.sampled_from(["1", "0*#", "123456789"]))
    @kept
    def press(self, pick: int, to: str, digits: str) -> None:
        found = self.storm.among("Up", pick)
        self._step(self.storm.press(*found, digits) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO)
    @kept
    def transfer(self, pick: int, to: str) -> None:
        found = self.storm.among("Up", pick)
        self._step(self.storm.transfer(*found, to) if found else self._dial(pick, to))

    @rule(pick=_PICK, to=_TO)
    @kept
    def connect(self, pick: int, to: str) -> None:
        storm = self.storm
        for phone in storm.phones[pick % len(storm.phones) :]:
            up = sorted(key for key, call in phone.calls.items() if call.state == "Up")
            if len(up) > 1:
                self._step(storm.connect(phone, up[pick % len(up)], up[(pick + 1) % len(up)]))
                return
        self._step(self._dial(pick, to))

    @rule(one=_PICK, first=_PICK, other=_PICK, second=_PICK, to=_TO)
    @kept
    def cross(self, one: int, first: int, other: int, second: int, to: str) -> None:
        """Two things in the same moment, at two phones or one, perhaps to the same call."""
        this, that = (self.storm.phones[pick % len(self.storm.phones)] for pick in (one, other))
        self._step(self._something(this, first, to), self._something(that, second, to))

    @invariant()
    @kept
    def agree(self) -> None:
        self.storm.settle()

    @kept
    def teardown(self) -> None:
        self.storm.end()

    def _step(self, *steps: Step) -> None:
        self.storm.steps += 1
        self.storm.take(*steps)

    def _dial(self, pick: int, to: str) -> Step:
        """From a phone that has a place for one more call, while there is one."""
        phones = self.storm.phones
        place = [phone for phone in phones if len(phone.calls) < MAX_CALLS] or phones
        return self.storm.dial(place[pick % len(place)], to)

    def _something(self, phone: StormPhone, pick: int, to: str) -> Step:
        storm = self.storm
        calls = sorted(phone.calls.items())
        if not calls:
            return storm.dial(phone, to)
        key, call = calls[pick % len(calls)]
        match call.state, pick % 4:
            case "Ringing", 0:
                return storm.reject(phone, key, "busy")
            case "Ringing", _:
                return storm.answer(phone, key)
            case "Up", 1:
                return storm.hold(phone, key, not call.held)
            case "Up", 2:
                return storm.transfer(phone, key, to)
            case _:
                return storm.hangup(phone, key)


def blow(storm: Storm, *, examples: int, steps: int, random_seed: int | None = None) -> None:
    """So many runs of so many steps; the same ones each time without a seed."""

    class Machine(StormMachine):
        def __init__(self) -> None:
            super().__init__(storm)

    if random_seed is not None:
        seed(random_seed)(Machine)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=random_seed is None,
            deadline=None,
            database=None,
            # No shrinking: every try takes as long as people telephone.
            phases=(Phase.generate,),
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    if storm.problem:
        raise storm.problem
