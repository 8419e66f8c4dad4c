"""A small process that lists the sound devices again and again: ``allo-phone --sound-devices``.

PortAudio lists devices only when it is initialised, and doing so again ends every open stream of
the process; so the engine, which has streams, leaves looking to this one, which has none. PortAudio
is initialised for the moment of a look only: between looks nobody waits for this process, nor does
it hold a device.

Out: one ``devices`` fact first and whenever something changed; in between empty lines, which say
that it lives: hanging in a driver it is silent. In: first what was known before (the last
``devices`` fact of the process that this one replaces, or an empty line), then ``attentive`` or
``calm``, a line each. Ends when its input does.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import time
from typing import BinaryIO, NoReturn

import msgspec

from softphone import protocol
from softphone.engine.sound import devices, plugging
from softphone.engine.sound.busy import with_busy

NO_PORTAUDIO = 3
"""Exit status: there is nothing to look with on this machine."""

_PACES_S = {"attentive": 0.5, "calm": 5.0}
"""Seconds between looks."""
_PLUGGED = "plugged"
"""From the kernel: look at once."""
_CPU_SHARE = 20
"""Pause so many times as long as a look computed: at most 5 % of a processor."""
_TIME_SHARE = 4
"""And so many times as long as it took: a slow driver gets its rest."""
_ALIVE_S = 5.0
"""At most so long without a line."""
_PATIENCE_S = 1.0
"""At the end, for a look that is going on: JACK wants a goodbye, a driver may never come back."""
_NONE = protocol.Devices(devices=())
_FAILURES = 2
"""A driver that fails once says nothing about the devices: so often in a row it does."""
_SURE_S = 0.2
"""Until the next look, when devices seem to be gone: a driver may have missed them for once, and a
call would lose its headset for a moment."""
_SURE_LOOKS, _SURE_OF_JACK_LOOKS = 2, 6
"""So many looks in a row miss a device that is gone. JACK's server now and then does not answer who
looks, and none of its devices is seen. That is no news: when it ends, the streams end with it."""
_JACK = ", JACK Audio Connection Kit"
_END = ""


class NoPortAudio(Exception):
    """The library is not there."""


def run() -> NoReturn:
    """Look until stdin ends. Does not return: native libraries' exit handlers can hang."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which says goodbye
    facts = os.fdopen(_private(1), "wb")
    sys.stderr = os.fdopen(_private(2), "w")
    if os.name == "nt":
        # A library that is loaded there may look at stdin, and waits for the thread that reads it.
        with contextlib.suppress(Exception):  # said when we look
            devices.load()
    said = _known(sys.stdin.buffer.readline())
    inbox: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(inbox,), name="stdin", daemon=True).start()
    plugging.watch(lambda: inbox.put(_PLUGGED))
    status = 0
    try:
        with contextlib.suppress(BrokenPipeError):  # nobody listens any more
            _watch(facts, inbox, said)
    except NoPortAudio:
        status = NO_PORTAUDIO
    os._exit(status)


def _known(line: bytes) -> protocol.Devices | None:
    """What the process before said: cards in use are known from it alone."""
    with contextlib.suppress(msgspec.DecodeError):
        fact = protocol.decode_fact(line)
        return fact if isinstance(fact, protocol.Devices) else None
    return None


def _watch(facts: BinaryIO, inbox: queue.SimpleQueue[str], said: protocol.Devices | None) -> None:
    pace = "calm"
    failures = 0
    missed: dict[str, int] = {}
    """In how many looks in a row each was missing."""
    while True:
        began, computed = time.monotonic(), time.process_time()
        try:
            now = _look()
        except NoPortAudio:
            _say(facts, protocol.encode(_NONE))
            raise
        failures = 0 if now else failures + 1
        if now is None:
            now = said if said and failures < _FAILURES else _NONE
        elif said is not None:
            now = with_busy(now, said)
        unsure = False
        if not failures:
            missed = {name: missed.get(name, 0) + 1 for name in _missing(now, said)}
            silent = not any(device.name.endswith(_JACK) for device in now.devices)
            unsure = any(
                looks < (_SURE_OF_JACK_LOOKS if silent and name.endswith(_JACK) else _SURE_LOOKS)
                for name, looks in missed.items()
            )
        if unsure and said:
            now = said
        _say(facts, b"\n" if now == said else protocol.encode(now))
        said = now
        ended = time.monotonic()
        rest = max(_CPU_SHARE * (time.process_time() - computed), _TIME_SHARE * (ended - began))
        pause = _SURE_S if unsure else max(_PACES_S[pace], rest)
        while (left := ended + pause - time.monotonic()) > 0:
            try:
                word = inbox.get(timeout=min(left, _ALIVE_S))
            except queue.Empty:
                _say(facts, b"\n")
                continue
            if word == _END:
                return
            if word == _PLUGGED:  # seldom, so however dear a look is
                break
            pace = word
            pause = pause if unsure else max(_PACES_S[pace], rest)


def _missing(now: protocol.Devices, before: protocol.Devices | None) -> set[str]:
    known = before.devices if before else ()
    return {device.name for device in known} - {device.name for device in now.devices}


def _look() -> protocol.Devices | None:
    """The devices; None: a driver failed."""
    try:
        sounddevice = devices.load()  # initialises PortAudio
    except (ImportError, OSError) as problem:
        raise NoPortAudio from problem
    except Exception:  # PortAudio's, whose class could not be loaded
        return None
    try:
        if not sounddevice._initialized:
            sounddevice._initialize()
        try:
            return devices.look(sounddevice).devices
        finally:
            sounddevice._terminate()
    except Exception:  # PortAudio's errors, or a driver's own: perhaps next time
        return None


def _read(inbox: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin.buffer:
        word = line.decode(errors="replace").strip()
        if word in _PACES_S:
            inbox.put(word)
    inbox.put(_END)
    time.sleep(_PATIENCE_S)
    os._exit(0)


def _say(facts: BinaryIO, line: bytes) -> None:
    facts.write(line)
    facts.flush()


def _private(descriptor: int) -> int:
    """Our own copy of stdout or stderr; what native libraries print there is lost instead."""
    ours = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return ours
