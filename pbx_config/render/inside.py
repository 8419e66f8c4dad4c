"""extensions.conf, within the house: people, the one way to ring them, the one way to wait.

No name or title ever enters the dialplan: only identifiers, digits and numbers, all checked.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Queue, User
from pbx_config.render import (
    by_name,
    callback,
    closed,
    groups,
    info,
    menus,
    mobile,
    paging,
    parking,
    pauses,
    pickup,
    recording,
    rooms,
    secretary,
    targets,
    voicemail,
)
from pbx_config.render.codes import codes, quiet
from pbx_config.render.outside import MAX_FORWARDS
from pbx_config.render.queues import RING_SECONDS
from pbx_config.render.text import extension, section

REACH_SECONDS = 25
"""How long a user's phones ring before voicemail, and a taker's before the caller waits again."""


def internal(exchange: Exchange) -> str:
    """Extensions of people and services, and the codes."""
    # ARG1 = take: somebody asked for this caller and wants to know how it went.
    person = extension(
        "_X.",
        # Handed on blindly since we saw this caller last: how they came before does not matter.
        'GotoIf($["${BLINDTRANSFER}" = "${ALLO_HANDED}"]?target)',
        "Set(ALLO_HANDED=${BLINDTRANSFER})",
        "Set(ALLO_FORWARDS=0)",
        "Set(ALLO_FORWARDER=)",
        "Set(ALLO_FILTERED=)",
        "Set(REDIRECTING(from-num,i)=)",
        "Set(REDIRECTING(count,i)=0)",
        *secretary.instead("target", forward="forward", otherwise="theirs"),
        "(theirs)Set(to=${DB(forward/${EXTEN})})",
        "Set(reason=cfu)",
        "Set(else=ring)",
        'GotoIf($["${ARG1}" = "take"]?ring)',
        '(forward)GotoIf($["${to}" = ""]?${else})',
        f"GotoIf($[0${{ALLO_FORWARDS}} >= {MAX_FORWARDS}]?${{else}})",
        "GotoIf(${DIALPLAN_EXISTS(forwarded,${to},1)}?:${else})",
        "Set(ALLO_FORWARDS=$[0${ALLO_FORWARDS} + 1])",
        'ExecIf($["${ALLO_FORWARDER}" = ""]?Set(ALLO_FORWARDER=${EXTEN}))',
        "Set(__ALLO_INTERCOM=)",
        "Set(REDIRECTING(from-num,i)=${EXTEN})",
        "Set(REDIRECTING(reason,i)=${reason})",
        # Without a count no Diversion header is sent.
        "Set(REDIRECTING(count,i)=${ALLO_FORWARDS})",
        "Goto(forwarded,${to},1)",
        "(ring)Gosub(reach,${who},1(,,${ARG1},,mobile))",
        'GotoIf($["${ARG1}" = "take"]?back)',
        "Set(how=${GOSUB_RETVAL})",
        # Busy, not there, or nobody came: each may be forwarded elsewhere.
        'Set(reason=${IF($["${how}" = "BUSY"]?cfb:'
        '${IF($["${how}" = "CHANUNAVAIL"]?unavailable:cfnr)})})',
        "Set(to=${DB(forward-${reason}/${EXTEN})})",
        # A phone that is not there does not answer either.
        'ExecIf($["${to}" = "" & "${reason}" = "unavailable"]?'
        "Set(to=${DB(forward-cfnr/${EXTEN})}))",
        "Set(else=unanswered)",
        "Goto(forward)",
        "(unanswered)Gosub(give-back,s,1(${EXTEN}))",
        # Of whom the caller wanted first.
        'Set(box=${IF($["${ALLO_FORWARDER}" != ""]?${ALLO_FORWARDER}:${EXTEN})})',
        'VoiceMail(${box}@default,${IF($["${how}" = "BUSY"]?b:u)})',
        "Hangup()",
        "(back)Set(ALLO_FORWARDS=0)",
        "Return(${GOSUB_RETVAL})",
    )
    return "\n\n".join(
        (
            section(
                "internal",
                *codes(),
                *voicemail.codes(),
                *pickup.codes(),
                *parking.codes(),
                *pauses.codes(),
                *rooms.codes(exchange),
                *paging.codes(),
                *by_name.codes(),
                *menus.entries(exchange),
                *info.entries(exchange),
                *(
                    groups.entry(queue) if queue.together else _queue(queue)
                    for queue in exchange.queues
                ),
                *(_user(user) for user in exchange.users),
            ),
            section("person", person),
            section("forwarded", "include => internal", "include => outgoing"),
        )
    )


def _queue(queue: Queue) -> str:
    return extension(
        escape.digits(queue.extension, queue.name),
        "Set(__ALLO_INTERCOM=)",
        *closed.door(queue),
        f"Set(__ALLO_QUEUE={escape.identifier(queue.name, 'queue.name')})",
        f"Set(ALLO_UNTIL=$[${{EPOCH}} + {int(queue.max_wait)}])",
        *callback.joins(),
        "Goto(enqueue,${EXTEN},1)",
    )


def _user(user: User) -> str:
    extension = escape.digits(user.extension, user.id)
    devices = "&".join(f"PJSIP/{escape.identifier(d.id, 'device.id')}" for d in user.devices)
    # Who wants no calls is busy, for colleagues and for queues.
    hint = f"exten => {extension},hint,{devices}&{quiet(extension)}\n" if devices else ""
    return (
        f"{hint}exten => {extension},1,Set(who={escape.word(user.id, 'user.id')})\n"
        f" same => n,Goto(person,{extension},1)"
    )


def reach(exchange: Exchange) -> str:
    """``Gosub(reach,USER,1(SECONDS,FROM,TAKE,TOGETHER,MOBILE))`` rings all devices; returns
    DIALSTATUS if nobody answered. FROM: the extension where a caller who is given back could not be
    reached. TAKE: not empty when the user asked for this call, so that it rings in spite of *do not
    disturb*. TOGETHER: nothing rings yet, see ``groups``. MOBILE: not empty when their mobile may
    ring too."""
    ring = extension(
        "ring",
        'GotoIf($["${DB(dnd/${own})}" != "" & "${ARG3}" = ""]?busy)',
        *mobile.beside(),
        'GotoIf($["${to}" = ""]?offline)',
        "Set(__ALLO_RETURNED=${ARG2})",
        'ExecIf($["${ALLO_CALL}" = ""]?Set(__ALLO_CALL=${UNIQUEID}))',
        # Once: not again when this caller is handed on.
        "Set(__ALLO_ANSWER=${ALLO_INTERCOM})",
        "Set(__ALLO_INTERCOM=)",
        f"Set(LOCAL(usual)=${{IF($[${{LEN(${{mobile}})}}]?{mobile.SECONDS}:{REACH_SECONDS})}})",
        'Set(LOCAL(seconds)=${IF($["${ARG1}" != ""]?${ARG1}:${usual})})',
        "Dial(${to},${seconds},b(reach^headers^1(${own}))U(answered^${own}))",
        # A mobile that nobody took does not make a phone that is off an unanswered one.
        "ExecIf(${LEN(${alone})}?Return(CHANUNAVAIL))",
        "Return(${DIALSTATUS})",
        "(offline)Return(CHANUNAVAIL)",
        "(busy)Return(BUSY)",
    )
    headers = extension(
        "headers",
        *mobile.headers(),
        'ExecIf($["${ALLO_RETURNED}" != ""]?'
        "Set(PJSIP_HEADER(add,X-Allo-Returned)=${ALLO_RETURNED}))",
        'ExecIf($["${ALLO_ANSWER}" != ""]?'
        "Set(PJSIP_HEADER(add,Call-Info)=<sip:allo>\\;answer-after=0))",
        'ExecIf($["${ALLO_QUEUE}" != ""]?Set(PJSIP_HEADER(add,X-Allo-Queue)=${ALLO_QUEUE}))',
        paging.header(),
        recording.header(),
        "Set(PJSIP_HEADER(add,X-Allo-Call)=${ALLO_CALL})",
        "Return()",
    )
    # On the leg that answered. The others are cancelled by now, and a CANCEL carries no name: the
    # server tells them.
    answered = extension(
        "s",
        "Set(LOCAL(box)=${ARG1})",  # a mobile is whose phone it rings for
        'GotoIf($["${CHANNEL(channeltype)}" != "PJSIP"]?tell)',
        # Whose phone it is, not ALLO_EXTENSION: who picked up at a colleague's stands in that
        # phone's place, behind its variables.
        "Set(LOCAL(box)=${PJSIP_ENDPOINT(${CHANNEL(endpoint)},mailboxes)})",
        "(tell)UserEvent(AlloAnswered,Call: ${ALLO_CALL},Extension: ${CUT(box,@,1)},"
        "Queue: ${ALLO_RUNG_BY},Rang: ${ARG1})",
        "Return()",
    )
    member = extension(
        "_[a-z0-9]!",
        "Set(__ALLO_RUNG_BY=${ALLO_QUEUE})",  # this leg alone, not for ever after as the caller
        f"Gosub(reach,${{EXTEN}},1({RING_SECONDS}))",
        "Hangup(${HANGUPCAUSE})",
    )
    return "\n\n".join(
        (
            section(
                "reach",
                ring,
                groups.together(),
                headers,
                *(_reach_user(user) for user in exchange.users),
            ),
            section("answered", answered),
            section("queue-member", member),
        )
    )


def _reach_user(user: User) -> str:
    # Of a registration only whether there is one: what a phone registers (its Contact) never enters
    # a dial string, where a comma would begin options and an ampersand another target.
    devices = "".join(
        f"${{IF(${{LEN(${{PJSIP_AOR({device.id},contact)}})}}?PJSIP/{device.id}&)}}"
        for device in user.devices
    )
    return (
        f"exten => {user.id},1,Set(LOCAL(to)={devices})\n"
        f" same => n,Set(LOCAL(own)={user.extension})\n"
        " same => n,Set(LOCAL(user)=${EXTEN})\n"
        ' same => n,Goto(${IF($["${ARG4}" = ""]?ring:together)},1)'
    )


def enqueue(exchange: Exchange) -> str:
    """Wait; when withdrawn (AMI QueueWithdrawCaller) ring the taker, and if that fails wait again
    in front; after max_wait go on as the service says (``after-QUEUE``), or leave it a message."""
    wait = section(
        "enqueue",
        extension(
            "_X.",
            "Set(__ALLO_CALL=${UNIQUEID})",
            "Answer()",
            "(wait)GotoIf($[${ALLO_UNTIL} <= ${EPOCH}]?over)",
            "Queue(${ALLO_QUEUE},,,,$[${ALLO_UNTIL} - ${EPOCH}])",
            'GotoIf($["${QUEUE_WITHDRAW_INFO}" != ""]?taken)',
            "(over)GotoIf(${DIALPLAN_EXISTS(after-${ALLO_QUEUE},s,1)}?after-${ALLO_QUEUE},s,1)",
            "VoiceMail(${EXTEN}@default,u)",
            "Hangup()",
            "(taken)Set(taker=${FILTER(0-9,${QUEUE_WITHDRAW_INFO})})",
            "Set(QUEUE_WITHDRAW_INFO=)",
            "GotoIf(${DIALPLAN_EXISTS(internal,${taker},1)}?:again)",
            "Gosub(internal,${taker},1(take))",
            "(again)Set(QUEUE_PRIO=10)",
            "Goto(wait)",
        ),
    )
    after = [
        section(
            f"after-{escape.identifier(queue.name, 'queue.name')}",
            # Wherever they come next, they do not come to the head of the queue.
            extension("s", "Set(QUEUE_PRIO=)", *targets.steps(queue.after_wait, queue.name)),
        )
        for queue in exchange.queues
        if queue.after_wait and not queue.together
    ]
    return "\n\n".join((wait, *after))
