"""voicemail.conf: one mailbox per agent, one per service."""

from pbx_config import escape
from pbx_config.model import Exchange
from pbx_config.render.text import document, section


def voicemail_conf(exchange: Exchange) -> str:
    """Mailboxes in context ``default``.

    No password is ever asked: the only way in is ``*98`` from an authenticated phone of that agent.
    The ``-`` makes passwords unchangeable, which would have Asterisk write into this file.
    """
    boxes = [
        f"{escape.digits(user.extension, user.id)} => -,"
        f"{escape.clean(user.name, otherwise=user.extension)},{escape.email(user.email)},,"
        f"language={user.language}"
        for user in exchange.users
    ]
    boxes += [
        f"{escape.digits(queue.extension, queue.name)} => -,"
        f"{escape.clean(queue.title, otherwise=queue.name)},,,language=fr"
        for queue in exchange.queues
    ]
    return document(
        section(
            "general",
            "format = wav",
            "maxmsg = 100",
            "maxsecs = 300",
            "minsecs = 2",
            "attach = no",
            "review = yes",
            "sendvoicemail = no",
            "pollmailboxes = no",
        ),
        section("default", *boxes),
    )
