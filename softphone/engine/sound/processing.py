"""WebRTC's audio processing of the microphone: echo, noise, gain, rumble.

``livekit`` carries it. Of that package only the processing module is loaded: the rest (rooms,
video) would cost 12 MB and is not for us.
"""

import importlib.machinery
import importlib.util
import sys
import threading
from typing import Any

import numpy as np

from softphone import protocol
from softphone.engine.sound.samples import BLOCK, RATE, Samples

_LONGEST_MS = 400
"""Delay that the module accepts; some drivers say nonsense. It finds the right one by itself."""


class Processing:
    """Processes blocks of 10 ms; may be switched at any time, from any thread."""

    def __init__(self) -> None:
        self._wanted = protocol.Processing()
        self._made_for: protocol.Processing | None = None
        self._module: Any = None
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
                    self._module = _module(wanted)
                except Exception as problem:
                    # A wheel that does not load, or lacks a system library: speak all the same.
                    self.problem, self._module = str(problem), None
            if self._module and self._wanted.echo:
                self._module.set_stream_delay_ms(self._delay_ms)

    def heard(self, block: Samples) -> None:
        """This block is being played: it may come back as echo."""
        module = self._module
        if module and self._wanted.echo:
            module.process_reverse_stream(_frame(block))

    def said(self, block: Samples) -> Samples:
        """This block of the microphone, processed."""
        module = self._module
        if not module:
            return block
        frame = _frame(block)
        module.process_stream(frame)
        return np.frombuffer(frame.data, np.int16)


def _module(wanted: protocol.Processing) -> Any:
    if not (wanted.echo or wanted.noise or wanted.gain or wanted.high_pass):
        return None
    return _livekit("apm").AudioProcessingModule(
        echo_cancellation=wanted.echo,
        noise_suppression=wanted.noise,
        auto_gain_control=wanted.gain,
        high_pass_filter=wanted.high_pass,
    )


def _frame(block: Samples) -> Any:
    return _livekit("audio_frame").AudioFrame(bytearray(block.tobytes()), RATE, 1, BLOCK)


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
