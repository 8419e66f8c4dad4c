"""The queue: how soon a receptionist sees a citizen who calls, and has the one they take.

Citizens call the main number of the example town; the panel is a receptionist's phone on the
server's WebSocket.
"""

import statistics
import time
from pathlib import Path

from benchmarks.result import Result
from softphone import protocol
from softphone.state import State
from tests.support.robot import RobotPhone
from tests.support.town import Town

CALLS = 20
CITIZEN = "+32470000061"


def measure(folder: Path) -> list[Result]:
    """Seen, taken, gone: one citizen after the other."""
    with Town(folder) as town:
        town.start()
        nathalie = town.phone("2000")
        nathalie.wait("live picture", lambda state: state.ready and state.board.fresh)
        citizen = town.citizen(CITIZEN)
        seen, rung, gone = [], [], []
        for number in range(CALLS):
            key = f"call-{number}"
            began = time.monotonic()
            citizen.send(protocol.Dial(call=key, to="071000010"))
            nathalie.wait("the caller on the panel", lambda _: bool(_waiting(nathalie)))
            seen.append(time.monotonic() - began)
            (caller,) = _waiting(nathalie)
            began = time.monotonic()
            nathalie.link.take_caller("population", caller).result(10)
            nathalie.wait("the caller's ring", _rings)
            rung.append(time.monotonic() - began)
            began = time.monotonic()
            citizen.send(protocol.Hangup(call=key))
            nathalie.wait("idle", lambda state: not _rings(state) and not _waiting(nathalie))
            gone.append(time.monotonic() - began)
    return [
        Result("queue", f"citizen dials → on the panel (slowest of {CALLS})",
               1000 * max(seen), "ms", target=500),
        Result("queue", f"citizen dials → on the panel (median of {CALLS})",
               1000 * statistics.median(seen), "ms"),
        Result("queue", f"take → rings at the receptionist (median of {CALLS})",
               1000 * statistics.median(rung), "ms"),
        Result("queue", f"citizen hangs up → idle again (median of {CALLS})",
               1000 * statistics.median(gone), "ms"),
    ]  # fmt: skip


def _waiting(phone: RobotPhone) -> list[str]:
    """Ids of the callers on the panel."""
    return [caller.id for queue in phone.state.queues for caller in queue.callers]


def _rings(state: State) -> bool:
    return any(call.state == "incoming" for call in state.calls.values())
