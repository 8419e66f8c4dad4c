"""Place-holders of who is to be called back, as they show in queues (``render.callback``)."""

import re

_PLACE_HOLDER = re.compile(r"Local/\d+_\d+_(\d{1,12})@callback-")


def asked_at(channel: str) -> float | None:
    """Since when (Unix seconds) somebody waits for whom this channel holds the place; None for any
    other caller. The place-holder itself may have joined the queue later, and more than once."""
    found = _PLACE_HOLDER.match(channel)
    return float(found[1]) if found else None
