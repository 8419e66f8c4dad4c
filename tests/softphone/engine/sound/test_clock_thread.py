"""What the interpreter remembers of a thread that is not Python's own."""

import ctypes

from softphone.engine.sound.clock_thread import ClockThread

libc = ctypes.CDLL(None)
Body = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)


def run(body: object) -> None:
    """In a new thread of the system, to its end."""
    thread = ctypes.c_ulong()
    assert libc.pthread_create(ctypes.byref(thread), None, body, None) == 0
    libc.pthread_join(thread, None)


def known() -> int:
    """Threads that the interpreter has a state of."""
    python = ctypes.pythonapi
    main, head, after = (
        python.PyInterpreterState_Main,
        python.PyInterpreterState_ThreadHead,
        python.PyThreadState_Next,
    )
    for function in (main, head, after):
        function.restype = ctypes.c_void_p
    count, state = 0, head(ctypes.c_void_p(main()))
    while state:
        count, state = count + 1, after(ctypes.c_void_p(state))
    return count


def test_it_is_kept_until_the_thread_is_gone() -> None:
    thread, before = ClockThread(), known()
    run(Body(lambda _: None))
    assert known() == before, "the callback's own way: made, and thrown away"

    for _ in range(3):
        run(Body(lambda _: thread.keep()))
        assert known() == before + 1
        thread.gone()
        assert known() == before


def test_nothing_to_let_go_of() -> None:
    ClockThread().gone()
