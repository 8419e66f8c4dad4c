"""Linux: the kernel tells at once when a sound card is plugged in or pulled out (inotify(7)).

Elsewhere, and where no card was ever plugged in, there is nothing to wait for: ``watch`` returns.
"""

import ctypes
import os
import select
import threading
from collections.abc import Callable
from pathlib import Path

_CARDS = Path("/dev/snd")
_CHANGES = 0x4 | 0x100 | 0x200
"""IN_ATTRIB (only then may we open it), IN_CREATE, IN_DELETE."""
_QUIET_S = 0.1
"""One card is a dozen files: wait until no more come."""


def watch(plugged: Callable[[], None], cards: Path = _CARDS) -> None:
    """Call ``plugged`` in a thread of its own after each change, as long as the process lives."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        events = libc.inotify_init1(os.O_CLOEXEC)
        watched = libc.inotify_add_watch(events, os.fsencode(cards), _CHANGES)
    except (AttributeError, OSError, TypeError):  # macOS has no inotify, Windows not even a libc
        return
    if watched < 0:
        if events >= 0:
            os.close(events)
        return
    threading.Thread(target=_listen, args=(events, plugged), name="plugging", daemon=True).start()


def _listen(events: int, plugged: Callable[[], None]) -> None:
    while True:
        os.read(events, 65_536)
        while select.select([events], [], [], _QUIET_S)[0]:
            os.read(events, 65_536)
        plugged()
