"""What a link told, and waiting for the next thing it tells."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from softphone.facts import LinkChanged
from softphone.state import Fact, State, apply, initial

T = TypeVar("T")


class Told:
    """Give it to ``ServerLink`` as ``on_fact``; it also keeps the state those facts lead to."""

    def __init__(self, state: State) -> None:
        self.facts: list[Fact] = []
        self.state = state
        self._more = threading.Condition()

    @classmethod
    def of(cls, extension: str) -> "Told":
        """For the agent at ``extension``."""
        from softphone.profile import Agent

        return cls(initial(Agent(extension=extension, name="")))

    def __call__(self, fact: Fact) -> None:
        with self._more:
            self.facts.append(fact)
            self.state = apply(self.state, fact, time.time())
            self._more.notify_all()

    def until(self, true: Callable[[State], object], within: float = 10.0) -> State:
        """Wait for a state; a deadline missed says what was told instead."""
        with self._more:
            assert self._more.wait_for(lambda: true(self.state), within), self._story()
            return self.state

    def until_fact(self, type_: type[T], true: Callable[[T], object], within: float = 10.0) -> T:
        """Wait for a fact of this type (or find it among those already told)."""
        with self._more:
            found: list[T] = []

            def look() -> bool:
                found[:] = [f for f in self.facts if isinstance(f, type_) and true(f)]
                return bool(found)

            assert self._more.wait_for(look, within), self._story()
            return found[0]

    def links(self) -> list[str]:
        """The link's states so far, repetitions left out."""
        states = [fact.state for fact in list(self.facts) if isinstance(fact, LinkChanged)]
        return [s for n, s in enumerate(states) if n == 0 or states[n - 1] != s]

    def _story(self) -> str:
        return "\n".join(repr(fact)[:200] for fact in self.facts)
