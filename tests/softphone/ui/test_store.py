"""What the store keeps for the window beyond the state."""

from PySide6.QtWidgets import QApplication

from softphone.live import Answered, CallAnswered
from softphone.protocol import CallState, Incoming
from softphone.ui.store import Store
from tests.softphone.test_state import AGENT


def test_who_took_a_call_is_told_after_its_end_too(qapp: QApplication) -> None:
    """Nobody is left in the list as missed whom a colleague talked to."""
    store = Store(AGENT)
    told: list[int] = []
    store.recent_calls.connect(lambda: told.append(len(store.recent)))
    store.apply(Incoming(call="k", number="+32470000001", call_id="node1-1.2"))
    store.apply(CallState(call="k", state="ended", why="cancelled"))
    assert store.recent[0].missed
    by = Answered(call_id="node1-1.2", extension="2016", name="Ève Zola")
    store.apply(CallAnswered(seq=9, answered=by))
    (call,) = store.recent
    assert (call.missed, call.taken_by) == (False, "Ève Zola")
    assert told == [1, 1]
