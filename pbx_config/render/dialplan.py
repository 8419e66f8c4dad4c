"""extensions.conf: emergency first, then ourselves, then the world.

``phones``     what an authenticated phone may call: emergency, internal, outgoing, in this order
``from-trunk`` what the line may call: our public numbers (``did``), nothing else
``person``     a user's extension: by their secretary, forwarded, rung, given back to who
               transferred, voicemail
``reach``      the one way to ring a user, by user id; its body may become another node's business
``mobile``     a person's mobile that rings too; ``confirm`` who answers there must press a key
``pickup``     what rings at a colleague's; ``parked-too-long`` who waited and nobody took back
``group-…``    services whose telephones ring all at once
``page``       an announcement to all of a service
``by-name``    a person by the letters of their name
``enqueue``    the one way to wait in a queue; ``after-…`` where one goes on who waited too long
``hours-…``    whether it is open now; ``closed-…`` what callers meet when it is not; ``prompt-…``
``menu-…``     what each key leads to; ``info-…`` the next dates of a street
``announce``   what the other side hears before an agent records the call
``callback…``  being called back in the place of waiting
``pause``      a member of queues pauses; ``at-start`` what Asterisk does when it has started
``listen``     hearing messages, one at a time; ``shared-voicemail`` those of a service
``message``    whom other makers' phones may send texts (SIP MESSAGE), by way of the server
"""

from pbx_config.model import Exchange
from pbx_config.render import (
    at_start,
    by_name,
    callback,
    closed,
    codes,
    groups,
    hours,
    info,
    inside,
    menus,
    messages,
    mobile,
    outside,
    paging,
    parking,
    pauses,
    pickup,
    prompts,
    recording,
    sites,
    voicemail,
)
from pbx_config.render.text import document, section


def extensions_conf(exchange: Exchange) -> str:
    """The whole dialplan."""
    trunks = [outside.trunk_name(trunk) for trunk in exchange.trunks]
    return document(
        section("general", "static = yes", "writeprotect = yes", "clearglobalvars = yes"),
        section("globals", *sites.variables(exchange)),
        _phones(trunks),
        outside.emergency(exchange),
        outside.outgoing(trunks),
        outside.from_trunk(),
        outside.did(exchange),
        inside.internal(exchange),
        codes.give_back(),
        inside.reach(exchange),
        mobile.contexts(exchange, trunks),
        pickup.pickup(exchange),
        parking.too_long(exchange),
        inside.enqueue(exchange),
        callback.callback_contexts(exchange),
        pauses.pause(),
        at_start.at_start(),
        groups.group_contexts(exchange),
        paging.page(exchange),
        by_name.by_name(),
        hours.hours_contexts(exchange.hours),
        closed.closed_contexts(exchange.queues),
        menus.menu_contexts(exchange),
        info.info_contexts(exchange),
        prompts.prompt_contexts(exchange.all_prompts),
        recording.announce(),
        messages.messages(exchange),
        voicemail.contexts(exchange),
        section("nowhere"),
    )


def _phones(trunks: list[str]) -> str:
    return section(
        "phones",
        "include => emergency",
        "include => internal",
        "include => outgoing" if trunks else "include => no-line",
    )
