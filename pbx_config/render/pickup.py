"""extensions.conf: taking a call that rings at a colleague's.

Among those who answer for the same service, and nobody else: a call for another is no affair of
theirs. Asterisk's groups know who they are (named_call_group, named_pickup_group of an endpoint).
"""

from collections import defaultdict

from pbx_config import escape
from pbx_config.model import Exchange, User
from pbx_config.render.codes import OWN_HAND
from pbx_config.render.text import extension, section

CODE = "*8"
"""What rings longest in one's service; followed by an extension: what rings there."""
_NOTHING = ("(nothing)Answer()", "Playback(pbx-invalid)", "Hangup()", "(nobody)Hangup(21)")


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        extension(CODE, OWN_HAND, "Pickup()", *_NOTHING),
        extension(
            f"_{CODE}X.",
            OWN_HAND,
            f"Set(at=${{FILTER(0-9,${{EXTEN:{len(CODE)}}})}})",
            "GotoIf(${DIALPLAN_EXISTS(pickup,${at},1)}?pickup,${at},1:nothing)",
            *_NOTHING,
        ),
    )


def pickup(exchange: Exchange) -> str:
    """Context ``pickup``: what may ring at an extension, and for which services."""
    groups = services(exchange)
    return section(
        "pickup",
        extension(
            "take",
            'GotoIf(${REGEX("/(${ALLO_SERVICES})/" ${for})}?:nothing)',
            "PickupChan(${ringing},p)",
            *_NOTHING[:-1],
        ),
        *(
            _user(user, groups[user.id])
            for user in exchange.users
            if user.devices and groups[user.id]
        ),
    )


def _user(user: User, groups: tuple[str, ...]) -> str:
    # Channels are called PJSIP/u1-1-0000002a.
    channels = "&".join(f"PJSIP/{escape.identifier(d.id, 'device.id')}-" for d in user.devices)
    return extension(
        escape.digits(user.extension, user.id),
        f"Set(for=/{'/'.join(groups)}/)",
        f"Set(ringing={channels})",
        "Goto(take,1)",
    )


def endpoint(groups: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of a phone's section in pjsip.conf."""
    if not groups:
        return ()
    named = ",".join(groups)
    return (
        f"named_call_group = {named}",
        f"named_pickup_group = {named}",
        f"set_var = ALLO_SERVICES={'|'.join(groups)}",
    )


def services(exchange: Exchange) -> dict[str, tuple[str, ...]]:
    """User id → names of the queues they are a member of."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for queue in exchange.queues:
        for member in queue.members:
            found[member].append(escape.identifier(queue.name, "queue.name"))
    return {user.id: tuple(found[user.id]) for user in exchange.users}
