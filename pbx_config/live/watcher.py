"""One node's live state, kept true: AMI events through the reducer, snapshots when they are needed.

Owns when to read everything anew and what happens to events meanwhile. Knows no subscriber's needs.
"""

import asyncio
import base64
import logging
import time
from collections.abc import Callable, Iterator

from pbx_config.ami import backoff, events
from pbx_config.ami.client import ActionRefused, AmiClient, AmiDown, AmiError, AmiTimeout, Endpoint
from pbx_config.ami.wire import Happening
from pbx_config.live import reducer, snapshot
from pbx_config.live.changes import Answered, CallerGone, Change, Rebuilt, TextCame, WentDown
from pbx_config.live.state import LiveState

_SETTLE = 0.2
"""Seconds after a reload before reading anew: an apply reloads several modules in a row."""

TEXT_LIMIT = 735
"""Bytes of one text for a SIP phone: as base64 it fits into a line of AMI (``wire.LINE_LIMIT``)."""

_ANSWERED_ELSEWHERE = "26"
"""Cause 26 (Asterisk): the member's phone shows no missed call."""

_log = logging.getLogger(__name__)


class CallerIsGone(Exception):
    """The caller waits no more in that queue."""


class PhoneIsGone(Exception):
    """The telephone is not registered any more, or Asterisk could not send to it."""


