"""The server tries again what the mail server did not take (``provisioning.mail_queue``)."""

import asyncio
import logging

import anyio.to_thread

from pbx_config.layout import Layout
from pbx_config.render.mail import read_settings
from provisioning import mail_queue
from provisioning.home import Home

EVERY = 300.0
"""Seconds."""

_log = logging.getLogger(__name__)


async def keep_mailing(home: Home) -> None:
    """At once and then every five minutes, until cancelled."""
    while True:
        # The thread may wait for the mail server; the end of ours does not wait for it.
        await anyio.to_thread.run_sync(_try, home, abandon_on_cancel=True)
        await asyncio.sleep(EVERY)


def _try(home: Home) -> None:
    try:
        mail_queue.deliver(home, read_settings(Layout(home.asterisk)))
    except Exception:  # the server goes on
        _log.exception("what waits to be mailed could not be read")
