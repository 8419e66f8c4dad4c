"""Which one banner the window shows, as a value: worst first. Pure.

One sentence says what is, a second what still works and what happens next.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from softphone import devices
from softphone.calls import Call
from softphone.protocol import Device, Recording, SoundProblem, SoundState, TroubleKind
from softphone.state import State
from softphone.ui import words

translate = QCoreApplication.translate

_PATIENCE = 3.0
"""Seconds a first connection may take before it is worth a word."""

Sides = tuple[SoundProblem, SoundProblem, SoundProblem]
"""Why the microphone, the loudspeaker and the ringer do not work; empty where they do."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What to show. ``action`` is what its button does, empty = no button."""

    kind: Literal["bad", "watch", "good"]
    icon: str
    bold: str
    rest: str = ""
    note: str = ""
    action: Literal[
        "", "try_now", "call_back", "dismiss", "test", "choose_device", "use_device"
    ] = ""
    id: str = ""
    """Same id = same banner, only its seconds run on."""
    dismissable: bool = False
    """It goes when the person says so, beside what its button does."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What the State does not know."""

    cut: Call | None = None
    """The call that ended because the engine died."""
    notice: str = ""
    """A sentence about what was just tried."""
    secret_file: str = ""
    """File with the secrets in clear, until the person has read about it."""
    welcome: str = ""
    """Just enrolled: the number of the echo test, to try the phone with."""
    sound_read: Sides | None = None
    """What of the sound the person has read that it does not work, of its ``sides``."""
    processing_read: str = ""
    """The problem of processing that the person has read of."""
    missing_read: tuple[str, ...] = ()
    """Devices of which the person has read that they are gone."""
    newcomer: Device | None = None
    """A device that was just plugged in."""
    recorded: Recording | None = None
    """A recording that just ended."""


def worst(state: State, extras: Extras, now: float) -> Banner | None:
    """The banner for ``state``, or None when all is well."""
    for found in (
        _engine(state, extras),
        _line(state, now),
        _trouble(state, extras),
        _link(state, now),
        _notice(extras),
        _recorded(extras),
        _sound(state, extras),
        _missing(state, extras),
        _newcomer(state, extras),
        _processing(state, extras),
        _secret(extras),
        _welcome(state, extras),
    ):
        if found is not None:
            return found
    return None


def _ago(since: float | None, now: float) -> str:
    return words.spoken(now - since) if since is not None else ""


def _engine(state: State, extras: Extras) -> Banner | None:
    if state.engine.state in ("restarting", "stopped"):
        bold = translate("Banner", "The phone is restarting.")
        note = translate("Banner", "Directory and messages go on working. It takes a few seconds.")
        return Banner("watch", "rotate-cw", bold, note=note, id="restarting")
    if extras.cut is not None:
        call = extras.cut
        bold = translate("Banner", "The phone has restarted.")
        rest = translate("Banner", "The call with {who} was cut off at {time}.").format(
            who=words.who(call.name, call.number), time=words.hour(call.ended or call.started)
        )
        return Banner("watch", "rotate-cw", bold, rest, action="call_back", id="cut")
    return None


def _line(state: State, now: float) -> Banner | None:
    line = state.line
    emergency = translate("Banner", "In an emergency take a mobile phone and dial 112.")
    if line.state == "refused":
        bold = translate("Banner", "The exchange refuses this phone.")
        rest = translate("Banner", "It receives no calls. Ask IT for a new enrolment link.")
        if line.code == 503:
            bold = translate("Banner", "The exchange cannot serve this phone now.")
            rest = translate("Banner", "It tries again by itself.")
        detail = translate("Banner", "Details: {code} {reason}.").format(
            code=line.code, reason=line.reason
        )
        return Banner(
            "bad", "triangle-alert", bold, rest, f"{detail} {emergency}", "try_now", "refused"
        )
    if line.state == "offline":
        bold = translate("Banner", "No connection to the exchange for {time}.").format(
            time=_ago(line.since, now)
        )
        rest = translate("Banner", "The phone reconnects by itself.")
        note = translate(
            "Banner", "Directory and messages remain readable; what you write goes out later."
        )
        return Banner("watch", "wifi-off", bold, rest, f"{note} {emergency}", "try_now", "offline")
    return None


def _link(state: State, now: float) -> Banner | None:
    link, board = state.link, state.board
    if link.state == "refused":
        bold = translate("Banner", "The server does not accept this phone.")
        rest = words.problem(link.problem) if link.problem is not None else ""
        note = translate("Banner", "You can still call and answer if your phone is ready.")
        return Banner("bad", "unplug", bold, rest, note, "try_now", "link-refused")
    if link.state == "stale" or (link.state == "live" and board.as_of is not None):
        bold = translate("Banner", "Connection to the server lost for {time}.").format(
            time=_ago(link.since if link.state == "stale" else board.as_of, now)
        )
        if link.state == "live":  # the server is there, its exchange is not
            bold = translate("Banner", "The server has lost the exchange.")
        rest = ""
        if board.as_of is not None:
            rest = translate("Banner", "What you see is from {time}.").format(
                time=words.hour(board.as_of, seconds=True)
            )
        live = any(call.state == "connected" for call in state.calls.values())
        still = translate("Banner", "Your call goes on.") if live else ""
        note = translate(
            "Banner",
            "You can answer and call. What you write goes out when the connection is back.",
        )
        return Banner("watch", "unplug", bold, rest, f"{still} {note}".strip(), "try_now", "stale")
    if link.state == "connecting" and link.since is not None and now - link.since > _PATIENCE:
        bold = translate("Banner", "The server has not answered for {time}.").format(
            time=_ago(link.since, now)
        )
        note = translate("Banner", "You can call; directory and messages follow when it answers.")
        return Banner("watch", "unplug", bold, "", note, "try_now", "connecting")
    return None


