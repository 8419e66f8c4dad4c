"""Which sound goes where: calls, microphone, loudspeaker, ring, the phone's own tones, muting.

Nothing runs while there is no call: no clock, no device stream. With the first call the
bridge's clock starts (pjsua2's null device: the wheel has no other) and the devices are opened, in
their own thread; with the last one all of it stops.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pjsua2 as pj

from softphone import protocol
from softphone.engine.faults import Refused
from softphone.engine.outbox import Outbox
from softphone.engine.sound import tones
from softphone.engine.sound.clock_thread import ClockThread
from softphone.engine.sound.device import DeviceReport, DeviceThread, Role, Wanted
from softphone.engine.sound.levels import Meter, Second
from softphone.engine.sound.loudspeaker import Loudspeaker
from softphone.engine.sound.melodies import melody, melody_of
from softphone.engine.sound.microphone import Microphone
from softphone.engine.sound.port import Port
from softphone.engine.sound.processing import Processing
from softphone.engine.sound.recorder import Recorder
from softphone.engine.sound.sinks import Sink, WavWriter
from softphone.engine.sound.sound_state import Inside, hanging, sound_state
from softphone.engine.sound.sources import Silence, Source, tone, wav_file
from softphone.engine.sound.tones import Player, Tone
from softphone.engine.sound.trial import Trial

_LINGER_S = 0.3
_LEVELS_S = 0.1
REMIND_S = 60.0
"""So long may somebody be on hold before a chime reminds us, and again every 30 s."""
_ENDED_S = 3.0
"""How long the tone of a call that did not come about is played."""

Ended = Literal["busy", "congestion"]
_ENDED: dict[Ended, Tone] = {"busy": tones.BUSY, "congestion": tones.CONGESTION}


class SoundRoute:
    """Connects calls and sound; used by the SIP thread only."""

    def __init__(
        self,
        endpoint: pj.Endpoint,
        tell: Callable[[DeviceReport], None],
        outbox: Outbox,
        attentive: Callable[[bool], None] = lambda on: None,
    ) -> None:
        """``tell`` brings a report of another thread to ``on_device`` in ours; ``attentive``: look
        out for new devices often."""
        self._endpoint = endpoint
        self._outbox = outbox
        self._attentive = attentive
        self._processing = Processing()
        self._microphone = Microphone(self._processing)
        self._speaker = Loudspeaker(self._processing)
        self._ringer = Loudspeaker()
        self._device = DeviceThread(
            self._microphone, self._speaker, self._ringer, self._processing, tell
        )
        self._chosen = protocol.Sound()
        self._calls: dict[str, Any] = {}
        """Bridge ports (``pj.AudioMedia``) of the calls that have sound."""
        self._paused: set[str] = set()
        """Calls that had sound and will have it again: on hold."""
        self._muted: set[str] = set()
        self._mixed: frozenset[str] = frozenset()
        """Calls that hear each other."""
        self._port: Port | None = None
        """Ours."""
        self._thread = ClockThread()
        self._clock = False
        self._idle_since = 0.0
        self._file: WavWriter | None = None
        self._wanted: Wanted | None = None
        """What the device thread was last told."""
        self._request = 0
        self._answer: tuple[int, bool] = (0, False)
        """The request whose answer is to be told, whatever it says."""
        self._report = DeviceReport()
        """The last one that counts."""
        self._known: protocol.Devices | None = None
        """The devices there are; None: nobody looked yet."""
        self._inside = Inside()
        self._said: tuple[protocol.SoundState, frozenset[Role]] | None = None
        """With what was open."""
        self._microphone_open = False
        self._attention = False
        """Somebody looks out for new devices often."""
        self._hangs = False
        """The sound system does not answer, and that was said."""
        self._ringing: protocol.RingMelody | None = None
        self._rings_there: set[str] = set()
        """Calls that ring at the other side."""
        self._ended: tuple[Tone, float] | None = None
        """The tone of a call that ended, and until when."""
        self._waiting_since: float | None = None
        """The other side of a call is on hold."""
        self._remind = False
        self._playing: Tone | None = None
        self._trial: Trial | None = None
        self._meters: tuple[Meter, Meter] | None = None
        """While somebody wants to see ``levels``: of the microphone and the loudspeaker."""
        self._levels_at = 0.0
        self._underruns = 0
        self._recorder = Recorder(outbox, self._thread)

    @property
    def lively(self) -> bool:
        """Whether somebody looks at what ``tick`` tells."""
        return bool(self._meters or self._trial)

    def choose(self, sound: protocol.Sound) -> None:
        """Use this from now on; raises ``Refused`` and then changes nothing."""
        source = _source(sound, self._microphone)
        _check_sink(sound)
        before, self._chosen = self._chosen, sound
        if self._calls and _ends(before) != _ends(sound):
            self._plug(source)
        self._update(answer=True)

    def process(self, wanted: protocol.Processing) -> None:
        """Do this to the microphone's sound from now on."""
        self._processing.switch(wanted)

    def try_out(self, wanted: protocol.SoundTest) -> None:
        """Begin a trial, or end one; raises ``Refused`` during a call."""
        busy = self._calls or self._ringing or self._rings_there or self._waiting_since
        if wanted.what != "stop" and busy:
            raise Refused("not during a call")
        self._ended = None
        self._end_trial()
        if wanted.what != "stop":
            self._trial = Trial(
                wanted,
                self._chosen.ring_melody,
                self._microphone,
                self._speaker,
                self._ringer,
                self._outbox,
            )
        self._update()

    def measure(self, on: bool) -> None:
        """Say ``levels`` often, or no longer."""
        if on == bool(self._meters):
            return
        if self._meters:
            gone = {meter.add for meter in self._meters}
            self._microphone.taps = tuple(t for t in self._microphone.taps if t not in gone)
            self._speaker.taps = tuple(t for t in self._speaker.taps if t not in gone)
            self._meters = None
        else:
            self._meters = Meter(), Meter()
            self._microphone.taps += (self._meters[0].add,)
            self._speaker.taps += (self._meters[1].add,)
        self._update()

    def look(self) -> None:
        """Say once what sound there is, if nobody asked before."""
        if self._wanted is None:
            self._update(answer=True)

    def connect(self, key: str, audio: Any) -> None:
        """A call has sound (again)."""
        self._end_trial()
        first = not self._calls
        self._calls[key] = audio
        self._paused.discard(key)
        self._rings_there.discard(key)
        if first:
            self._ended = None
            self._set_clock(True)
            self._plug(_source(self._chosen, self._microphone))
        else:
            self._speak(key)
            self._listen(key)
        self._link(key)
        self._record(key)
        self._update()

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
        self._rings_there.discard(key)
        self.pause(key)
        if key in self._paused:
            self._paused.remove(key)
            self._idle_since = time.monotonic()
        self.stop_recording(key)
        self._update()

    def pause(self, key: str) -> None:
        """A call has no sound for now: on hold.

        The clock goes on: by it our RTP timestamps do, though nothing is sent. If they stood still
        the PBX would hand that on when the hold is over, with the music's timestamps already ahead
        of ours, and whoever waited drops what is up to 100 frames (1 s) behind as misordered.
        """
        self._silence_recorder(key)
        if self._calls.pop(key, None):
            self._paused.add(key)
            if not self._calls:
                self._unplug()
                self._update()

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
        if key in self._calls:
            self._speak(key)
            self._record(key)

    def stop_recording(self, key: str, problem: str = "") -> None:
        """If it is this call that is recorded."""
        if key == self._recorder.key:
            self._silence_recorder(key)
            for listener in self._recorder.there(key):
                if key in self._calls:
                    with contextlib.suppress(pj.Error):  # between two streams it has no port
                        self._calls[key].stopTransmit(listener)
            self._recorder.stop(problem)

    def ring(self, kind: protocol.RingMelody | None) -> None:
        """A call waits for an answer, or none does. During a call two soft beeps say so."""
        if kind != self._ringing:
            self._end_trial()
            self._ended = None
            self._ringing = kind
            self._ringer.player = Player(melody(kind)) if kind else None
            self._update()

    def melody_of(self, queue: str, number: str) -> protocol.RingMelody:
        """How a call rings here."""
        kind = melody_of(queue, number)
        return self._chosen.ring_melody if kind == "external" else kind

    def dialling(self) -> None:
        """A call is being made: no tone of the one before, no trial."""
        self._ended = None
        self._end_trial()
        self._update()

    def rings_there(self, key: str) -> None:
        """The other side rings; we hear it unless the PBX sends a sound of its own."""
        if key not in self._calls:
            self._rings_there.add(key)
            self._update()

    def came_to_nothing(self, why: Ended) -> None:
        """A call ended before it was connected, and not by us."""
        if not self._calls:
            self._ended = _ENDED[why], time.monotonic() + _ENDED_S
            self._update()

    def on_hold(self, on: bool) -> None:
        """We let the other side of a call wait, or of none; after a while we are reminded."""
        if on != (self._waiting_since is not None):
            self._waiting_since = time.monotonic() if on else None
            self._remind = False
            self._update()

    def second(self) -> Second:
        """Of the time since it was last asked, which is a second."""
        lost = self._microphone.sound.underruns + self._speaker.sound.underruns + self._device.late
        before, self._underruns = self._underruns, lost
        raw = self._microphone.raw.level()
        return Second(
            input=self._microphone.meter.level(),
            output=self._speaker.meter.level(),
            underruns=lost - before,
            microphone=raw if self._microphone_open else None,
        )

    def on_device(self, report: DeviceReport) -> None:
        """The device thread answered, or had to change something."""
        if report.fault:
            self._outbox.put(protocol.Fault(where="sound device", message=report.fault))
        if report.answers < self._request:
            return
        self._report = report
        state = sound_state(self._chosen, report, self._known, self._inside)
        number, waiting = self._answer
        answers = waiting and report.answers >= number
        opened = self._wanted.open if self._wanted else frozenset()
        if answers or (state, opened) != self._said:
            self._outbox.put(state)
        if answers:
            self._answer = number, False
        self._said = state, opened
        # Not before: a look opens devices, too, for a moment.
        if self._attention != bool(opened):
            self._attention = bool(opened)
            self._attentive(self._attention)
        self._microphone_open = bool(report.microphone) and "microphone" in opened
        if self._trial and (needed := self._trial.needs & report.problems.keys()):
            self._trial.failed(report.problems[min(needed)])

    def on_devices(self, devices: protocol.Devices) -> None:
        """There are other devices than before."""
        self._known = devices
        self._outbox.put(devices)
        self._device.on_devices(devices)

    def woke(self) -> None:
        """The system slept: the devices may not have survived it."""
        self._device.renew()

    def close(self) -> None:
        """Stop everything, for good."""
        self._recorder.close()
        self._calls.clear()
        self._paused.clear()
        self._unplug()
        self._set_clock(False)
        self._device.close()
        self._port = None

    def tick(self) -> None:
        """Called often: does what time brings.

        The clock stops some time after the last call, because the bridge removes the call's port
        by its clock.
        """
        now = time.monotonic()
        self._look_inside()
        if self._device.hangs != self._hangs:
            self._hangs = not self._hangs
            if self._hangs:
                self._outbox.put(hanging(self._inside))
                self._said = None  # when it comes back its report is news
        idle = not (self._calls or self._paused or self._recorder.running)
        if self._clock and idle and now > self._idle_since + _LINGER_S:
            self._set_clock(False)
        if self._ended and now > self._ended[1]:
            self._ended = None
            self._update()
        if self._waiting_since and not self._remind and now > self._waiting_since + REMIND_S:
            self._remind = True
            self._update()
        if self._trial:
            self._go_on_trying(self._trial)
        if self._meters and now >= self._levels_at:
            self._levels_at = now + _LEVELS_S
            here, there = (round(meter.level(), 1) for meter in self._meters)
            self._outbox.put(protocol.Levels(input=here, output=there))

    def _look_inside(self) -> None:
        """Tell what fails, or works again, without the device thread's doing."""
        port = self._port
        inside = Inside(
            source=port.source_trouble.problem if port else "",
            sink=port.sink_trouble.problem if port else "",
            processing=self._processing.problem,
        )
        if inside == self._inside:
            return
        self._inside = inside
        if self._said and self._report.answers >= self._request:
            state = sound_state(self._chosen, self._report, self._known, inside)
            self._said = state, self._said[1]
            self._outbox.put(state)

    def _end_trial(self) -> None:
        if self._trial:
            self._trial.stop()
        self._trial = None

    def _go_on_trying(self, trial: Trial) -> None:
        needed = trial.needs
        trial.tick()
        if trial.over:
            self._trial = None
        if trial.over or trial.needs != needed:
            self._update()

    def _update(self, *, answer: bool = False) -> None:
        """Play the tone that fits, and have open what is needed."""
        playing = self._tone()
        if playing is not self._playing:
            self._playing = playing
            self._speaker.player = Player(playing) if playing else None
        if self._trial and self._trial.playable and not playing:
            self._trial.output.player = self._trial.playable
        microphone = self._chosen.source == "device"
        speaker = self._chosen.sink == "device"
        needed: set[Role] = set(self._trial.needs) if self._trial else set()
        if microphone and (self._calls or self._meters):
            needed.add("microphone")
        if speaker and (self._calls or self._playing):
            needed.add("speaker")
        if speaker and self._ringing and not self._calls:
            needed.add("ring")
        wanted = Wanted(
            microphone=self._chosen.input_device if microphone else None,
            speaker=self._chosen.output_device if speaker else None,
            ring=self._chosen.ring_device if speaker else None,
            open=frozenset(needed),
        )
        if not (answer or wanted != self._wanted):
            return
        before, self._wanted = self._wanted, wanted
        if microphone or speaker or (before and before.open):
            self._request = self._device.want(wanted)
        if answer:
            self._answer = self._request, True
        if not (microphone or speaker):  # no need to wait until PortAudio is loaded
            self.on_device(DeviceReport(answers=self._request))

    def _tone(self) -> Tone | None:
        if self._ringing:  # aloud, unless we talk: no second stream on what may be one device
            return tones.CALL_WAITING if self._calls else None
        if self._rings_there and not self._calls:
            return tones.RINGBACK
        if self._ended and not self._calls:
            return self._ended[0]
        if self._remind:
            return tones.HOLD_REMINDER
        return None

    def _set_clock(self, on: bool) -> None:
        if on != self._clock:
            devices = self._endpoint.audDevManager()
            (devices.setNullDev if on else devices.setNoDev)()
            if not on:
                self._thread.gone()
        self._clock = on

    def _plug(self, source: Source) -> None:
        """Let the calls hear this, and us or a file hear them."""
        self._unplug()
        self._port = self._port or Port(self._outbox, self._thread)
        self._port.plug(source, self._new_sink())
        for key in self._calls:
            self._speak(key)
            self._listen(key)

    def _unplug(self) -> None:
        if self._port:
            for key, audio in self._calls.items():
                for listener in (audio, *self._recorder.here(key)):
                    self._port.stopTransmit(listener)
                audio.stopTransmit(self._port)
            self._port.plug(None, None)
        file, self._file = self._file, None
        if file:
            try:
                file.close()
            except OSError as problem:  # the call ends all the same
                self._outbox.put(protocol.Fault(where="sink_file", message=str(problem)))

    def _new_sink(self) -> Sink | None:
        if self._chosen.sink == "device":
            return self._speaker
        if self._chosen.sink == "file":
            try:
                self._file = WavWriter(Path(self._chosen.sink_file))
            except OSError as problem:
                self._outbox.put(protocol.Fault(where="sink_file", message=str(problem)))
        return self._file

    def _speak(self, key: str) -> None:
        if self._port:
            level = pj.AudioMediaTransmitParam()
            level.level = 0.0 if key in self._muted else 1.0
            # The bridge keeps the level of a connection that exists, so it is made anew.
            for listener in (self._calls[key], *self._recorder.here(key)):
                # A call between two streams has no port; ``connect`` comes with the next one.
                with contextlib.suppress(pj.Error):
                    self._port.stopTransmit(listener)
                    self._port.startTransmit2(listener, level)

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
            if self._port:
                self._port.stopTransmit(listener)

    def _listen(self, key: str) -> None:
        if self._port:
            self._calls[key].startTransmit(self._port)


def _ends(chosen: protocol.Sound) -> tuple[object, ...]:
    """What is plugged into the bridge for it."""
    return chosen.source, chosen.tone_hz, chosen.source_file, chosen.sink, chosen.sink_file


def _source(chosen: protocol.Sound, microphone: Source) -> Source:
    """Raises ``Refused`` for a bad tone or file."""
    try:
        match chosen.source:
            case "tone":
                return tone(chosen.tone_hz)
            case "file":
                return wav_file(Path(chosen.source_file))
            case "silence":
                return Silence()
            case "device":
                return microphone
    except ValueError as problem:
        raise Refused(str(problem)) from None


def _check_sink(chosen: protocol.Sound) -> None:
    if chosen.sink == "file" and not (
        chosen.sink_file and Path(chosen.sink_file).absolute().parent.is_dir()
    ):
        raise Refused(f"sink_file: no such folder: {chosen.sink_file!r}")
