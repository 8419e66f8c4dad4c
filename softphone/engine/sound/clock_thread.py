"""Python's notes about pjmedia's clock thread, kept from one frame to the next.

A thread that is not Python's own has no state in the interpreter. The binding's callback makes one
and throws it away again, for each port in each frame: besides the work, memory is mapped and
unmapped three times in 20 ms, which interrupts the other cores. With one more ``PyGILState_Ensure``
than ``PyGILState_Release`` it stays; whoever ends the thread lets go of it afterwards.
"""

import ctypes
import threading

_ensure = ctypes.pythonapi.PyGILState_Ensure
_current = ctypes.pythonapi.PyThreadState_Get
_clear, _delete = ctypes.pythonapi.PyThreadState_Clear, ctypes.pythonapi.PyThreadState_Delete
_current.restype = ctypes.c_void_p
_clear.argtypes = _delete.argtypes = (ctypes.c_void_p,)
_clear.restype = _delete.restype = None


class ClockThread:
    """At most one thread at a time."""

    def __init__(self) -> None:
        self._ident = 0
        self._state: int | None = None

    def keep(self) -> None:
        """Called in the thread, at each callback."""
        if threading.get_ident() != self._ident:
            self._ident = threading.get_ident()
            self._state = _current()
            _ensure()

    def gone(self) -> None:
        """The thread has ended (and was joined)."""
        state, self._state, self._ident = self._state, None, 0
        if state:
            _clear(state)
            _delete(state)
