"""What states are called, in the language of the window. Pure text, no widget.

Everything goes through Qt Linguist (context ``Words``); the French words are those of the design.
"""

import time

from PySide6.QtCore import QCoreApplication

from softphone.calls import Call
from softphone.dialling import EMERGENCY, readable
from softphone.facts import Problem
from softphone.ui.tokens import WAIT_LONG, WAIT_SOON

translate = QCoreApplication.translate


def presence(state: str) -> str:
    """Word beside the presence mark; anything unheard of is *Unknown*."""
    match state:
        case "free":
            return translate("Words", "Free")
        case "busy":
            return translate("Words", "On a call")
        case "ringing":
            return translate("Words", "Ringing")
        case "hold":
            return translate("Words", "On hold")
        case "paused":
            return translate("Words", "On break")
        case "dnd":
            return translate("Words", "Do not disturb")
        case "offline":
            return translate("Words", "Offline")
    return translate("Words", "Unknown")


def presence_since(state: str, since: float | None, now: float) -> str:
    """``En appel · 06:20``: since when, where that matters and is known."""
    word = presence(state)
    if since is None or now < since:
        return word
    if state in ("busy", "ringing", "hold"):
        return f"{word} · {clock(now - since)}"
    if state == "paused":
        return f"{word} · {minutes(now - since)}"
    return word


def wait_mark(waited: float) -> str:
    """``new``, ``soon`` or ``long`` for seconds in a queue."""
    return "long" if waited >= WAIT_LONG else "soon" if waited >= WAIT_SOON else "new"


def wait(mark: str) -> str:
    match mark:
        case "long":
            return translate("Words", "Too long")
        case "soon":
            return translate("Words", "Take soon")
        case "frozen":
            return translate("Words", "Frozen")
    return translate("Words", "New")


def clock(seconds: float) -> str:
    """``04:12``, from one hour on ``1:04:12``; never negative."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    both = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours}:{both}" if hours else both


def minutes(seconds: float) -> str:
    """``6 min`` (at least one), from an hour on ``2 h``."""
    count = max(1, int(seconds) // 60)
    if count < 60:
        return translate("Words", "{n} min").format(n=count)
    return translate("Words", "{n} h").format(n=count // 60)


def spoken(seconds: float) -> str:
    """``3 min 48`` or ``17 s``, for sentences and screen readers."""
    whole = max(0, int(seconds))
    if whole < 60:
        return translate("Words", "{n} s").format(n=whole)
    return translate("Words", "{m} min {s}").format(m=whole // 60, s=f"{whole % 60:02}")


def hour(unix: float, seconds: bool = False) -> str:
    """Local time of day, ``10:42`` or ``10:42:07``."""
    return time.strftime("%H:%M:%S" if seconds else "%H:%M", time.localtime(unix))


def who(name: str, number: str) -> str:
    """A caller's name, else their number as people read it, else *Number withheld*."""
    return name or readable(number) or translate("Words", "Number withheld")


def ended(call: Call) -> str:
    """Why a call is over, in one word or two."""
    match call.why:
        case "" | "normal":
            return translate("Words", "Ended")
        case "busy":
            return translate("Words", "Ended: busy")
        case "no_answer":
            return (
                translate("Words", "Ended: no answer")
                if call.direction == "out"
                else translate("Words", "Missed")
            )
        case "declined":
            return translate("Words", "Ended: declined")
        case "not_found":
            return translate("Words", "Ended: number does not exist")
        case "cancelled":
            return (
                translate("Words", "Cancelled")
                if call.direction == "out"
                else translate("Words", "Missed: the caller hung up")
            )
        case "elsewhere":
            if call.by_me:
                return translate("Words", "Taken on another phone of yours")
            if call.taken_by:
                return translate("Words", "Taken by {name}").format(name=call.taken_by)
            return translate("Words", "Taken by a colleague")
        case "unavailable":
            return translate("Words", "Ended: nobody can be reached there")
        case "forbidden":
            return translate("Words", "Ended: not allowed")
    return translate("Words", "Ended: call cut off")


def ended_next(call: Call) -> str:
    """What to do about it, or empty."""
    if call.number in EMERGENCY and call.why not in ("", "normal", "cancelled"):
        return translate("Words", "Take a mobile phone and dial {number}.").format(
            number=call.number
        )
    match call.why:
        case "busy":
            return translate("Words", "{who} is on another call. Try again in a moment.").format(
                who=who(call.name, call.number)
            )
        case "no_answer" if call.direction == "out":
            return translate("Words", "Try again later, or write a message.")
        case "not_found":
            return translate("Words", "Check the number, or search by name.")
        case "unavailable":
            return translate("Words", "Their phone is off or has no network. Write a message.")
        case "forbidden":
            return translate("Words", "Your phone may not call this number. Ask IT for help.")
        case "failed":
            return translate("Words", "The connection was lost. Call again.")
    return ""


def problem(found: Problem) -> str:
    """A problem of the server or the way to it: its own words when it has some, else ours."""
    if found.message:
        return found.message
    match found.id:
        case "unreachable":
            return translate("Words", "The server cannot be reached. Check the network connection.")
        case "wrong-certificate":
            return translate(
                "Words",
                "This server is not the one your phone was enrolled with. "
                "Do not go on; tell IT about it.",
            )
        case "incompatible":
            return translate(
                "Words", "Phone and server do not speak the same version. Ask IT for an update."
            )
        case "token-unknown":
            return translate(
                "Words", "The server no longer knows this phone. Ask IT for a new enrolment link."
            )
        case "caller-gone":
            return translate("Words", "Already taken, or no longer waiting.")
        case "not-receptionist":
            return translate("Words", "Your phone may not take callers from this queue.")
        case "pbx-down":
            return translate("Words", "The exchange does not answer. Try again in a moment.")
        case "no-such-extension":
            return translate("Words", "This extension does not exist any more.")
    return translate("Words", "The server could not do this. Try again in a moment.")