def _notice(extras: Extras) -> Banner | None:
    return Banner("watch", "info", extras.notice, id="notice") if extras.notice else None


def sides(sound: SoundState) -> Sides:
    """What of the sound does not work. The engine's own words are for IT, these for a banner."""
    return sound.input_problem, sound.output_problem, sound.ring_problem


def _sound(state: State, extras: Extras) -> Banner | None:
    sound = state.sound
    if sound is None or not sound.problem or sides(sound) == extras.sound_read:
        return None  # no device and no problem: none was asked for
    here, there, ring = sides(sound)
    kinds = {here, there} - {""}
    if "no_system" in sides(sound):
        bold = translate("Banner", "The sound of this computer cannot be used.")
        rest = translate("Banner", "Calls are silent here. Tell IT: PortAudio is missing.")
    elif "hangs" in sides(sound):
        bold = translate("Banner", "The sound of this computer does not answer.")
        rest = translate(
            "Banner",
            "Calls go on in silence. Unplug the headset; if that is no help, restart allo.",
        )
    elif kinds == {"absent"}:
        bold, rest = _absent(here, there)
    elif kinds == {"refuses"} or (ring and not kinds):
        bold, rest = _refuses(here, there)
        note = translate("Banner", "It tries again by itself.")
        return Banner(
            "watch", "volume-x", bold, rest, note, "choose_device", _id(sound), dismissable=True
        )
    elif kinds == {"fault"}:
        bold = translate("Banner", "Nothing is heard in this call any more.")
        if not there:
            bold = translate("Banner", "The others do not hear you.")
        elif not here:
            bold = translate("Banner", "You do not hear the others.")
        rest = translate(
            "Banner",
            "This phone has a fault. Hang up and call again; if that is no help, restart allo.",
        )
    else:
        bold = translate("Banner", "Calls are silent on this computer.")
        rest = translate("Banner", "Plug in a headset, or close the program that uses the sound.")
    return Banner("watch", "volume-x", bold, rest, "", "dismiss", _id(sound))


def _id(sound: SoundState) -> str:
    return f"sound {sides(sound)}"


def _absent(here: SoundProblem, there: SoundProblem) -> tuple[str, str]:
    if here and there:
        bold = translate("Banner", "No microphone and no loudspeaker found.")
        rest = translate("Banner", "Calls are silent on this computer. Plug in a headset.")
    elif here:
        bold = translate("Banner", "No microphone found.")
        rest = translate("Banner", "You hear the others, they do not hear you. Plug in a headset.")
    else:
        bold = translate("Banner", "No loudspeaker found.")
        rest = translate("Banner", "The others hear you, you do not hear them. Plug in a headset.")
    return bold, rest


def _refuses(here: SoundProblem, there: SoundProblem) -> tuple[str, str]:
    """PortAudio does not say whether another program has it, but most often it is so."""
    if here and there:
        bold = translate("Banner", "The microphone and the loudspeaker cannot be opened.")
        rest = translate(
            "Banner",
            "Calls are silent. Another program may be using them: "
            "close it, or choose other devices.",
        )
    elif here:
        bold = translate("Banner", "The microphone cannot be opened.")
        rest = translate(
            "Banner",
            "The others do not hear you. Another program may be using it: "
            "close that program, or choose another microphone.",
        )
    elif there:
        bold = translate("Banner", "The loudspeaker cannot be opened.")
        rest = translate(
            "Banner",
            "You do not hear the others. Another program may be using it: "
            "close that program, or choose another loudspeaker.",
        )
    else:
        bold = translate("Banner", "The ringer cannot be opened.")
        rest = translate(
            "Banner",
            "You do not hear calls ring. Another program may be using it: "
            "close that program, or choose another ringer.",
        )
    return bold, rest


def _processing(state: State, extras: Extras) -> Banner | None:
    sound = state.sound
    if sound is None or not sound.processing or sound.processing == extras.processing_read:
        return None
    bold = translate("Banner", "Your microphone's sound goes out as it is.")
    rest = translate(
        "Banner",
        "Echo and noise stay in it. Put on a headset and restart allo; "
        "if that is no help, tell IT.",
    )
    return Banner("watch", "mic", bold, rest, "", "dismiss", "processing")


