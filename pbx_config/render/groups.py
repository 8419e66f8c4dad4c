"""extensions.conf: ring groups (context ``group-NAME``): all telephones of a service ring at once.

Nobody waits here: who calls hears it ring, whoever answers first has them, and after ``max_wait``,
or at once where nobody can be rung, they go on as the service says. The members' telephones are
rung themselves: what a member forwards is not followed, so no member diverts a call for all, and
no two forwards make a circle.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Queue
from pbx_config.render import closed, pauses, targets
from pbx_config.render.text import extension, section

TO_RING, RANG = "ALLO_RING", "ALLO_RANG"
"""Variables: the devices to ring, each with an ampersand after it, and their extensions, each with
a hyphen."""


def entry(queue: Queue) -> str:
    """The group's extension, in the context ``internal``."""
    number = escape.digits(queue.extension, queue.name)
    return extension(
        number,
        "Set(__ALLO_INTERCOM=)",
        *closed.door(queue),
        f"Goto({_context(queue)},{number},1)",
    )


def group_contexts(exchange: Exchange) -> str:
    """All of them."""
    known = {user.id for user in exchange.users}
    return "\n\n".join(_group(queue, known) for queue in exchange.queues if queue.together)


def _group(queue: Queue, known: set[str]) -> str:
    number = escape.digits(queue.extension, queue.name)
    helpers = [one for one in queue.helpers if one in known and one not in queue.members]
    after = (
        targets.steps(queue.after_wait, queue.name)
        if queue.after_wait
        else (f"VoiceMail({number}@default,u)", "Hangup()")
    )
    return section(
        _context(queue),
        extension(
            number,
            f"Set(__ALLO_QUEUE={escape.identifier(queue.name, 'queue.name')})",
            "Set(__ALLO_CALL=${UNIQUEID})",
            # Of what they met before: this is another call.
            "Set(__ALLO_RETURNED=)",
            "Set(__ALLO_ANSWER=)",
            *who_can_be_rung(queue, known),
            *((f'GotoIf($["${{{TO_RING}}}" != ""]?ring)', *_each(helpers)) if helpers else ()),
            f'(ring)GotoIf($["${{{TO_RING}}}" = ""]?over)',
            # i: nor does a telephone's own forward (302) lead elsewhere; r: ringing, no music.
            f"Dial(${{{TO_RING}:0:-1}},{int(queue.max_wait)},"
            f"irb(reach^headers^1)U(answered^${{{RANG}:0:-1}}))",
            f"(over){after[0]}",
            *after[1:],
        ),
    )


def who_can_be_rung(queue: Queue, known: set[str]) -> tuple[str, ...]:
    """Steps after which ``TO_RING`` and ``RANG`` say which of its members can be rung now."""
    members = [member for member in queue.members if member in known]
    return f"Set({TO_RING}=)", f"Set({RANG}=)", *_each(members)


def _each(users: list[str]) -> tuple[str, ...]:
    return tuple(f"Gosub(reach,{escape.word(user, 'user.id')},1(,,,together))" for user in users)


def together() -> str:
    """Extension of the context ``reach``: add this user's telephones to those that will ring, but
    for who does not want calls, pauses, is in a call, or calls themselves. Whose telephone rings
    already may well take this one."""
    return extension(
        "together",
        'GotoIf($["${own}" = "${ALLO_EXTENSION}" | "${to}" = ""]?no)',
        f'GotoIf($["${{DB(dnd/${{own}})}}${{DB({pauses.FAMILY}/${{user}})}}" != ""]?no)',
        'GotoIf(${REGEX("^((RING|HOLD)?INUSE|BUSY|ONHOLD)" '
        "${EXTENSION_STATE(${own}@internal)})}?no)",
        f"Set({TO_RING}=${{{TO_RING}}}${{to}})",
        f"Set({RANG}=${{{RANG}}}${{own}}-)",
        "(no)Return()",
    )


def _context(queue: Queue) -> str:
    return f"group-{escape.identifier(queue.name, 'queue.name')}"
