"""extensions.conf: emergency first, then ourselves, then the world.

No name or title ever enters the dialplan: only identifiers, digits and numbers, all checked. What a
phone or the line sends (``EXTEN``, caller id) is filtered before it becomes part of a dial string.

``phones``     what an authenticated phone may call: emergency, internal, outgoing, in this order
``from-trunk`` what the line may call: our public numbers (``did``), nothing else
``reach``      the one way to ring a user, by user id; its body may become another node's business
``enqueue``    the one way to wait in a queue
"""

from collections.abc import Iterator

from pbx_config import escape
from pbx_config.model import Exchange, Queue, User
from pbx_config.render.queues import RING_SECONDS
from pbx_config.render.text import document, extension, section

EMERGENCY = ("112", "100", "101")
"""Also reached with a leading 0, the habit from exchanges where one dials 0 for a line."""
HELP_LINES = (
    "102", "103", "104", "105", "106", "107", "108", "110", "116000", "116111", "116117",
    "116123", "1712", "1722", "1733", "1813",
)  # fmt: skip
"""Belgian short numbers that no rule may block."""

ECHO_TEST = "*43"
VOICEMAIL = "*98"
REACH_SECONDS = 25
"""How long a user's phones ring before voicemail, and a taker's before the caller waits again."""


def extensions_conf(exchange: Exchange) -> str:
    """The whole dialplan."""
    trunks = [f"trunk-{escape.identifier(t.name, 'trunk.name')}" for t in exchange.trunks]
    return document(
        section("general", "static = yes", "writeprotect = yes", "clearglobalvars = yes"),
        section("globals", *_globals(exchange)),
        _phones(trunks),
        _emergency(trunks),
        _outgoing(trunks),
        _from_trunk(),
        _did(exchange),
        _internal(exchange),
        _reach(exchange),
        _enqueue(),
        section("nowhere"),
    )


def _globals(exchange: Exchange) -> Iterator[str]:
    """Identity of calls that come from no phone of ours (a citizen transferred outside)."""
    if exchange.sites:
        site = exchange.sites[0]
        yield f"ALLO_MAIN = {escape.e164(site.main_number, f'{site.code}: main_number')}"
        yield f"ALLO_SITE_112 = {escape.e164(site.emergency_number, site.code)}"


def _phones(trunks: list[str]) -> str:
    return section(
        "phones",
        "include => emergency",
        "include => internal",
        "include => outgoing" if trunks else "include => no-line",
    )


def _emergency(trunks: list[str]) -> str:
    short = [*EMERGENCY, *HELP_LINES]
    tries = [f"Dial(PJSIP/${{EXTEN}}@{trunk})" for trunk in trunks]
    return "\n\n".join(
        (
            section(
                "emergency",
                *(f"exten => {number},1,Goto(to-emergency,{number},1)" for number in short),
                *(f"exten => 0{number},1,Goto(to-emergency,{number},1)" for number in EMERGENCY),
            ),
            section(
                "to-emergency",
                extension(
                    "_X.",
                    _identity("ALLO_EMERGENCY", "ALLO_SITE_112"),
                    "Set(CALLERID(name)=)",
                    "Set(CALLERID(pres)=allowed)",
                    "Log(NOTICE,Emergency call to ${EXTEN} from ${ALLO_EXTENSION})",
                    *tries,
                    "Log(ERROR,Emergency call to ${EXTEN} from ${ALLO_EXTENSION} got no line:"
                    " ${DIALSTATUS})",
                    "Playback(all-circuits-busy-now,noanswer)",
                    "Congestion(5)",
                ),
            ),
        )
    )


def _outgoing(trunks: list[str]) -> str:
    """National, international and +E.164 become E.164; our own numbers never leave the house."""
    patterns = section(
        "outgoing",
        "exten => _00X.,1,Goto(to-number,${FILTER(0-9,${EXTEN:2})},1)",
        "exten => _0Z.,1,Goto(to-number,32${FILTER(0-9,${EXTEN:1})},1)",
        "exten => _+X.,1,Goto(to-number,${FILTER(0-9,${EXTEN:1})},1)",
    )
    tries: list[str] = []
    for trunk in trunks:
        tries += [
            f"Dial(PJSIP/+${{EXTEN}}@{trunk})",
            'GotoIf($["${DIALSTATUS}" != "CHANUNAVAIL" & "${DIALSTATUS}" != "CONGESTION"]?end)',
        ]
    number = extension(
        "_X.",
        "GotoIf(${DIALPLAN_EXISTS(did,${EXTEN},1)}?did,${EXTEN},1)",
        _identity("ALLO_SHOWN", "ALLO_MAIN"),
        "Set(CALLERID(name)=)",
        *tries,
        "Playback(all-circuits-busy-now,noanswer)",
        "(end)Hangup(${HANGUPCAUSE})",
    )
    no_line = section(
        "no-line",
        extension("_[+0]X.", "Playback(all-circuits-busy-now,noanswer)", "Congestion(5)"),
    )
    return "\n\n".join((patterns, section("to-number", number), no_line))


