"""queues.conf: one queue per service, members from the directory."""

from pbx_config import escape
from pbx_config.layout import Layout
from pbx_config.model import Exchange, Queue, User
from pbx_config.render import callback
from pbx_config.render.text import document, section

RING_SECONDS = 20
"""How long one member's phones ring before the next is tried (option ``timeout``)."""

HELPER_PENALTY = 10
"""Asterisk rings who has more of it only where nobody with less can be."""


def queues_conf(exchange: Exchange, layout: Layout) -> str:
    """Members ring through the dialplan (``reach``), their state is their hint's."""
    users = {user.id: user for user in exchange.users}
    return document(
        # No persistence: who is a member is the directory's business, not astdb's.
        section("general", "persistentmembers = no", "autofill = yes", "monitor-type = MixMonitor"),
        *(
            _queue(queue, users, callback.queue_lines(queue, exchange, layout))
            for queue in exchange.queues
            if not queue.together
        ),
    )


def _queue(queue: Queue, users: dict[str, User], offer: tuple[str, ...]) -> str:
    return section(
        escape.identifier(queue.name, "queue.name"),
        f"strategy = {queue.strategy}",
        f"timeout = {RING_SECONDS}",
        "retry = 1",
        "musicclass = default",
        "joinempty = yes",
        "leavewhenempty = no",
        "ringinuse = no",
        "autopause = no",
        "setinterfacevar = yes",
        f"weight = {int(queue.weight)}",
        f"wrapuptime = {int(queue.wrapup)}",
        f"announce-frequency = {int(queue.announce)}",
        f"announce-holdtime = {'yes' if queue.announce else 'no'}",
        f"announce-position = {'yes' if queue.announce else 'no'}",
        "reportholdtime = no",
        "timeoutrestart = no",
        *offer,
        *(_member(users[m], 0) for m in queue.members if m in users and users[m].devices),
        *(
            _member(users[m], HELPER_PENALTY)
            for m in queue.helpers
            if m in users and m not in queue.members and users[m].devices
        ),
    )


def _member(user: User, penalty: int) -> str:
    """Called by the extension, not by the name: then a new name does not reload the queues, which
    takes Asterisk far more than linear time (0.8 s for 3,000 members, 11 s and more for 10,000)."""
    extension = escape.digits(user.extension, user.id)
    return (
        f"member => Local/{escape.word(user.id, 'user.id')}@queue-member/n,{penalty},{extension},"
        f"hint:{extension}@internal"
    )
