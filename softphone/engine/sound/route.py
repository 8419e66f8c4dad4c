"""Which source speaks into the calls and which sink hears them; muting.

Nothing runs while no call has sound: no clock, no device stream. With the first call the bridge's
clock starts (pjsua2's null device: the wheel has no other), source and sink are plugged into their
ports, and the device is opened in its own thread; with the last one all of it stops.
"""

import time
from pathlib import Path
from typing import Any

import pjsua2 as pj

from softphone import protocol
from softphone.engine.faults import Refused
from softphone.engine.outbox import Outbox
from softphone.engine.sound.device import DeviceReport, DeviceRequest, DeviceThread
from softphone.engine.sound.ports import SinkPort, SourcePort
from softphone.engine.sound.recorder import Recorder
from softphone.engine.sound.sinks import Sink, WavWriter
from softphone.engine.sound.sources import Silence, Source, Tone, WavFile

_LINGER_S = 0.3
_NOBODY = -1
"""Number of a request whose answer nobody needs: a missing device was already told."""


class SoundRoute:
    """Connects calls and sound; used by the SIP thread only."""

    def __init__(self, endpoint: pj.Endpoint, device: DeviceThread, outbox: Outbox) -> None:
        self._endpoint = endpoint
        self._device = device
        self._outbox = outbox
        self._chosen = protocol.Sound()
        self._calls: dict[str, Any] = {}
        """Bridge ports (``pj.AudioMedia``) of the calls that have sound."""
        self._muted: set[str] = set()
        self._mixed: frozenset[str] = frozenset()
        """Calls that hear each other."""
        self._sources: dict[int, SourcePort] = {}
        """All ports there are, by rate."""
        self._sinks: dict[int, SinkPort] = {}
        self._source: SourcePort | None = None
        """The port in use."""
        self._sink: SinkPort | None = None
        self._clock = False
        self._idle_since = 0.0
        self._file: WavWriter | None = None
        self._request = 0
        self._asked = False
        self._ringing = False
        self._recorder = Recorder(outbox)

    def choose(self, sound: protocol.Sound) -> None:
        """Use this from now on; raises ``Refused`` and then changes nothing."""
        _check(sound)
        self._chosen = sound
        if self._calls:
            self._stop()
            self._start()
        else:
            self._ask_device(open_it=False)
            self._ring_on()

    def look(self) -> None:
        """Say once what sound there is, if nobody asked before."""
        if not self._asked:
            self._ask_device(open_it=False)

    def connect(self, key: str, audio: Any) -> None:
        """A call has sound (again)."""
        first = not self._calls
        self._calls[key] = audio
        if first:
            self._start()
        else:
            self._speak(key)
            self._listen(key)
        self._link(key)
        self._record(key)

    def mix(self, keys: frozenset[str]) -> None:
        """These calls hear each other from now on, and no others do."""
        for key in self._mixed - keys:
            self._link(key, on=False)
        self._mixed = keys
        for key in keys:
            self._link(key)

    def disconnect(self, key: str) -> None:
        """A call is over."""
        self._muted.discard(key)
        self.pause(key)
        self.stop_recording(key)

    def pause(self, key: str) -> None:
        """A call has no sound for now: on hold."""
        self._silence_recorder(key)
        if self._calls.pop(key, None) and not self._calls:
            self._stop()

    def mute(self, key: str, on: bool) -> None:
        """Send silence from here into one call. It stays so until it is undone."""
        if on:
            self._muted.add(key)
        else:
            self._muted.discard(key)
        if key in self._calls:
            self._speak(key)

    def record(self, key: str, file: Path) -> None:
        """Record a call, now and whenever it has sound; raises ``Refused``."""
        if self._recorder.key is not None and not self._recorder.running:
            self.stop_recording(self._recorder.key)  # it ended by itself, and is still plugged in
        self._recorder.start(key, file)
        self._set_clock(True)  # on hold it may stand still
        if key in self._calls:
            self._speak(key)
            self._record(key)

    def stop_recording(self, key: str, problem: str = "") -> None:
        """If it is this call that is recorded."""
        if key == self._recorder.key:
            self._silence_recorder(key)
            for listener in self._recorder.there(key):
                if key in self._calls:
                    self._calls[key].stopTransmit(listener)
            self._recorder.stop(problem)

    def ring(self, on: bool) -> None:
        """A call waits for an answer, or none does. Rings aloud only while no call has sound."""
        if on != self._ringing:
            self._ringing = on
            if on:
                self._ring_on()
            elif not self._calls:
                self._device.close()

    def on_device(self, report: DeviceReport) -> None:
        """The device thread answered."""
        if report.number != self._request:
            return
        if report.input and report.input.ring is not None:
            self._plug_source(_RingSource(report.input.rate, report.input.ring))
        elif self._calls and not self._source:
            self._plug_source(Silence())  # the far side gets RTP, as NAT and the PBX expect
        if report.output and report.output.ring is not None:
            self._plug_sink(_RingSink(report.output.rate, report.output.ring))
        self._tell(
            device=not report.problem,
            source=report.input.name if report.input else "",
            sink=report.output.name if report.output else "",
            problem=report.problem,
        )

    def close(self) -> None:
        """Stop everything, for good."""
        self._ringing = False
        self._recorder.close()
        self._calls.clear()
        self._stop()
        self._set_clock(False)
        self._sources.clear()
        self._sinks.clear()

    def tick(self) -> None:
        """Called often: stops the clock some time after the last call.

        Not at once, because the bridge removes the call's port by its clock.
        """
        if self._calls or self._recorder.running:
            return
        if self._clock and time.monotonic() > self._idle_since + _LINGER_S:
            self._set_clock(False)

    def _start(self) -> None:
        self._set_clock(True)
        source = _source(self._chosen)
        if source:
            self._plug_source(source)
        if self._chosen.sink == "file":
            try:
                self._file = WavWriter(Path(self._chosen.sink_file))
            except OSError as problem:
                self._outbox.put(protocol.Fault(where="sink_file", message=str(problem)))
            else:
                self._plug_sink(self._file)
        self._ask_device(open_it=True)

    def _stop(self) -> None:
        self._request += 1  # an answer under way is no longer wanted
        self._device.close()
        self._unplug_source()
        self._unplug_sink()
        if self._file:
            self._file.close()
        self._file = None
        self._idle_since = time.monotonic()
        self._ring_on()

    def _ring_on(self) -> None:
        if self._ringing and not self._calls and self._chosen.sink == "device":
            self._device.request(
                DeviceRequest(_NOBODY, None, self._chosen.output_device, open=True, ringing=True)
            )

    def _set_clock(self, on: bool) -> None:
        if on != self._clock:
            devices = self._endpoint.audDevManager()
            (devices.setNullDev if on else devices.setNoDev)()
        self._clock = on

    def _ask_device(self, open_it: bool) -> None:
        self._asked = True
        self._request += 1
        wanted = DeviceRequest(
            number=self._request,
            input=self._chosen.input_device if self._chosen.source == "device" else None,
            output=self._chosen.output_device if self._chosen.sink == "device" else None,
            open=open_it,
        )
        if wanted.input is None and wanted.output is None:
            if not open_it:
                self._tell(device=False)
        else:
            self._device.request(wanted)

    def _tell(self, device: bool, source: str = "", sink: str = "", problem: str = "") -> None:
        self._outbox.put(
            protocol.SoundState(
                device=device,
                input=source if self._chosen.source == "device" else self._chosen.source,
                output=sink if self._chosen.sink == "device" else self._chosen.sink,
                problem=problem,
            )
        )

    def _plug_source(self, source: Source) -> None:
        self._unplug_source()
        port = self._sources.get(source.rate) or SourcePort(source.rate, self._outbox)
        self._sources[source.rate] = self._source = port
        port.source = source
        for key in self._calls:
            self._speak(key)

    def _unplug_source(self) -> None:
        if self._source:
            self._source.source = None
            for key, audio in self._calls.items():
                for listener in (audio, *self._recorder.here(key)):
                    self._source.stopTransmit(listener)
        self._source = None

    def _plug_sink(self, sink: Sink) -> None:
        self._unplug_sink()
        port = self._sinks.get(sink.rate) or SinkPort(sink.rate, self._outbox)
        self._sinks[sink.rate] = self._sink = port
        port.sink = sink
        for key in self._calls:
            self._listen(key)

    def _unplug_sink(self) -> None:
        if self._sink:
            self._sink.sink = None
            for audio in self._calls.values():
                audio.stopTransmit(self._sink)
        self._sink = None

    def _speak(self, key: str) -> None:
        if self._source:
            level = pj.AudioMediaTransmitParam()
            level.level = 0.0 if key in self._muted else 1.0
            # The bridge keeps the level of a connection that exists, so it is made anew.
            for listener in (self._calls[key], *self._recorder.here(key)):
                self._source.stopTransmit(listener)
                self._source.startTransmit2(listener, level)

    def _link(self, key: str, *, on: bool = True) -> None:
        """Connect a call of the conference with the others in it, or disconnect it."""
        if key not in self._mixed or key not in self._calls:
            return
        for other in self._mixed - {key}:
            if other in self._calls:
                for one, two in ((key, other), (other, key)):
                    speaker, listener = self._calls[one], self._calls[two]
                    (speaker.startTransmit if on else speaker.stopTransmit)(listener)

    def _record(self, key: str) -> None:
        """Into the recording what the other side says; ``_speak`` does so with us."""
        for listener in self._recorder.there(key):
            self._calls[key].startTransmit(listener)

    def _silence_recorder(self, key: str) -> None:
        """Nothing more of us into the recording; a call that lost its sound is gone from it."""
        for listener in self._recorder.here(key):
            if self._source:
                self._source.stopTransmit(listener)

    def _listen(self, key: str) -> None:
        if self._sink:
            self._calls[key].startTransmit(self._sink)


class _RingSource:
    def __init__(self, rate: int, ring: Any) -> None:
        self.rate, self.read = rate, ring.read


class _RingSink:
    def __init__(self, rate: int, ring: Any) -> None:
        self.rate, self.write = rate, ring.write


def _source(chosen: protocol.Sound) -> Source | None:
    """None: the device. ValueError for a bad tone or file."""
    match chosen.source:
        case "tone":
            return Tone(chosen.tone_hz)
        case "file":
            return WavFile(Path(chosen.source_file))
        case "silence":
            return Silence()
        case "device":
            return None


def _check(chosen: protocol.Sound) -> None:
    try:
        _source(chosen)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    if chosen.sink == "file" and not (
        chosen.sink_file and Path(chosen.sink_file).absolute().parent.is_dir()
    ):
        raise Refused(f"sink_file: no such folder: {chosen.sink_file!r}")