def _identity(own: str, otherwise: str) -> str:
    return f'Set(CALLERID(num)=${{IF($["${{{own}}}" != ""]?${{{own}}}:${{{otherwise}}})}})'


def _from_trunk() -> str:
    """Numbers come as +32…, 32…, 0032… or 0…, depending on the operator."""
    return "\n\n".join(
        (
            section(
                "from-trunk",
                "exten => _+X.,1,Goto(inbound,${FILTER(0-9,${EXTEN:1})},1)",
                "exten => _00X.,1,Goto(inbound,${FILTER(0-9,${EXTEN:2})},1)",
                "exten => _0Z.,1,Goto(inbound,32${FILTER(0-9,${EXTEN:1})},1)",
                "exten => _Z.,1,Goto(inbound,${FILTER(0-9,${EXTEN})},1)",
            ),
            section(
                "inbound",
                extension(
                    "_X.",
                    "GotoIf(${DIALPLAN_EXISTS(did,${EXTEN},1)}?known)",
                    "Hangup(1)",
                    "(known)Set(from=${FILTER(0-9+,${CALLERID(num)})})",
                    'ExecIf($["${from:0:2}" = "00"]?Set(from=+${from:2}))',
                    'ExecIf($["${from:0:1}" = "0"]?Set(from=+32${from:1}))',
                    'ExecIf($["${from:0:1}" != "+" & ${LEN(${from})} > 9]?Set(from=+${from}))',
                    "Set(CALLERID(num)=${from})",
                    "Goto(did,${EXTEN},1)",
                ),
            ),
        )
    )


def _did(exchange: Exchange) -> str:
    """E.164 digits → extension. A site's main number wins over an agent who claims it too."""
    queues = {queue.name: queue.extension for queue in exchange.queues}
    targets: dict[str, str] = {}
    for site in exchange.sites:
        if site.main_queue in queues:
            targets.setdefault(site.main_number, queues[site.main_queue])
    for queue in exchange.queues:
        if queue.number:
            targets.setdefault(queue.number, queue.extension)
    for user in exchange.users:
        if user.public_number:
            targets.setdefault(user.public_number, user.extension)
    return section(
        "did",
        *(
            f"exten => {escape.e164(number, 'number')[1:]},1,Goto(internal,{extension},1)"
            for number, extension in targets.items()
        ),
    )


def _internal(exchange: Exchange) -> str:
    unreached = extension(
        "_X.",
        'GotoIf($["${ARG1}" = "take"]?back)',
        'VoiceMail(${EXTEN}@default,${IF($["${GOSUB_RETVAL}" = "BUSY"]?b:u)})',
        "Hangup()",
        "(back)Return(${GOSUB_RETVAL})",
    )
    return "\n\n".join(
        (
            section(
                "internal",
                extension(ECHO_TEST, "Answer()", "Echo()", "Hangup()"),
                extension(
                    VOICEMAIL, "Answer()", "VoiceMailMain(${ALLO_EXTENSION}@default,s)", "Hangup()"
                ),
                *(_queue(queue) for queue in exchange.queues),
                *(_user(user) for user in exchange.users),
            ),
            "; Nobody answered: voicemail, or back to who asked (a taken caller).",
            section("unreached", unreached),
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
        f"{hint}exten => {extension},1,Gosub(reach,{escape.word(user.id, 'user.id')},1)\n"
        f" same => n,Goto(unreached,{extension},1)"
    )


def _reach(exchange: Exchange) -> str:
    """``Gosub(reach,USER,1(SECONDS))`` rings all devices; returns DIALSTATUS if nobody answered."""
    ring = extension(
        "ring",
        'GotoIf($["${REPLACE(to,&)}" = ""]?offline)',
        f'Dial(${{to}},${{IF($["${{ARG1}}" != ""]?${{ARG1}}:{REACH_SECONDS})}},b(reach^headers^1))',
        "Return(${DIALSTATUS})",
        "(offline)Return(CHANUNAVAIL)",
    )
    headers = extension(
        "headers",
        'GotoIf($["${ALLO_QUEUE}" = ""]?end)',
        "Set(PJSIP_HEADER(add,X-Allo-Queue)=${ALLO_QUEUE})",
        "Set(PJSIP_HEADER(add,X-Allo-Call)=${ALLO_CALL})",
        "(end)Return()",
    )
    member = extension(
        "_[a-z0-9]!",
        f"Gosub(reach,${{EXTEN}},1({RING_SECONDS}))",
        "Hangup(${HANGUPCAUSE})",
    )
    return "\n\n".join(
        (
            section("reach", ring, headers, *(_reach_user(user) for user in exchange.users)),
            section("queue-member", member),
        )
    )


def _reach_user(user: User) -> str:
    contacts = "&".join(f"${{PJSIP_DIAL_CONTACTS({device.id})}}" for device in user.devices)
    return f"exten => {user.id},1,Set(LOCAL(to)={contacts})\n same => n,Goto(ring,1)"


def _enqueue() -> str:
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
