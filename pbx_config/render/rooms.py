"""Conference rooms: confbridge.conf, and how one gets in (extensions.conf).

From the house only: ``*6`` and two digits. Somebody from outside comes in by being transferred, by
the same door: connected by who is in the room, they are in; handed on blindly, they are asked for
the PIN as anybody is, and come back to who handed them on if they do not know it.

A PIN stands in confbridge.conf and nowhere else: who reads a dialplan or a call record meets none.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Room
from pbx_config.render import base
from pbx_config.render.text import extension, section

CODE = "*6"
"""Followed by two digits."""


def codes(exchange: Exchange) -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    if not exchange.rooms:
        return (
            extension(f"_{CODE}XX", "Answer()", "ConfBridge(${EXTEN:2},room,guest)", "Hangup()"),
        )
    return tuple(_door(room) for room in exchange.rooms)


def _door(room: Room) -> str:
    number = escape.digits(room.number, f"{CODE}{room.number}")
    guest = f"guest-{number}" if room.pin else "guest"
    return extension(
        f"{CODE}{number}",
        "Answer()",
        # ConfBridge asks three times. Then it would hang up, or also where the room is full: but
        # who was handed on to here is somebody's caller.
        f"TryExec(ConfBridge({number},room-{number},{guest}))",
        'GotoIf($["${CONFBRIDGE_RESULT}" != "FAILED"]?over)',
        f"Gosub(give-back,s,1({CODE[1:]}{number}))",
        "(over)Hangup()",
    )


def confbridge_conf(exchange: Exchange) -> str:
    """The profiles of all rooms, and those of each."""
    return base.confbridge_conf() + "".join(
        f"\n{part}\n" for room in exchange.rooms for part in _profiles(room)
    )


def _profiles(room: Room) -> tuple[str, ...]:
    number = escape.digits(room.number, f"{CODE}{room.number}")
    most = section(f"room-{number}", f"max_members = {int(room.most)}", inherits="room")
    if not room.pin:
        return (most,)
    return most, section(
        f"guest-{number}", f"pin = {escape.pin(room.pin, f'{CODE}{number}')}", inherits="guest"
    )
