"""Which one banner the window shows, as a value: worst first. Pure.

One sentence says what is, a second what still works and what happens next.
"""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from softphone.calls import Call
from softphone.state import State
from softphone.ui import words

translate = QCoreApplication.translate

_PATIENCE = 3.0
"""Seconds a first connection may take before it is worth a word."""

NO_SOUND_SYSTEM = "PortAudio is not usable"
"""How the engine's problem begins when no headset can help."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What to show. ``action`` is what its button does, empty = no button."""

    kind: Literal["bad", "watch", "good"]
    icon: str
    bold: str
    rest: str = ""
    note: str = ""
    action: Literal["", "try_now", "call_back", "dismiss", "test"] = ""
    id: str = ""
    """Same id = same banner, only its seconds run on."""


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
    sound_read: bool = False
    """The person has read that there is no sound card."""


def worst(state: State, extras: Extras, now: float) -> Banner | None:
    """The banner for ``state``, or None when all is well."""
    for found in (
        _engine(state, extras),
        _line(state, now),
        _link(state, now),
        _notice(extras),
        _sound(state, extras),
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


def _sound(state: State, extras: Extras) -> Banner | None:
    sound = state.sound
    if sound is None or not sound.problem or extras.sound_read:
        return None  # no device and no problem: none was asked for
    if sound.problem.startswith(NO_SOUND_SYSTEM):
        bold = translate("Banner", "The sound of this computer cannot be used.")
        rest = translate("Banner", "Calls are silent here. Tell IT: PortAudio is missing.")
    elif sound.output:
        bold = translate("Banner", "No microphone found.")
        rest = translate("Banner", "You hear the others, they do not hear you. Plug in a headset.")
    elif sound.input:
        bold = translate("Banner", "No loudspeaker found.")
        rest = translate("Banner", "The others hear you, you do not hear them. Plug in a headset.")
    else:
        bold = translate("Banner", "No microphone and no loudspeaker found.")
        rest = translate("Banner", "Calls are silent on this computer. Plug in a headset.")
    return Banner("watch", "volume-x", bold, rest, "", "dismiss", "sound")


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
