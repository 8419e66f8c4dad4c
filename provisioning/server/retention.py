"""Messages in mailboxes that are older than ``keep_days`` are removed: at the server's start, then
every night.

By Asterisk, one by one by their ids, and never from a box that somebody is listening to: the
listener's numbering would not fit any more. Such a box comes a little later.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi.concurrency import run_in_threadpool

from pbx_config import mailboxes, record
from pbx_config.ami.client import ActionRefused, AmiError
from pbx_config.layout import Layout
from pbx_config.live.exchange_watch import ExchangeWatch
from pbx_config.mailboxes import LeftMessage

NIGHT_HOUR = 3
AGAIN_AFTER = 600.0
"""Seconds, when something was left over."""
_DAY = 24 * 3600.0

_log = logging.getLogger(__name__)


class Retention:
    """``run`` for the server's whole life."""

    def __init__(
        self,
        layout: Layout,
        watch: ExchangeWatch,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._layout = layout
        self._watch = watch
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._watch.until(lambda state: state.up, _DAY)
                done = await self.remove_old()
            except TimeoutError:
                continue
            except Exception:  # the server goes on; messages kept for too long are told of
                _log.exception("old messages in mailboxes are not removed")
                done = False
            await asyncio.sleep(_until_night(datetime.now().astimezone()) if done else AGAIN_AFTER)

    async def remove_old(self) -> bool:
        """What is too old now, of all boxes; whether nothing was left over."""
        applied = await run_in_threadpool(record.load, self._layout)
        if applied is None or not applied.exchange.voicemail.keep_days:
            return True
        exchange = applied.exchange
        known = {user.extension for user in exchange.users}
        known |= {queue.extension for queue in exchange.queues}
        oldest = self._clock() - exchange.voicemail.keep_days * _DAY
        found = await run_in_threadpool(lambda: [*mailboxes.messages(self._layout)])
        old = [message for message in found if message.at < oldest]
        left_over = False
        for message in old:
            if message.box in known:
                left_over |= not await self._remove(message)
            else:
                await run_in_threadpool(mailboxes.remove_orphan, message)
        if old:
            _log.info(
                "%d messages of more than %d days removed%s",
                len(old),
                exchange.voicemail.keep_days,
                ", but for some" if left_over else "",
            )
        return not left_over

    async def _remove(self, message: LeftMessage) -> bool:
        if not message.id:
            _log.warning("%s has no id: it is not removed", message.text)
            return True
        try:
            # Asked anew for each: somebody may have come meanwhile.
            if message.box in await self._watch.listened_to():
                return False
            await self._watch.remove_message(message.box, message.folder, message.id)
        except ActionRefused as why:
            # Its owner was quicker, perhaps: the next night tells.
            _log.warning("%s is not removed: %s", message.text, why)
        except AmiError as why:
            _log.warning("old messages in mailboxes are not removed: %s", why)
            return False
        return True


def _until_night(now: datetime) -> float:
    """Seconds."""
    night = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if night <= now:
        night += timedelta(days=1)
    return (night - now).total_seconds()
