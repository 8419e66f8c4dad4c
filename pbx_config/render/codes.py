"""extensions.conf: what one dials to change or reach something of the PBX itself.

The codes for forwarding are those of ETSI (EN 300 207), which people know from any exchange.
"""

from pbx_config.render.text import extension, section

ECHO_TEST = "*43"
VOICEMAIL = "*98"
"""One's own messages; followed by an extension: leave a message there at once."""
INTERCOM = "*80"
"""Followed by an extension: call there, and let the phone answer by itself if its owner allows."""
DND_ON, DND_OFF = "*26", "#26"
FORWARDS = {"": "21", "-cfb": "67", "-cfnr": "61", "-unavailable": "62"}
"""Always, when busy, when nobody answers, when the phone is not there: what is kept in Asterisk's
database (``forward-cfb/2001``), by its code. On with ``*61*NUMBER``, off with ``#61``. The last is
GSM's (3GPP TS 22.030); ETSI has none."""
FORWARD_ON, FORWARD_OFF = "*21*", "#21"
FOLLOW, FILTER = "63", "64"
"""A number outside that rings too (``follow/2001``), and who answers instead (``filter/2001``). On
and off as forwards are; ETSI has none for either."""
BARRED = ("00", "090", "+3290", "+320")
"""Beginnings of numbers that no call is sent on to: abroad, what costs more than a call, and what
an operator may take for either."""
HOME = "+32"
"""Of numbers with a country code only this one."""


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        extension(ECHO_TEST, "Answer()", "Echo()", "Hangup()"),
        extension(
            VOICEMAIL,
            OWN_HAND,
            "Goto(listen,${ALLO_EXTENSION},1)",
            "(nobody)Hangup(21)",
        ),
        extension(
            f"_{VOICEMAIL}X.",
            f"Set(box=${{FILTER(0-9,${{EXTEN:{len(VOICEMAIL)}}})}})",
            "GotoIf(${VM_INFO(${box}@default,exists)}?:unknown)",
            "VoiceMail(${box}@default,u)",
            "Hangup()",
            "(unknown)Gosub(give-back,s,1(${box}))",
            "Hangup(1)",
        ),
        extension(
            f"_{INTERCOM}X.",
            "Set(__ALLO_INTERCOM=1)",
            f"Goto(internal,${{FILTER(0-9,${{EXTEN:{len(INTERCOM)}}})}},1)",
        ),
        _switch(DND_ON, "dnd", "1", also=(_quiet("BUSY"),)),
        # INVALID is what leaves a hint to its other devices: not in use, it would be free.
        _switch(DND_OFF, "dnd", "", also=(_quiet("INVALID"),)),
        *(
            _switch(f"_*{code}*{digit}.", f"forward{when}", _TARGET, check=_MAY_BE_FORWARDED_TO)
            for when, code in FORWARDS.items()
            for digit in "X+"
        ),
        *(_switch(f"#{code}", f"forward{when}", "") for when, code in FORWARDS.items()),
        *(
            _switch(f"_*{FOLLOW}*{digit}.", "follow", _TARGET, check=_MAY_BE_FOLLOWED_TO)
            for digit in "X+"
        ),
        _switch(f"#{FOLLOW}", "follow", ""),
        _switch(f"_*{FILTER}*X.", "filter", _TARGET, check=_MAY_ANSWER_INSTEAD),
        _switch(f"#{FILTER}", "filter", ""),
        # What is switched on, for phones to subscribe to: dnd-2001, forward-2001.
        "exten => _d[n]d-X.,hint,Custom:${EXTEN}",  # a bare n in a pattern is any of 2 to 9
        "exten => _forward-X.,hint,Custom:${EXTEN}",
        "exten => _forward-cfb-X.,hint,Custom:${EXTEN}",
        "exten => _forward-cf[n]r-X.,hint,Custom:${EXTEN}",
        "exten => _forward-u[n]available-X.,hint,Custom:${EXTEN}",
        "exten => _follow-X.,hint,Custom:${EXTEN}",
        "exten => _filter-X.,hint,Custom:${EXTEN}",
    )


OWN_HAND = 'GotoIf($["${ALLO_EXTENSION}" = "" | "${BLINDTRANSFER}" != ""]?nobody)'
"""Only who dialled it: somebody handed on to here by another stands on their own channel, and would
change what is theirs, or hear it, at that other's wish."""

_TARGET = f"${{FILTER(0-9+,${{EXTEN:{len(FORWARD_ON)}}})}}"
_MAY_BE_FORWARDED_TO = (
    f"Set(to={_TARGET})",
    # Ourselves, emergency numbers, abroad, 090x: at the commune's expense or at somebody's peril.
    # ``pbx_config.personal`` says the same to the administrator.
    'GotoIf($["${to}" = "${ALLO_EXTENSION}"]?no)',
    "GotoIf(${DIALPLAN_EXISTS(emergency,${to},1)}?no)",
    "GotoIf($["
    + " | ".join(f'"${{to:0:{len(begins)}}}" = "{begins}"' for begins in BARRED)
    + "]?no)",
    f'GotoIf($["${{to:0:1}}" = "+" & "${{to:0:{len(HOME)}}}" != "{HOME}"]?no)',
    "GotoIf(${DIALPLAN_EXISTS(forwarded,${to},1)}?:no)",
)
_MAY_BE_FOLLOWED_TO = (
    *_MAY_BE_FORWARDED_TO,
    # Outside, and no number of ours: that would be the way back.
    "GotoIf(${DIALPLAN_EXISTS(outgoing,${to},1)}?:no)",
    'GotoIf(${DIALPLAN_EXISTS(did,${IF($["${to:0:1}" = "+"]?${to:1}:32${to:1})},1)}?no)',
)
_MAY_ANSWER_INSTEAD = (
    f"Set(to={_TARGET})",
    'GotoIf($["${to}" = "${ALLO_EXTENSION}"]?no)',
    # A person: everybody has a mobile there, or could have.
    "GotoIf(${DIALPLAN_EXISTS(mobile,${to},1)}?:no)",
)


def quiet(extension: str) -> str:
    """Device that is busy while that person wants no calls: part of their hint."""
    return f"Custom:quiet-{extension}"


def _quiet(state: str) -> str:
    return f"Set(DEVICE_STATE({quiet('${ALLO_EXTENSION}')})={state})"


def _switch(
    code: str, name: str, value: str, *, check: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> str:
    """Switch something on for who calls (a value) or off; kept in astdb, seen as a device state.

    ``check`` goes to ``no`` when it may not be; ``also`` is done with it.
    """
    own = "${ALLO_EXTENSION}"
    return extension(
        code,
        OWN_HAND,
        *check,
        # All of it before the answer: who hangs up at once has decided all the same.
        f"Set(DB({name}/{own})={value})" if value else f"Set(gone=${{DB_DELETE({name}/{own})}})",
        f"Set(DEVICE_STATE(Custom:{name}-{own})={'BUSY' if value else 'NOT_INUSE'})",
        *also,
        "Answer()",
        f"Playback({'activated' if value else 'de-activated'})",
        "Hangup()",
        *(("(no)Answer()", "Playback(pbx-invalid)", "Hangup()") if check else ()),
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
