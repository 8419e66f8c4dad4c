"""extensions.conf: emergency first, then ourselves, then the world.

``phones``     what an authenticated phone may call: emergency, internal, outgoing, in this order
``from-trunk`` what the line may call: our public numbers (``did``), nothing else
``person``     a user's extension: by their secretary, forwarded, rung, given back to who
               transferred, voicemail
``reach``      the one way to ring a user, by user id; its body may become another node's business
``mobile``     a person's mobile that rings too; ``confirm`` who answers there must press a key
``pickup``     what rings at a colleague's; ``parked-too-long`` who waited and nobody took back
``enqueue``    the one way to wait in a queue; ``after-…`` where one goes on who waited too long
``hours-…``    whether it is open now; ``closed-…`` what callers meet when it is not; ``prompt-…``
``menu-…``     what each key leads to
``announce``   what the other side hears before an agent records the call
``message``    whom other makers' phones may send texts (SIP MESSAGE), by way of the server
"""

from collections.abc import Iterator

from pbx_config import escape
from pbx_config.model import Exchange
from pbx_config.render import (
    closed,
    codes,
    hours,
    inside,
    menus,
    messages,
    mobile,
    outside,
    parking,
    pickup,
    prompts,
    recording,
)
from pbx_config.render.text import document, section


def extensions_conf(exchange: Exchange) -> str:
    """The whole dialplan."""
    trunks = [f"trunk-{escape.identifier(t.name, 'trunk.name')}" for t in exchange.trunks]
    return document(
        section("general", "static = yes", "writeprotect = yes", "clearglobalvars = yes"),
        section("globals", *_globals(exchange)),
        _phones(trunks),
        outside.emergency(trunks),
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
        hours.hours_contexts(exchange.hours),
        closed.closed_contexts(exchange.queues),
        menus.menu_contexts(exchange),
        prompts.prompt_contexts(exchange.prompts),
        recording.announce(),
        messages.messages(exchange),
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
