"""WebRTC's audio processing of the microphone: echo, noise, gain, rumble.

``livekit`` carries it. Of that package only the processing module is loaded: the rest (rooms,
video) would cost 12 MB and is not for us.
"""

import ctypes
import importlib.machinery
import importlib.util
import sys
import threading
from collections import deque
from typing import Any

import numpy as np

from softphone import protocol
from softphone.engine.sound.samples import BLOCK, RATE, Samples

_LONGEST_MS = 400
"""Delay that the module accepts; some drivers say nonsense. It finds the right one by itself."""
_WAITING = 10
"""Blocks that were played and wait for the microphone's next one."""


class Processing:
    """Processes blocks of 10 ms; may be switched at any time, from any thread."""

    def __init__(self) -> None:
        self._wanted = protocol.Processing()
        self._made_for: protocol.Processing | None = None
        self._module: _Module | None = None
        self._played: deque[Samples] = deque(maxlen=_WAITING)
        self._delay_ms = 0
        self._lock = threading.Lock()
        self.problem = ""
        """Why there is none; the microphone then goes unprocessed."""

    @property
    def active(self) -> bool:
        """Whether anything is switched on and works."""
        return self._module is not None

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
                except Exception as problem:
                    # A wheel that does not load, or lacks a system library: speak all the same.
                    self.problem, self._module = str(problem), None
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
        self._say = self._packed(apm, "apm_process_stream")
        self._hear = self._packed(apm, "apm_process_reverse_stream")

    def set_delay(self, ms: int) -> None:
        """From playing to hearing, as a hint."""
        if self._echo:
            self._apm.set_stream_delay_ms(ms)

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
        self._drop(handle)


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
