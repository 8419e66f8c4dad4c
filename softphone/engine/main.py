"""The engine process: one flat start-up, one loop, one shutdown.

The calling thread becomes the SIP thread and owns pjsua2 from ``libCreate`` to ``libDestroy``.
Beside it run the reader of stdin, the writer of stdout, the sound device's thread, and pjmedia's
own clock, which enters Python for 20 ms of sound at a time.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, BinaryIO

from softphone import protocol
from softphone.engine.calls import Calls
from softphone.engine.commands import Commands
from softphone.engine.faults import NotYet, report
from softphone.engine.inbox import start_reading
from softphone.engine.line import Line
from softphone.engine.link import network
from softphone.engine.link.network import NetworkChanged
from softphone.engine.link.tunnel import Arrived, LinkState
from softphone.engine.outbox import Outbox
from softphone.engine.sound.device import DeviceReport
from softphone.engine.sound.device_watch import DeviceWatch
from softphone.engine.sound.route import SoundRoute
from softphone.engine.stack import Stack
from softphone.engine.watching import Watching

_POLL_MS = 20
"""Longest wait of a command, where what arrives from the network is not told."""
_REST_S = 0.1
"""Longest wait of the library's own timers, where it is; commands then wait for nothing."""
_LIVELY_S = 0.05
"""The same while somebody looks at a meter."""
_BUSY_POLL_MS = 5
"""Longest wait of a command just after another one: one seldom comes alone."""
_BUSY_S = 1.0
_PATIENCE_S = 0.6
"""How long the far sides get to answer our BYE, and then our un-REGISTER, at shutdown."""


def run() -> int:
    """Run the engine on stdin and stdout until ``quit`` or the end of stdin. Does not return."""
    # A thread that computes must hand over quickly: 20 ms sound frames wait for it.
    sys.setswitchinterval(0.0005)
    outbox = Outbox(_private_stdout())
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: inbox.put(protocol.Quit()))

    stack = Stack(outbox)
    stack.start()
    watch = DeviceWatch(inbox.put)
    sound = SoundRoute(stack.endpoint, inbox.put, outbox, watch.attentive)
    calls = Calls(sound, outbox)
    watching = Watching(outbox)
    line = Line(stack, calls, watching, outbox, tell=inbox.put)
    commands = Commands(line, calls, sound, watching, outbox)
    outbox.put(protocol.Ready(pid=os.getpid()))
    start_reading(sys.stdin.buffer, inbox, outbox)

    network.watch(inbox.put)
    sleep = network.Sleep()

    running = True
    waiting: deque[Any] = deque()
    busy_until = 0.0
    while running:
        if time.monotonic() < busy_until:
            stack.run(_BUSY_POLL_MS)
        elif line.tells:
            with contextlib.suppress(queue.Empty):
                waiting.append(inbox.get(timeout=_LIVELY_S if sound.lively else _REST_S))
                busy_until = time.monotonic() + _BUSY_S
            stack.run(0)
        else:
            stack.run(_POLL_MS)
        for part in (sound, calls, line):
            try:
                part.tick()
            except Exception as problem:
                report(outbox, type(part).__name__, problem)
        if sleep.over():
            inbox.put(NetworkChanged())
            sound.woke()
        while not inbox.empty():
            waiting.append(inbox.get())
            busy_until = time.monotonic() + _BUSY_S
        with contextlib.suppress(NotYet):
            while running and waiting:
                running = _handle(waiting[0], commands, line, sound, outbox)
                waiting.popleft()

    # It may hang in a driver, and ends with our stdin at the latest.
    threading.Thread(target=watch.close, name="end of the watch", daemon=True).start()
    calls.end_all()
    _wait(stack, lambda: not calls)
    line.unregister()
    _wait(stack, lambda: not line.active)
    line.close()
    sound.close()
    stack.stop()
    outbox.close(timeout=0.3)
    # Not through the interpreter's end: native libraries' exit handlers (PortAudio, SWIG) can hang.
    os._exit(0)


def _handle(item: Any, commands: Commands, line: Line, sound: SoundRoute, outbox: Outbox) -> bool:
    try:
        if isinstance(item, Arrived):
            return True  # the library reads it in its next run
        if isinstance(item, LinkState):
            line.on_link(item)
            return True
        if isinstance(item, NetworkChanged):
            line.on_network()
            return True
        if isinstance(item, protocol.Devices):
            sound.on_devices(item)
            return True
        if isinstance(item, DeviceReport):
            sound.on_device(item)
            return True
        return commands.obey(item)
    except NotYet:
        raise
    except Exception as problem:
        report(outbox, type(item).__name__, problem)
        return True


def _wait(stack: Stack, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not done() and time.monotonic() < deadline:
        stack.run(_POLL_MS)


def _private_stdout() -> BinaryIO:
    """Our own copy of stdout; whatever a native library prints there is lost instead.

    (pjlib greets before it can be told where to log.)
    """
    stream = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return stream
