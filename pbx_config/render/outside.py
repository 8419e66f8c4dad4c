"""extensions.conf, towards and from the outside world: emergency, outgoing calls, our numbers.

What the line sends (``EXTEN``, caller id) is filtered before it becomes part of a dial string.
"""

from pbx_config import escape
from pbx_config.model import Exchange, Trunk
from pbx_config.render import geolocation, sites
from pbx_config.render.text import extension, section

EMERGENCY = ("112", "100", "101")
"""Also reached with a leading 0, the habit from exchanges where one dials 0 for a line."""
HELP_LINES = (
    "102", "103", "104", "105", "106", "107", "108", "110", "116000", "116111", "116117",
    "116123", "1712", "1722", "1733", "1813",
)  # fmt: skip
"""Belgian short numbers that no rule may block."""

MAX_FORWARDS = 3
"""Forwarded more often, a call rings where it is: no loop."""
MAX_OUTSIDE = 5
"""Calls at a time that one person's forward sends outside. A circle that leads through the world
under somebody else's number is seen by nothing else."""


def trunk_name(trunk: Trunk) -> str:
    """Of its endpoint."""
    return f"trunk-{escape.identifier(trunk.name, 'trunk.name')}"


def emergency(exchange: Exchange) -> str:
    """Emergency and help numbers, with the site's own number, on whichever line takes them."""
    short = [*EMERGENCY, *HELP_LINES]
    tries: list[str] = []
    for trunk in exchange.trunks:
        name = trunk_name(trunk)
        if trunk.location:
            located = geolocation.endpoint(name)
            tries += [*geolocation.tell(), f"Dial(PJSIP/${{EXTEN}}@{located})"]
            # Whatever was wrong with it, it may have been the address.
            tries.append(geolocation.NOT_ANY_MORE)
        tries.append(f"Dial(PJSIP/${{EXTEN}}@{name})")
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
                    f"Set(CALLERID(num)={sites.of_call(sites.EMERGENCY)})",
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


def outgoing(trunks: list[str]) -> str:
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
        "Set(own=${CALLERID(num)})",
        "Set(named=${CALLERID(name)})",
        'GotoIf($["${ALLO_FORWARDER}" = ""]?call)',
        "Set(GROUP(forward)=${ALLO_FORWARDER})",
        f"GotoIf($[${{GROUP_COUNT(${{ALLO_FORWARDER}}@forward)}} > {MAX_OUTSIDE}]?end)",
        # A phone's own number, or its site's.
        f'(call)Set(CALLERID(num)=${{IF($["${{{sites.SHOWN}}}" != ""]?${{{sites.SHOWN}}}'
        f":{sites.of_call(sites.SHOWN)})}})",
        "Set(CALLERID(name)=)",
        *tries,
        'ExecIf($["${ALLO_FORWARDER}" = ""]?Playback(all-circuits-busy-now,noanswer))',
        # From here on the caller is within the house again, under their own name.
        "(end)Set(CALLERID(num)=${own})",
        "Set(CALLERID(name)=${named})",
        "Set(cause=${HANGUPCAUSE})",
        "Gosub(give-back,s,1(${EXTEN}))",
        'GotoIf($["${ALLO_FORWARDER}" = ""]?over)',
        "VoiceMail(${ALLO_FORWARDER}@default,u)",
        "(over)Hangup(${cause})",
    )
    no_line = section(
        "no-line",
        extension("_[+0]X.", "Playback(all-circuits-busy-now,noanswer)", "Congestion(5)"),
    )
    return "\n\n".join((patterns, section("to-number", number), no_line))


def from_trunk() -> str:
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
                    # Nobody calls with a number of ours but a call of ours, forwarded back by where
                    # it went: it rings where it is now, or it would go round for ever.
                    "ExecIf(${DIALPLAN_EXISTS(did,${from:1},1)}"
                    f"?Set(ALLO_FORWARDS={MAX_FORWARDS}))",
                    "Goto(did,${EXTEN},1)",
                ),
            ),
        )
    )


def did(exchange: Exchange) -> str:
    """E.164 digits → extension. A site's main number wins over an agent who claims it too."""
    queues = {queue.name: queue.extension for queue in exchange.queues}
    menus = {menu.name: menu.extension for menu in exchange.menus}
    targets: dict[str, tuple[str, str]] = {}
    """Extension, and the code of the site where that is known."""
    for site in exchange.sites:
        if site.main_menu in menus:
            targets.setdefault(site.main_number, (menus[site.main_menu], site.code))
        elif site.main_queue in queues:
            targets.setdefault(site.main_number, (queues[site.main_queue], site.code))
    for menu in exchange.menus:
        if menu.number:
            targets.setdefault(menu.number, (menu.extension, ""))
    for info in exchange.infos:
        if info.number:
            targets.setdefault(info.number, (info.extension, ""))
    for queue in exchange.queues:
        if queue.number:
            targets.setdefault(queue.number, (queue.extension, ""))
    for user in exchange.users:
        if user.public_number:
            targets.setdefault(user.public_number, (user.extension, user.site))
    # Who calls back what a call of ours showed, 112 not least, reaches that building's reception.
    for site in exchange.sites:
        if reception := targets.get(site.main_number):
            for shown in (site.shown_number, site.emergency_number):
                if shown:
                    targets.setdefault(shown, (reception[0], site.code))
    return section(
        "did",
        *(
            extension(
                escape.e164(number, "number")[1:],
                *((sites.belongs(site),) if site else ()),
                f"Goto(internal,{inside},1)",
            )
            for number, (inside, site) in targets.items()
        ),
    )
