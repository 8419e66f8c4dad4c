"""extensions.conf: an announcement to all of a service: ``*81`` and its extension.

One way: they hear who calls, and are not heard. Only telephones that answer by themselves take
part: the others would ring, and whoever answered could not answer back. Ours are told what it is
(X-Allo-Page) and refuse without a sound where their owner did not allow it; another maker's, set
up otherwise, stops ringing after ``SECONDS``.
"""

from pbx_config import escape
from pbx_config.model import Exchange
from pbx_config.render import groups
from pbx_config.render.codes import OWN_HAND
from pbx_config.render.text import extension, section

CODE = "*81"
"""Followed by a service's extension."""
SECONDS = 5
"""For a telephone to answer by itself."""


def codes() -> tuple[str, ...]:
    """Extension of the context ``internal``."""
    return (
        extension(
            f"_{CODE}X.",
            # Nor does somebody speak to all of a service because they were handed on to here.
            OWN_HAND,
            f"Set(at=${{FILTER(0-9,${{EXTEN:{len(CODE)}}})}})",
            "GotoIf(${DIALPLAN_EXISTS(page,${at},1)}?page,${at},1)",
            "Answer()",
            "Playback(pbx-invalid)",
            "Hangup()",
            "(nobody)Gosub(give-back,s,1(${FILTER(0-9,${EXTEN})}))",
            "Hangup(21)",
        ),
    )


def page(exchange: Exchange) -> str:
    """Context ``page``: the services by their extensions."""
    known = {user.id for user in exchange.users}
    return section(
        "page",
        extension(
            "all",
            f'GotoIf($["${{{groups.TO_RING}}}" = ""]?nobody)',
            "Set(__ALLO_CALL=${UNIQUEID})",
            "Set(__ALLO_QUEUE=)",
            "Set(__ALLO_RETURNED=)",
            "Set(__ALLO_ANSWER=1)",
            "Set(__ALLO_PAGE=1)",
            # i: a telephone's forward is not followed; s: one that rings already is left alone; A:
            # all hear a tone first.
            f"Page(${{{groups.TO_RING}:0:-1}},isqA(beep)b(reach^headers^1),{SECONDS})",
            "Hangup()",
            "(nobody)Answer()",
            "Playback(vm-nobodyavail)",
            "Hangup()",
        ),
        *(
            extension(
                escape.digits(queue.extension, queue.name),
                *groups.who_can_be_rung(queue, known),
                "Goto(all,1)",
            )
            for queue in exchange.queues
        ),
    )


def header() -> str:
    """Step of the dialplan before a phone is called."""
    return 'ExecIf($["${ALLO_PAGE}" != ""]?Set(PJSIP_HEADER(add,X-Allo-Page)=1))'
