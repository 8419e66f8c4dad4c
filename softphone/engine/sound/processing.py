"""WebRTC's audio processing of the microphone: echo, noise, gain, rumble.

``livekit`` carries it. Of that package only the processing module is loaded: the rest (rooms,
video) would cost 12 MB and is not for us.
"""

import ctypes
import importlib.machinery
import importlib.util
import sys
import threading
import time
from collections import deque
from typing import Any

import numpy as np

from softphone import protocol
from softphone.engine.sound.samples import BLOCK, RATE, Samples

_LONGEST_MS = 400
"""Delay that the module accepts; some drivers say nonsense. It finds the right one by itself."""
_WAITING = 10
"""Blocks that were played and wait for the microphone's next one."""
_STEADY_S = 5.0
"""So long must all blocks go well before a module that answered an error works again."""


class Processing:
    """Processes blocks of 10 ms; may be switched at any time, from any thread."""

    def __init__(self) -> None:
        self._wanted = protocol.Processing()
        self._made_for: protocol.Processing | None = None
        self._module: _Module | None = None
        self._played: deque[Samples] = deque(maxlen=_WAITING)
        self._delay_ms = 0
        self._lock = threading.Lock()
        self._missing = ""
        """Why there is no module, though one is wanted."""

    @property
    def problem(self) -> str:
        """Why what is wanted does not work: the microphone goes unprocessed. Empty: it works."""
        module = self._module
        return module.problem if module else self._missing

    @property
    def ready(self) -> bool:
        """Whether it was loaded, or tried to."""
        return self._made_for is not None

    def switch(self, wanted: protocol.Processing) -> None:
        """Do this from now on."""
        self._wanted = wanted
        if self._made_for is not None:
            self.prepare()

    def prepare(self, delay_ms: int | None = None) -> None:
        """Load what is wanted, unless it is there. Takes 0.1 s the first time: not in a callback.

        ``delay_ms``: from playing a block to hearing it again, as far as the devices say.
        """
        with self._lock:
            if delay_ms is not None:
                self._delay_ms = min(delay_ms, _LONGEST_MS)
            if self._made_for != self._wanted:
                wanted = self._made_for = self._wanted
                try:
                    self._module = _Module(wanted) if _any(wanted) else None
                    self._missing = ""
                except Exception as problem:
                    # A wheel that does not load, or lacks a system library: speak all the same.
                    self._module = None
                    self._missing = str(problem) or type(problem).__name__
            if self._module:
                self._module.set_delay(self._delay_ms)

    def heard(self, block: Samples) -> None:
        """This block is being played: it may come back as echo."""
        self._played.append(block)

    def said(self, block: Samples) -> Samples:
        """This block of the microphone, processed."""
        module = self._module
        if not module:
            return block
        # Here and not in ``heard``: an echo needs longer than this, and twice in a row the module
        # takes half the time, because its code is still in the processor's cache.
        while self._played:
            module.heard(self._played.popleft())
        return module.said(block)


class _Module:
    """The module, called the short way.

    The package makes, packs and unpacks three messages for each block of 10 ms; cold, that takes
    twice the time of the processing itself. The messages are always the same, so they are packed
    once and given to the C interface (``livekit_ffi.h``) as they are.
    """

    def __init__(self, wanted: protocol.Processing) -> None:
        """Raises what importing and loading raise."""
        apm = _livekit("apm")
        self._echo = wanted.echo
        self._apm = apm.AudioProcessingModule(
            echo_cancellation=wanted.echo,
            noise_suppression=wanted.noise,
            auto_gain_control=wanted.gain,
            high_pass_filter=wanted.high_pass,
        )
        library = apm.FfiClient.instance._ffi_lib
        # PyDLL: for so short a call it is not worth giving the interpreter away and back again.
        direct = ctypes.PyDLL(library._name, handle=library._handle)
        self._request, self._drop = direct.livekit_ffi_request, direct.livekit_ffi_drop_handle
        for function, declared in (
            (self._request, library.livekit_ffi_request),
            (self._drop, library.livekit_ffi_drop_handle),
        ):
            function.argtypes, function.restype = declared.argtypes, declared.restype
        self._block = (ctypes.c_char * (2 * BLOCK))()
        self._response = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_size_t()
        self._answers = apm.proto_ffi.FfiResponse
        fine = self._answers()
        fine.apm_process_stream.SetInParent()
        self._fine = len(fine.SerializeToString())
        """Bytes of an answer that names no error: for both kinds of block. One is not unpacked."""
        self._wrong_at = 0.0
        self.problem = ""
        """The error it answered, until it has worked for a while."""
        self._say = self._packed(apm, "apm_process_stream")
        self._hear = self._packed(apm, "apm_process_reverse_stream")

    def set_delay(self, ms: int) -> None:
        """From playing to hearing, as a hint."""
        if self._echo:
            try:
                self._apm.set_stream_delay_ms(ms)
            except RuntimeError as problem:
                self._wrong(str(problem))

    def heard(self, block: Samples) -> None:
        """This was played."""
        if self._echo:
            self._block.raw = block.tobytes()
            self._call(self._hear)

    def said(self, block: Samples) -> Samples:
        """The microphone's block, processed."""
        self._block.raw = block.tobytes()
        self._call(self._say)
        return np.frombuffer(self._block.raw, np.int16)

    def _packed(self, apm: Any, kind: str) -> Any:
        request = apm.proto_ffi.FfiRequest()
        part = getattr(request, kind)
        part.apm_handle = self._apm._ffi_handle.handle
        part.data_ptr = ctypes.addressof(self._block)
        part.size = len(self._block)
        part.sample_rate = RATE
        part.num_channels = 1
        packed = request.SerializeToString()
        return (ctypes.c_ubyte * len(packed)).from_buffer_copy(packed)

    def _call(self, request: Any) -> None:
        where, length = self._response
        handle = self._request(request, len(request), ctypes.byref(where), ctypes.byref(length))
        if not handle:
            self._wrong("the request was refused")  # it says why in its log
            return
        if length.value != self._fine:
            self._read(ctypes.string_at(where, length.value))
        elif self.problem and time.monotonic() > self._wrong_at + _STEADY_S:
            self.problem = ""
        self._drop(handle)

    def _read(self, answer: bytes) -> None:
        response = self._answers.FromString(answer)
        if error := response.apm_process_stream.error or response.apm_process_reverse_stream.error:
            self._wrong(error)

    def _wrong(self, error: str) -> None:
        self.problem, self._wrong_at = error, time.monotonic()


def _livekit(name: str) -> Any:
    """``livekit.rtc.<name>`` without running the package's own ``__init__``."""
    full = f"livekit.rtc.{name}"
    if loaded := sys.modules.get(full):
        return loaded
    if "livekit.rtc" not in sys.modules:
        spec = importlib.util.find_spec("livekit.rtc")
        if not spec:
            raise ImportError("livekit is not installed")
        sys.modules["livekit.rtc"] = importlib.util.module_from_spec(spec)
    return importlib.import_module(full)


def _any(wanted: protocol.Processing) -> bool:
    return wanted.echo or wanted.noise or wanted.gain or wanted.high_pass
