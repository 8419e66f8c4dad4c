"""extensions.conf: a member of queues pauses, with a reason, or leaves for the day.

Who pauses stands in Asterisk's own database (``pause/USER`` → reason): that is the truth. The
queues are told of it, at once and again when Asterisk starts or has read its queues anew
(``at_start``), so that it lasts, also in a queue that they come to be a member of meanwhile. Calls
to themselves still ring: who wants none of these dials ``*26``.
"""

from pbx_config.render.codes import OWN_HAND
from pbx_config.render.text import extension, section

ON, OFF = "*28", "#28"
"""On may be followed by the reason's digit; off is also how one logs in."""
FAMILY = "pause"
"""In Asterisk's database, and the name of a device state to subscribe to: ``pause-2001``."""
REASONS = {"": "pause", "1": "pause", "2": "repas", "3": "reunion", "4": "dossiers", "9": "parti"}
"""By digit; short words without accents, as ``queue show`` and AMI say them. 9: logged out."""
_MEMBER = "Local/${user}@queue-member/n"


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        *(
            extension(f"{ON}{digit}", OWN_HAND, f"Goto({FAMILY},{reason},1)", "(nobody)Hangup(21)")
            for digit, reason in REASONS.items()
        ),
        extension(OFF, OWN_HAND, f"Goto({FAMILY},back,1)", "(nobody)Hangup(21)"),
        f"exten => _{FAMILY}-X.,hint,Custom:${{EXTEN}}",
    )


def pause() -> str:
    """Context ``pause``: a reason, or ``back``."""
    own = ("Set(device=${CHANNEL(endpoint)})", "Set(user=${FILTER(a-z0-9,${CUT(device,-,1)})})")
    begin = [
        extension(
            reason,
            "Answer()",
            *own,
            f"PauseQueueMember(,{_MEMBER},,{reason})",
            # Somebody who answers for no service; a group is no queue, and looks for itself.
            'GotoIf($["${PQMSTATUS}" = "PAUSED" | "${ALLO_SERVICES}" != ""]?:no)',
            f"Set(DB({FAMILY}/${{user}})={reason})",
            f"Set(DEVICE_STATE(Custom:{FAMILY}-${{ALLO_EXTENSION}})=BUSY)",
            "Playback(activated)",
            "Hangup()",
            "(no)Playback(pbx-invalid)",
            "Hangup()",
        )
        for reason in dict.fromkeys(REASONS.values())
    ]
    end = extension(
        "back",
        "Answer()",
        *own,
        f"Set(gone=${{DB_DELETE({FAMILY}/${{user}})}})",
        f"UnpauseQueueMember(,{_MEMBER})",
        f"Set(DEVICE_STATE(Custom:{FAMILY}-${{ALLO_EXTENSION}})=NOT_INUSE)",
        "Playback(de-activated)",
        "Hangup()",
    )
    return section(FAMILY, *begin, end)


def again(user: str) -> str:
    """Step: the queues are told of a user's pause; both are in variables."""
    return f"PauseQueueMember(,Local/${{{user}}}@queue-member/n,,${{DB({FAMILY}/${{{user}}})}})"