_TROUBLES: tuple[TroubleKind, ...] = (
    "nothing_heard", "microphone_silent", "network_poor", "microphone_quiet",
)  # fmt: skip
"""Worst first."""


def _trouble(state: State, extras: Extras) -> Banner | None:
    if extras.notice:  # the answer to what was just tried; it is gone in some seconds
        return None
    found = [
        (_TROUBLES.index(what), key)
        for key, sound in state.sounds.items()
        for what in sound.troubles
        if (call := state.calls[key]).state == "connected"
        and not call.held
        and not (call.muted and what.startswith("microphone"))
    ]
    if not found:
        return None
    worst_, key = min(found)
    call = state.calls[key]
    who = words.who(call.name, call.number)
    match what := _TROUBLES[worst_]:
        case "nothing_heard":
            bold = translate("Banner", "Nothing arrives from {who}.").format(who=who)
            rest = translate("Banner", "Wait a few seconds, then hang up and call again.")
            return Banner("watch", "volume-x", bold, rest, id=what)
        case "microphone_silent":
            bold = translate("Banner", "Your microphone gives no sound.")
            rest = translate(
                "Banner", "Look at the switch on the headset or its cable, or choose another one."
            )
            return Banner("watch", "mic-off", bold, rest, action="choose_device", id=what)
        case "microphone_quiet":
            bold = translate("Banner", "{who} hardly hears you.").format(who=who)
            rest = translate(
                "Banner", "Bring the microphone closer to your mouth, or choose another one."
            )
            return Banner("watch", "mic", bold, rest, action="choose_device", id=what)
        case "network_poor":
            bold = translate("Banner", "The network is slow: the voice breaks up.")
            rest = translate("Banner", "Plug in the network cable, or move closer to the Wi-Fi.")
            note = translate("Banner", "If it lasts, agree to call again later.")
            return Banner("watch", "triangle-alert", bold, rest, note, id=what)


def _recorded(extras: Extras) -> Banner | None:
    ended = extras.recorded
    if ended is None:
        return None
    kept = translate("Banner", "File: {file}").format(file=ended.file)
    if not ended.problem:
        bold = translate("Banner", "Recording ended.")
        return Banner("good", "check", bold, "", kept, "dismiss", id="recorded")
    bold = translate("Banner", "The recording has stopped by itself.")
    if not ended.file:
        bold = translate("Banner", "This call cannot be recorded.")
    rest = translate("Banner", "Look whether the disk is full.")
    if ended.why == "other_party":
        rest = translate("Banner", "Somebody else is on the line, who heard no announcement.")
    return Banner(
        "watch", "triangle-alert", bold, rest, kept if ended.file else "", "dismiss", id="recorded"
    )


def _missing(state: State, extras: Extras) -> Banner | None:
    sound, settings = state.sound, state.sound_settings
    if sound is None or not sound.missing or sound.missing == extras.missing_read:
        return None
    known = state.devices
    gone = ", ".join(devices.label(name, known) for name in sound.missing)
    bold = translate("Banner", "Unplugged: {device}.").format(device=gone)
    rest = ""
    for chosen, instead, sentence in (
        (settings.speaker, sound.output, translate("Banner", "The sound goes through {device}.")),
        (settings.microphone, sound.input, translate("Banner", "You are heard through {device}.")),
        (settings.ring, sound.ring, translate("Banner", "Calls ring on {device}.")),
    ):
        if chosen in sound.missing and instead and not rest:
            rest = sentence.format(device=devices.label(instead, known))
    note = translate("Banner", "It is used again as soon as it is back.")
    return Banner(
        "watch", "headset", bold, rest, note, "choose_device", dismissable=True, id="missing"
    )


def _newcomer(state: State, extras: Extras) -> Banner | None:
    device = extras.newcomer
    if device is None:
        return None
    bold = translate("Banner", "New device: {device}.").format(
        device=devices.label(device.name, state.devices)
    )
    if device.inputs and device.outputs:
        rest = translate("Banner", "Speak and listen with it?")
    elif device.inputs:
        rest = translate("Banner", "Speak with it?")
    else:
        rest = translate("Banner", "Listen with it?")
    return Banner("good", "headset", bold, rest, "", "use_device", dismissable=True, id="newcomer")


def _secret(extras: Extras) -> Banner | None:
    if not extras.secret_file:
        return None
    bold = translate("Banner", "This computer has no keyring.")
    rest = translate("Banner", "The phone's password lies in a file that only you can read.")
    note = translate("Banner", "{file} · whoever has this file can use your phone.").format(
        file=extras.secret_file
    )
    return Banner("watch", "key-round", bold, rest, note, "dismiss", "secret")


def _welcome(state: State, extras: Extras) -> Banner | None:
    if not extras.welcome or not state.ready:
        return None
    bold = translate("Banner", "Good day, {name}.").format(name=state.me.name)
    rest = translate("Banner", "Your extension {number} is ready.").format(
        number=state.me.extension
    )
    note = translate("Banner", "Try it: speak, and you hear yourself.")
    return Banner("good", "check", bold, rest, note, "test", "welcome")
