"""The live state of the whole exchange: a list of nodes, merged, and everybody who wants to know.

Owns subscriptions and the merging of nodes. A node is found by what lives there: a queue or an
extension belongs to exactly one ("home node").
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import MappingProxyType

from pbx_config.ami import backoff
from pbx_config.ami.client import ActionRefused, AmiDown, AmiError, Endpoint
from pbx_config.live.changes import Change
from pbx_config.live.state import Extension, LiveState, Queue
from pbx_config.live.watcher import CallerIsGone, NodeWatcher, PhoneIsGone

Subscriber = Callable[[Change], None]

_log = logging.getLogger(__name__)


class ExchangeWatch:
    """Live for the server's whole life by ``run``; ``state`` may be read at any time."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        clock: Callable[[], float] = time.time,
        waits: Callable[[], Iterator[float]] = backoff.delays,
    ) -> None:
        self._nodes = [
            NodeWatcher(endpoint, self._publish, clock=clock, waits=waits) for endpoint in endpoints
        ]
        self._subscribers: list[Subscriber] = []

    async def run(self) -> None:
        """Watch all nodes until cancelled."""
        async with asyncio.TaskGroup() as group:
            for node in self._nodes:
                group.create_task(node.run())

    @property
    def state(self) -> LiveState:
        """Everything known now. ``up`` only while every node is."""
        if len(self._nodes) == 1:
            return self._nodes[0].state
        return merge([node.state for node in self._nodes])

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call ``subscriber`` at each change, on the event loop; returns what ends it."""
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    async def until(self, wanted: Callable[[LiveState], bool], timeout: float) -> LiveState:
        """The first state within ``timeout`` seconds that is ``wanted``. Raises TimeoutError."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe(lambda _: changed.set())
        try:
            async with asyncio.timeout(timeout):
                while not wanted(self.state):
                    changed.clear()
                    await changed.wait()
                return self.state
        finally:
            unsubscribe()

    async def refresh(self) -> None:
        """Read everything anew from every node that is up. Raises AmiError."""
        for node in self._nodes:
            if node.state.up:
                await node.refresh()

    async def withdraw(self, queue: str, uniqueid: str, to: str) -> None:
        """Hand a waiting caller to extension ``to``; see ``NodeWatcher.withdraw``."""
        home = [node for node in self._nodes if queue in node.state.queues]
        for node in home or [node for node in self._nodes if not node.state.up]:
            return await node.withdraw(queue, uniqueid, to)
        raise CallerIsGone(uniqueid)

    async def send_text(self, device: str, sender: str, body: bytes) -> None:
        """Hand a text to a registered phone; see ``NodeWatcher.send_text``."""
        for node in self._nodes:
            if device in node.state.phones:
                return await node.send_text(device, sender, body)
        raise PhoneIsGone(device)

    async def set_global(self, name: str, value: str) -> None:
        """Set a global variable of the dialplan on every node that can be reached."""
        for node in self._nodes:
            if node.state.up:
                with suppress(AmiError):
                    await node.set_global(name, value)

    async def listened_to(self) -> set[str]:
        """Mailboxes that somebody is in just now. Raises AmiError."""
        found: set[str] = set()
        for node in self._nodes:
            found |= await node.listened_to()
        return found

    async def remove_message(self, box: str, folder: str, message_id: str) -> None:
        """Remove a message from a mailbox; see ``NodeWatcher.remove_message``."""
        refusal: ActionRefused | None = None
        for node in self._nodes:
            try:
                return await node.remove_message(box, folder, message_id)
            except ActionRefused as why:
                refusal = why
        raise refusal or AmiDown("there is no node")

    def _publish(self, change: Change) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(change)
            except Exception:  # one subscriber's mistake must not stop the others, nor the watching
                _log.exception("a subscriber failed on %s", type(change).__name__)


def merge(states: Sequence[LiveState]) -> LiveState:
    """One state of several nodes'; for what two nodes claim, the first one counts."""
    extensions: dict[str, Extension] = {}
    queues: dict[str, Queue] = {}
    for state in reversed(states):
        extensions.update(state.extensions)
        queues.update(state.queues)
    return LiveState(
        bool(states) and all(state.up for state in states),
        MappingProxyType(extensions),
        MappingProxyType(queues),
        frozenset().union(*(state.phones for state in states)),
    )
