"""extensions.conf, within the house: people, the one way to ring them, the one way to wait.

No name or title ever enters the dialplan: only identifiers, digits and numbers, all checked.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Queue, User
from pbx_config.render.codes import codes
from pbx_config.render.queues import RING_SECONDS
from pbx_config.render.text import extension, section

REACH_SECONDS = 25
"""How long a user's phones ring before voicemail, and a taker's before the caller waits again."""
MAX_FORWARDS = 3
"""Forwarded more often, a call rings where it is: no loop."""


def internal(exchange: Exchange) -> str:
    """Extensions of people and services, and the codes."""
    # ARG1 = take: somebody asked for this caller and wants to know how it went.
    person = extension(
        "_X.",
        "Set(ALLO_HOPS=$[0${ALLO_HOPS} + 1])",
        "Set(to=${DB(forward/${EXTEN})})",
        f'GotoIf($["${{to}}" = "" | "${{ARG1}}" = "take" | ${{ALLO_HOPS}} > {MAX_FORWARDS}]?ring)',
        "GotoIf(${DIALPLAN_EXISTS(forwarded,${to},1)}?:ring)",
        "Set(REDIRECTING(from-num,i)=${EXTEN})",
        "Set(REDIRECTING(reason,i)=cfu)",
        "Set(REDIRECTING(count,i)=${ALLO_HOPS})",  # without a count no Diversion header is sent
        "Goto(forwarded,${to},1)",
        '(ring)ExecIf($["${ALLO_CALL}" = ""]?Set(__ALLO_CALL=${UNIQUEID}))',
        "Gosub(reach,${who},1)",
        'GotoIf($["${ARG1}" = "take"]?back)',
        "Set(how=${GOSUB_RETVAL})",
        "Gosub(give-back,s,1(${EXTEN}))",
        'VoiceMail(${EXTEN}@default,${IF($["${how}" = "BUSY"]?b:u)})',
        "Hangup()",
        "(back)Return(${GOSUB_RETVAL})",
    )
    return "\n\n".join(
        (
            section(
                "internal",
                *codes(),
                *(_queue(queue) for queue in exchange.queues),
                *(_user(user) for user in exchange.users),
            ),
            section("person", person),
            section("forwarded", "include => internal", "include => outgoing"),
        )
    )


def _queue(queue: Queue) -> str:
    return extension(
        escape.digits(queue.extension, queue.name),
        f"Set(__ALLO_QUEUE={escape.identifier(queue.name, 'queue.name')})",
        f"Set(ALLO_UNTIL=$[${{EPOCH}} + {int(queue.max_wait)}])",
        "Goto(enqueue,${EXTEN},1)",
    )


def _user(user: User) -> str:
    extension = escape.digits(user.extension, user.id)
    devices = "&".join(f"PJSIP/{escape.identifier(d.id, 'device.id')}" for d in user.devices)
    hint = f"exten => {extension},hint,{devices}\n" if devices else ""
    return (
        f"{hint}exten => {extension},1,Set(who={escape.word(user.id, 'user.id')})\n"
        f" same => n,Goto(person,{extension},1)"
    )


def reach(exchange: Exchange) -> str:
    """``Gosub(reach,USER,1(SECONDS,FROM))`` rings all devices; returns DIALSTATUS if nobody
    answered. FROM: the extension where a caller who is given back could not be reached."""
    ring = extension(
        "ring",
        'GotoIf($["${DB(dnd/${own})}" != ""]?busy)',
        'GotoIf($["${REPLACE(to,&)}" = ""]?offline)',
        "Set(__ALLO_RETURNED=${ARG2})",
        # Once: not again when this caller is handed on.
        "Set(__ALLO_ANSWER=${ALLO_INTERCOM})",
        "Set(__ALLO_INTERCOM=)",
        f'Set(LOCAL(seconds)=${{IF($["${{ARG1}}" != ""]?${{ARG1}}:{REACH_SECONDS})}})',
        "Dial(${to},${seconds},b(reach^headers^1)U(answered))",
        "Return(${DIALSTATUS})",
        "(offline)Return(CHANUNAVAIL)",
        "(busy)Return(BUSY)",
    )
    headers = extension(
        "headers",
        'ExecIf($["${ALLO_RETURNED}" != ""]?'
        "Set(PJSIP_HEADER(add,X-Allo-Returned)=${ALLO_RETURNED}))",
        'ExecIf($["${ALLO_ANSWER}" != ""]?'
        "Set(PJSIP_HEADER(add,Call-Info)=<sip:allo>\\;answer-after=0))",
        'ExecIf($["${ALLO_QUEUE}" != ""]?Set(PJSIP_HEADER(add,X-Allo-Queue)=${ALLO_QUEUE}))',
        "Set(PJSIP_HEADER(add,X-Allo-Call)=${ALLO_CALL})",
        "Return()",
    )
    # On the leg that answered. The others are cancelled by now, and a CANCEL carries no name: the
    # server tells them.
    answered = extension(
        "s",
        "UserEvent(AlloAnswered,Call: ${ALLO_CALL},Extension: ${ALLO_EXTENSION},"
        "Queue: ${ALLO_QUEUE})",
        "Return()",
    )
    member = extension(
        "_[a-z0-9]!",
        f"Gosub(reach,${{EXTEN}},1({RING_SECONDS}))",
        "Hangup(${HANGUPCAUSE})",
    )
    return "\n\n".join(
        (
            section("reach", ring, headers, *(_reach_user(user) for user in exchange.users)),
            section("answered", answered),
            section("queue-member", member),
        )
    )


def _reach_user(user: User) -> str:
    # Of a registration only whether there is one: what a phone registers (its Contact) never enters
    # a dial string, where a comma would begin options and an ampersand another target.
    devices = "&".join(
        f"${{IF(${{LEN(${{PJSIP_AOR({device.id},contact)}})}}?PJSIP/{device.id})}}"
        for device in user.devices
    )
    return (
        f"exten => {user.id},1,Set(LOCAL(to)={devices})\n"
        f" same => n,Set(LOCAL(own)={user.extension})\n same => n,Goto(ring,1)"
    )


def enqueue() -> str:
    """Wait; when withdrawn (AMI QueueWithdrawCaller) ring the taker, and if that fails wait again
    in front; after max_wait leave a message for the service."""
    return section(
        "enqueue",
        extension(
            "_X.",
            "Set(__ALLO_CALL=${UNIQUEID})",
            "Answer()",
            "(wait)GotoIf($[${ALLO_UNTIL} <= ${EPOCH}]?mailbox)",
            "Queue(${ALLO_QUEUE},,,,$[${ALLO_UNTIL} - ${EPOCH}])",
            'GotoIf($["${QUEUE_WITHDRAW_INFO}" != ""]?taken)',
            "(mailbox)VoiceMail(${EXTEN}@default,u)",
            "Hangup()",
            "(taken)Set(taker=${FILTER(0-9,${QUEUE_WITHDRAW_INFO})})",
            "Set(QUEUE_WITHDRAW_INFO=)",
            "GotoIf(${DIALPLAN_EXISTS(internal,${taker},1)}?:again)",
            "Gosub(internal,${taker},1(take))",
            "(again)Set(QUEUE_PRIO=10)",
            "Goto(wait)",
        ),
    )