class NodeWatcher:
    """Publishes every change of one node's state by ``on_change``, after ``state`` has it."""

    def __init__(
        self,
        endpoint: Endpoint,
        on_change: Callable[[Change], None],
        *,
        clock: Callable[[], float] = time.time,
        waits: Callable[[], Iterator[float]] = backoff.delays,
    ) -> None:
        self.node = endpoint.node
        self.state = LiveState()
        self._on_change = on_change
        self._clock = clock
        self._held: list[tuple[reducer.Input, float]] | None = None
        self._snapshot_lock = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None
        self._leaving: dict[str, asyncio.Event] = {}
        self._hanging_up: set[asyncio.Task[None]] = set()
        self._client = AmiClient(
            endpoint, on_event=self._happened, on_up=self.refresh, on_down=self._down, waits=waits
        )

    async def run(self) -> None:
        """Watch until cancelled."""
        try:
            await self._client.run()
        finally:
            if self._refreshing is not None:
                self._refreshing.cancel()

    async def refresh(self) -> None:
        """Read everything anew. Raises AmiError.

        Events that arrive meanwhile are held back and applied on top: those that the lists already
        contain do no harm (see ``reducer``), those that they do not are not lost.
        """
        async with self._snapshot_lock:
            self._held = []
            try:
                items = await snapshot.read(self._client)
                self.state = snapshot.rebuild(items, self.state, self._clock())
                self._publish(Rebuilt())
            except events.BadEvent as why:
                raise AmiError(str(why)) from why
            finally:
                held, self._held = self._held, None
                for event, at in held:
                    self._feed(event, at)

    async def withdraw(self, queue: str, uniqueid: str, to: str, timeout: float = 5.0) -> None:
        """Take one chosen caller out of a queue and send them to extension ``to``.

        Returns when they have left the queue; the dialplan then rings ``to``
        (``QUEUE_WITHDRAW_INFO``). ``timeout`` is in seconds. Raises CallerIsGone, AmiError, and
        ValueError unless ``to`` is digits only: it becomes a dialplan target.
        """
        if not (to.isascii() and to.isdigit()):
            raise ValueError("a caller can only be handed to an extension (digits)")
        if not self.state.up:
            raise AmiDown("no connection to Asterisk")
        known = self.state.queues.get(queue)
        caller = None if known is None else known.caller(uniqueid)
        if caller is None or uniqueid in self._leaving:
            raise CallerIsGone(uniqueid)
        left = self._leaving[uniqueid] = asyncio.Event()
        freeing: asyncio.Task[None] | None = None
        self._feed(reducer.WithdrawRequested(queue, uniqueid))
        try:
            await self._client.action(
                "QueueWithdrawCaller", Queue=queue, Caller=caller.channel, WithdrawInfo=to
            )
            # "Success" only means requested: the queue itself has to let go of the caller, and it
            # does not while it rings members.
            freeing = asyncio.create_task(self._stop_ringing(uniqueid))
            async with asyncio.timeout(timeout):
                await left.wait()
        except ActionRefused as why:
            self._feed(reducer.WithdrawRefused(queue, uniqueid))
            raise CallerIsGone(str(why)) from why
        except TimeoutError:
            raise AmiTimeout("the queue did not let go of the caller") from None
        finally:
            del self._leaving[uniqueid]
            if freeing is not None:
                freeing.cancel()
        if not self.state.up:
            raise AmiDown("the connection to Asterisk was lost")

    async def send_text(self, device: str, sender: str, body: bytes) -> None:
        """Send a SIP MESSAGE to a phone. Returning means: Asterisk handed it to the phone's
        connection; whether the phone took it, nobody is told.

        ``sender``: ``"Name" <sip:2014@host>``; ``body``: at most TEXT_LIMIT bytes, no NUL. Raises
        PhoneIsGone, AmiError, and ValueError for what AMI cannot carry.
        """
        try:
            await self._client.action(
                "MessageSend",
                Destination=f"pjsip:{device}",
                From=sender,
                Base64Body=base64.b64encode(body).decode(),
            )
        except ActionRefused as why:
            raise PhoneIsGone(device) from why

    async def set_global(self, name: str, value: str) -> None:
        """Set a global variable of the dialplan. Raises AmiError."""
        await self._client.action("Setvar", Variable=name, Value=value)

    async def listened_to(self) -> set[str]:
        """Mailboxes that somebody is in just now. Raises AmiError."""
        return {
            channel.headers.get("ApplicationData", "").partition("@")[0]
            for channel in await self._client.collect("CoreShowChannels")
            if channel.headers.get("Application") == "VoiceMailMain"
        }

    async def remove_message(self, box: str, folder: str, message_id: str) -> None:
        """Remove a message from a mailbox; phones that watch it are told. Raises AmiError, of which
        ActionRefused when Asterisk does not have it there."""
        await self._client.action(
            "VoicemailRemove", Context="default", Mailbox=box, Folder=folder, ID=message_id
        )

    async def _stop_ringing(self, uniqueid: str) -> None:
        """Take the members off a caller: those rung now, and each one the queue still tries."""
        try:
            listed = [
                channel
                for channel in map(events.parse, await self._client.collect("CoreShowChannels"))
                if isinstance(channel, events.ChannelListed)
            ]
            call = next((c.linkedid for c in listed if c.uniqueid == uniqueid), None)
            for channel in listed:
                if (
                    channel.linkedid == call
                    and channel.ringing
                    and channel.application == "AppQueue"
                ):
                    await self._hang_up(channel.channel)
        except (AmiError, events.BadEvent) as why:
            _log.warning("could not stop the ringing for %s: %s", uniqueid, why)

    async def _hang_up(self, leg: str) -> None:
        try:
            await self._client.action("Hangup", Channel=leg, Cause=_ANSWERED_ELSEWHERE)
        except ActionRefused:
            pass  # it has ended by itself
        except AmiError as why:
            _log.warning("could not stop the ringing of %s: %s", leg, why)

    def _happened(self, happening: Happening) -> None:
        try:
            event = events.parse(happening)
        except events.BadEvent as why:
            _log.error("%s; reading everything anew", why)
            self._refresh_soon()
            return
        if isinstance(event, events.Reloaded):
            self._refresh_soon()
        elif isinstance(event, events.MemberCalled):
            if event.uniqueid in self._leaving:
                task = asyncio.create_task(self._hang_up(event.leg))
                self._hanging_up.add(task)
                task.add_done_callback(self._hanging_up.discard)
        elif isinstance(event, events.TextSent):
            self._publish(TextCame(event))
        elif isinstance(event, events.CallAnswered):
            self._publish(Answered(event))
        elif event is not None:
            self._feed(event)

    def _feed(self, event: reducer.Input, at: float | None = None) -> None:
        at = self._clock() if at is None else at
        if self._held is not None:
            self._held.append((event, at))
        elif self.state.up:  # before the first snapshot there is nothing to change
            self.state, changes = reducer.apply(self.state, event, at)
            for change in changes:
                self._publish(change)

    def _publish(self, change: Change) -> None:
        if isinstance(change, CallerGone):
            left = self._leaving.get(change.caller.uniqueid)
            if left is not None:
                left.set()
        self._on_change(change)

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh_after_reload())

    async def _refresh_after_reload(self) -> None:
        await asyncio.sleep(_SETTLE)
        try:
            await self.refresh()
        except AmiError as why:  # then the connection goes too, and the next one reads anew
            _log.warning("could not read the PBX's state anew: %s", why)

    def _down(self) -> None:
        self.state = LiveState()
        for left in self._leaving.values():
            left.set()
        self._publish(WentDown())
