"""Shared hold: a caller waits where any colleague can take them back. res_parking.conf, and its
part of extensions.conf.

Transfer to ``*7``: Asterisk gives the caller the first free place. ``*7`` and the place, 71 to 89:
take them back, from any phone. Who is not taken back comes back to who left them there, and if
nobody is there either, to the reception: a citizen always reaches somebody.
"""

from pbx_config.model import Exchange
from pbx_config.render import sites
from pbx_config.render.text import document, extension, section

CODE = "*7"
PLACES = (71, 89)
SECONDS = 120
"""Until they come back."""


def res_parking_conf() -> str:
    """One place for the whole house."""
    return document(
        section("general"),
        section(
            "default",
            f"parkpos = {PLACES[0]}-{PLACES[1]}",
            # No parkext: the dialplan here says how one gets in and out.
            "context = parked",
            f"parkingtime = {SECONDS}",
            "comebacktoorigin = no",
            "comebackcontext = parked-too-long",
            # Not one's own menu of keys: both sides are people.
            "parkedcalltransfers = no",
        ),
    )


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        # Park alone and first: so Asterisk knows that a transfer to here is one.
        extension(CODE, "Park()"),
        extension(f"_{CODE}XX", "ParkedCall(default,${EXTEN:2})", "Hangup()"),
    )


def too_long(exchange: Exchange) -> str:
    """Context of who nobody took back. Asterisk says where they were, and who left them there:
    PARKING_SPACE, PARKER (PJSIP/u14-1)."""
    ring_again = (
        "Set(BLINDTRANSFER=${PARKER}-)",
        "Gosub(give-back,s,1(${PARKING_SPACE}))",
    )
    main = sites.of_call(sites.MAIN)
    reception = f"Goto(did,${{FILTER(0-9,{main})}},1)" if exchange.sites else "Hangup()"
    return section("parked-too-long", extension("s", *ring_again, reception))
