"""voicemail.conf: one mailbox per agent, one per service, shared by those who answer for it."""

import re
from collections import defaultdict

from pbx_config import escape
from pbx_config.layout import Layout
from pbx_config.model import Exchange
from pbx_config.render import mail
from pbx_config.render.codes import OWN_HAND, VOICEMAIL
from pbx_config.render.text import document, extension, section

SHARED = "*97"
"""Followed by a service's extension: the messages left for that service."""
_SERVICE_LANGUAGE = "fr"
"""Of what is mailed to a service."""
_ZONE = "Europe/Brussels"
_RECEIVED = "'vm-received' Q 'digits/at' R"
"""When a message came: “today” or the date, and the time out of 24 hours."""


def voicemail_conf(exchange: Exchange, layout: Layout) -> str:
    """Mailboxes in context ``default``.

    No password is ever asked: the only way in is a code from an authenticated phone of that agent,
    or of a member of that service. The ``-`` makes passwords unchangeable, which would have
    Asterisk write into this file.
    """
    zones = {site.code: site.zone for site in exchange.sites} or {"": _ZONE}
    first = next(iter(zones.values()))
    boxes = [
        f"{escape.digits(user.extension, user.id)} => -,"
        f"{escape.clean(user.name, otherwise=user.extension)},{_email(exchange, user.email)},,"
        + _options(exchange, user.language, VOICEMAIL, zones.get(user.site, first))
        for user in exchange.users
    ]
    boxes += [
        f"{escape.digits(queue.extension, queue.name)} => -,"
        f"{escape.clean(queue.title, otherwise=queue.name)},{_email(exchange, queue.email)},,"
        + _options(exchange, _SERVICE_LANGUAGE, f"{SHARED}{queue.extension}", first)
        for queue in exchange.queues
    ]
    return document(
        section(
            "general",
            "format = wav",
            f"maxmsg = {int(exchange.voicemail.max_messages)}",
            f"maxsecs = {int(exchange.voicemail.max_seconds)}",
            "minsecs = 2",
            *mail.general(exchange, layout),
            "review = yes",
            "sendvoicemail = no",
            "pollmailboxes = no",
        ),
        section(
            "zonemessages",
            *(
                f"{_zone(zone)} = {escape.zone(zone, 'zone')}|{_RECEIVED}"
                for zone in dict.fromkeys(zones.values())
            ),
        ),
        section("default", *boxes),
    )


def _email(exchange: Exchange, address: str) -> str:
    """With an address and no server Asterisk would look for a sendmail of this machine."""
    return escape.email(address) if exchange.mail else ""


def _options(exchange: Exchange, language: str, code: str, zone: str) -> str:
    """The subject tells the mailing program the language, and what to dial."""
    subject = (f"emailsubject={language} {code}",) if exchange.mail else ()
    return "|".join((f"tz={_zone(zone)}", *subject))


def _zone(zone: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", zone.lower())


def codes() -> tuple[str, ...]:
    """Extensions of the context ``internal``."""
    return (
        extension(
            f"_{SHARED}X.",
            OWN_HAND,
            f"Set(box=${{FILTER(0-9,${{EXTEN:{len(SHARED)}}})}})",
            "GotoIf(${DIALPLAN_EXISTS(shared-voicemail,${box},1)}?shared-voicemail,${box},1)",
            "Goto(shared-voicemail,refused,1)",
            "(nobody)Hangup(21)",
        ),
    )


def contexts(exchange: Exchange) -> str:
    """``listen``: messages are listened to here, by one at a time. ``shared-voicemail``: those of a
    service, by its members and nobody else."""
    listen = extension(
        "_X.",
        "Answer()",
        # Whoever listens hears their own language, where there are prompts of it: Asterisk takes
        # English for one that is missing, but ends the call for those that only Dutch has.
        "Set(language=${CHANNEL(language)})",
        "Set(CHANNEL(language)=${IF(${STAT(d,${ASTDATADIR}/sounds/${language})}?${language}:en)})",
        # Two at once would each delete by a numbering that the other's deletions change.
        "Set(GROUP(listening)=${EXTEN})",
        "GotoIf($[${GROUP_COUNT(${EXTEN}@listening)} > 1]?another)",
        "VoiceMailMain(${EXTEN}@default,s)",
        "Hangup()",
        "(another)Playback(is-in-use&please-try-call-later)",
        "Hangup()",
    )
    refused = extension("refused", "Answer()", "Playback(feature-not-avail-line)", "Hangup()")
    return "\n\n".join(
        (
            section("listen", listen),
            section(
                "shared-voicemail",
                refused,
                *(
                    extension(
                        escape.digits(queue.extension, queue.name),
                        f"Set(for=/{escape.identifier(queue.name, 'queue.name')}/)",
                        'GotoIf(${REGEX("/(${ALLO_SERVICES})/" ${for})}?'
                        "listen,${EXTEN},1:refused,1)",
                    )
                    for queue in exchange.queues
                ),
            ),
        )
    )


def watched(exchange: Exchange) -> dict[str, tuple[str, ...]]:
    """User id → mailboxes whose messages their phones count: their own, always first, and those of
    the services they are a member of."""
    own = {user.id: user.extension for user in exchange.users}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for queue in exchange.queues:
        for member in queue.members:
            found[member].append(escape.digits(queue.extension, queue.name))
    return {
        user: tuple(f"{box}@default" for box in (escape.digits(extension, user), *found[user]))
        for user, extension in own.items()
    }
