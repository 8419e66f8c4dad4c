"""Between the mailbox and plain SIP phones, which have no app: texts in, messages out.

Asterisk carries them as SIP MESSAGE and promises little: its 202 to a phone, and its "Success" to
us, only mean that it took the text. So what comes in is stored at once or refused in words, and
what goes out is "handed to the phone", never "delivered". Runs on the event loop; the database is
in threads.
"""

import asyncio
import logging
import time
import uuid
from contextlib import suppress

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from pbx_config import escape
from pbx_config.ami.client import AmiError
from pbx_config.ami.events import TextSent
from pbx_config.live.changes import Change, PhoneChanged, Rebuilt, TextCame
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.live.watcher import PhoneIsGone
from pbx_config.render.messages import SERVER_LOST_SECONDS, SERVER_SEEN
from provisioning.operations import Installation
from provisioning.server import handover, mailbox, sip_text
from provisioning.server.handover import Due
from provisioning.server.hub import Hub
from provisioning.words import Language, Words

LOOK_EVERY = 30.0
"""Seconds between looks at what is due, should no event have told."""
CLOSE_WITHIN = 2.0
"""Seconds for what is under way when the server stops."""

_TOO_LONG = Words(
    "Message non remis : il est trop long (1000 caractères au plus, un accent en vaut deux). "
    "Envoyez-le en plusieurs fois.",
    "Not delivered: the message is too long (1000 characters at most, an accented one counts as "
    "two). Send it in several parts.",
)
_NOTHING = Words(
    "Message non remis : il ne contient aucun texte.", "Not delivered: the message has no text."
)
_NOBODY = Words(
    "Message non remis : personne n'a ce numéro.", "Not delivered: nobody has this number."
)
_UNKNOWN = Words(
    "Message non remis : ce téléphone n'est plus en service.",
    "Not delivered: this telephone is not in use any more.",
)
_NOT_STORED = Words(
    "Message non remis : le serveur n'a pas pu l'enregistrer. Réessayez plus tard.",
    "Not delivered: the server could not store it. Try again later.",
)

_log = logging.getLogger(__name__)


class SipGateway:
    """``run`` for the server's whole life, begun before the watch; ``close`` before it ends."""

    def __init__(self, installation: Installation, watch: ExchangeWatch, hub: Hub) -> None:
        self._installation = installation
        self._watch = watch
        self._hub = hub
        self._came: asyncio.Queue[TextSent] = asyncio.Queue()
        self._look = asyncio.Event()
        self._here = asyncio.Event()
        self._closing = False
        self._sent: dict[tuple[int, int], int] = {}
        """Parts by message and phone that Asterisk has and the database may not: on a full disk a
        phone must not get the same part again and again."""
        self._tasks: list[asyncio.Task[None]] = []

    def look(self) -> None:
        """A message may be due."""
        self._look.set()

    async def run(self) -> None:
        """Carry texts until cancelled."""
        unsubscribe = self._watch.subscribe(self._changed)
        try:
            async with asyncio.TaskGroup() as group:
                work = (self._hand_over(), self._take_in(), self._say_here())
                self._tasks = [group.create_task(one) for one in work]
        finally:
            unsubscribe()

    async def close(self) -> None:
        """From now on phones are told that nobody takes their texts; what came before is stored,
        and the part that is being handed over is noted."""
        self._closing = True
        self._here.set()
        self._look.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await self._watch.set_global(SERVER_SEEN, "0")
                # Asterisk's answer came after all texts that the dialplan took before.
                await self._came.join()
                if self._tasks:
                    await asyncio.wait(self._tasks[:1])

    def _changed(self, change: Change) -> None:
        match change:
            case TextCame(text):
                self._came.put_nowait(text)
            case Rebuilt():
                self._here.set()
                self._look.set()
            case PhoneChanged():
                self._look.set()

    async def _say_here(self) -> None:
        """The dialplan gives texts to nobody else than a server that was there just now."""
        while not self._closing:
            await self._watch.set_global(SERVER_SEEN, str(int(time.time())))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._here.wait(), SERVER_LOST_SECONDS / 3)
            self._here.clear()

    async def _take_in(self) -> None:
        while True:
            sent = await self._came.get()
            try:
                if refusal := await self._store(sent):
                    # A text back: the phone has had its 202 for long.
                    sender = self._from("allo", sent.to)
                    await self._watch.send_text(sent.device, sender, refusal.encode())
            except (AmiError, PhoneIsGone) as why:
                _log.warning("%s does not know that its text was refused: %r", sent.device, why)
            finally:
                self._came.task_done()

    async def _store(self, sent: TextSent) -> str:
        """Why not, in the agent's language; empty when it is stored."""
        store = self._installation.store
        language: Language = "fr"
        try:
            author = await run_in_threadpool(handover.author, store, sent.device)
            if author is None:
                _log.warning("a text of %s, which is no SIP phone in use", sent.device)
                return _UNKNOWN.say(language)
            language = "fr" if author.language == "fr" else "en"
            text = sip_text.read(sent.content_type, sent.body)
            if not text:
                return (_NOTHING if sent.body else _TOO_LONG).say(language)
            message, _ = await run_in_threadpool(
                mailbox.put, store, author.agent_id, sent.to, text, f"sip-{uuid.uuid4()}"
            )
        except mailbox.NoSuchExtension:
            return _NOBODY.say(language)
        except SQLAlchemyError as why:
            _log.error(
                "a text of %s is not stored: %s", sent.device, getattr(why, "orig", type(why))
            )
            return _NOT_STORED.say(language)
        self._hub.tell_message(message)
        self._look.set()
        return ""

    async def _hand_over(self) -> None:
        while not self._closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK_EVERY)
            self._look.clear()
            try:
                await self._hand_over_what_is_due()
            except SQLAlchemyError as why:
                _log.error("handing messages to SIP phones: %s", getattr(why, "orig", type(why)))

    async def _hand_over_what_is_due(self) -> None:
        store = self._installation.store
        failed: set[str] = set()
        while phones := self._watch.state.phones - failed:
            found = await run_in_threadpool(handover.due, store, phones)
            if not found:
                return
            for due in found:
                if self._closing:
                    return
                # After a failure nothing else to this phone: the order would not be kept.
                if due.phone not in failed and not await self._hand(due):
                    failed.add(due.phone)

    async def _hand(self, due: Due) -> bool:
        """Part by part, each noted as soon as Asterisk has it: a retry begins where this ends."""
        bodies, key = sip_text.parts(due.text), (due.message_id, due.device_id)
        for number, body in enumerate(bodies, 1):
            if number <= due.parts:
                continue
            if self._closing:
                return False
            if number > self._sent.get(key, 0):
                try:
                    sender = self._from(due.name, due.extension)
                    await self._watch.send_text(due.phone, sender, body)
                except (AmiError, PhoneIsGone) as why:
                    _log.info("message %d waits for %s: %r", due.message_id, due.phone, why)
                    return False
                self._sent[key] = number
            message = await run_in_threadpool(
                handover.handed, self._installation.store, due, number, last=number == len(bodies)
            )
            if message is not None:
                self._hub.tell_message(message)
        self._sent.pop(key, None)
        return True

    def _from(self, name: str, extension: str) -> str:
        """An answer to it goes to the extension."""
        shown = escape.clean(name, otherwise=extension)
        return f'"{shown}" <sip:{extension}@{self._installation.commune.installation.host}>'
