"""extensions.conf: what one dials to change or reach something of the PBX itself.

The codes for forwarding are those of ETSI (EN 300 207), which people know from any exchange.
"""

from pbx_config.render.text import extension, section

ECHO_TEST = "*43"
VOICEMAIL = "*98"
"""One's own messages; followed by an extension: leave a message there at once."""
ROOM = "*6"
"""Followed by two digits: a conference room."""
INTERCOM = "*80"
"""Followed by an extension: call there, and let the phone answer by itself if its owner allows."""
DND_ON, DND_OFF = "*26", "#26"
FORWARD_ON, FORWARD_OFF = "*21*", "#21"


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        extension(ECHO_TEST, "Answer()", "Echo()", "Hangup()"),
        extension(VOICEMAIL, "Answer()", "VoiceMailMain(${ALLO_EXTENSION}@default,s)", "Hangup()"),
        extension(
            f"_{VOICEMAIL}X.",
            f"Set(box=${{FILTER(0-9,${{EXTEN:{len(VOICEMAIL)}}})}})",
            "GotoIf(${VM_INFO(${box}@default,exists)}?:unknown)",
            "VoiceMail(${box}@default,u)",
            "Hangup()",
            "(unknown)Gosub(give-back,s,1(${box}))",
            "Hangup(1)",
        ),
        extension(f"_{ROOM}XX", "Answer()", "ConfBridge(${EXTEN:2},room,guest)", "Hangup()"),
        extension(
            f"_{INTERCOM}X.",
            "Set(__ALLO_INTERCOM=1)",
            f"Goto(internal,${{FILTER(0-9,${{EXTEN:{len(INTERCOM)}}})}},1)",
        ),
        _switch(DND_ON, "dnd", "1"),
        _switch(DND_OFF, "dnd", ""),
        _switch(f"_{FORWARD_ON}X.", "forward", f"${{FILTER(0-9+,${{EXTEN:{len(FORWARD_ON)}}})}}"),
        _switch(FORWARD_OFF, "forward", ""),
        # What is switched on, for phones to subscribe to: dnd-2001, forward-2001.
        "exten => _d[n]d-X.,hint,Custom:${EXTEN}",  # a bare n in a pattern is any of 2 to 9
        "exten => _forward-X.,hint,Custom:${EXTEN}",
    )


def _switch(code: str, name: str, value: str) -> str:
    """Switch something on for who calls (a value) or off; kept in astdb, seen as a device state."""
    own = "${ALLO_EXTENSION}"
    return extension(
        code,
        'GotoIf($["${ALLO_EXTENSION}" = ""]?nobody)',
        "Answer()",
        f"Set(DB({name}/{own})={value})" if value else f"Set(gone=${{DB_DELETE({name}/{own})}})",
        f"Set(DEVICE_STATE(Custom:{name}-{own})={'BUSY' if value else 'NOT_INUSE'})",
        f"Playback({'activated' if value else 'de-activated'})",
        "Hangup()",
        "(nobody)Hangup(21)",
    )


def give_back() -> str:
    """``Gosub(give-back,s,1(EXTENSION))``: nobody was reached there; ring who transferred the
    caller, if somebody did so blindly. Returns when that fails too, or nobody did."""
    return section(
        "give-back",
        extension(
            "s",
            'GotoIf($["${BLINDTRANSFER}" = ""]?end)',
            # PJSIP/u14-1-0000002a: user u14, device 1
            "Set(LOCAL(device)=${CUT(BLINDTRANSFER,/,2)})",
            "Set(LOCAL(user)=${FILTER(a-z0-9,${CUT(device,-,1)})})",
            "Set(BLINDTRANSFER=)",
            "GotoIf(${DIALPLAN_EXISTS(reach,${user},1)}?:end)",
            "Gosub(reach,${user},1(,${FILTER(0-9,${ARG1})}))",
            "(end)Return(${GOSUB_RETVAL})",
        ),
    )
