"""What a caller meets (``flow``), with what people decided about the calls to them put in.

Without it a flow tells what the directory says: that somebody rings. Where Asterisk is stopped
nobody knows what they decided, and that is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pbx_config.flow import AT_ONCE, Branch, Said, Step, flow
from pbx_config.model import Exchange, User
from pbx_config.personal import Personal, e164, is_outside
from pbx_config.render import mobile
from pbx_config.render.inside import REACH_SECONDS
from pbx_config.render.outside import MAX_FORWARDS


def with_decisions(step: Step, exchange: Exchange, decided: Mapping[str, Personal] | None) -> Step:
    """The same tree as it is now; ``decided`` by extension, None: unknown."""
    return _Now(exchange, decided).walk(step, _Call())


@dataclass(frozen=True, slots=True)
class _Call:
    """What a call carries with it, as in the dialplan."""

    forwards: int = 0
    filtered: bool = False
    wanted: User | None = None
    """Whom the caller wanted first: their mailbox answers."""


@dataclass(frozen=True, slots=True)
class _Now:
    exchange: Exchange
    decided: Mapping[str, Personal] | None

    def walk(self, step: Step, call: _Call) -> Step:
        if step.kind == "person":
            user = next((u for u in self.exchange.users if u.id == step.key), None)
            return self._person(user, call) if user else step
        return replace(
            step, next=tuple(replace(branch, to=self.walk(branch.to, call)) for branch in step.next)
        )

    def _person(self, user: User, call: _Call) -> Step:
        box = call.wanted or user
        name = user.name
        voicemail = _mailbox(box)
        if self.decided is None:
            what = Said(
                f"sonne chez {name}, sauf renvoi ou « ne pas déranger » (la centrale est arrêtée)",
                f"rings {name}, unless forwarded or not to be disturbed (the PBX is stopped)",
            )
            return Step("person", user.id, what, (Branch(_after(REACH_SECONDS), voicemail),))
        own = self.decided.get(user.extension, Personal())
        if not call.filtered and (
            there := self._on(user, own.filter, replace(call, filtered=True))
        ):
            what = Said(f"secrétariat de {name} (filtre)", f"secretary of {name} (filter)")
            return Step("person", user.id, what, (Branch(AT_ONCE, there),))
        if there := self._on(user, own.always, call):
            what = Said(f"renvoi de {name}", f"{name} forwards")
            return Step("person", user.id, what, (Branch(AT_ONCE, there),))
        busy = self._on(user, own.busy, call)
        if own.dnd:
            what = Said(f"« ne pas déranger » de {name}", f"{name}: do not disturb")
            return Step("person", user.id, what, (Branch(AT_ONCE, busy or voicemail),))
        branches = [Branch(Said("occupé", "busy"), busy)] if busy else []
        unanswered = self._on(user, own.unanswered, call)
        if offline := self._on(user, own.offline, call) or unanswered:
            branches.append(Branch(Said("téléphone éteint", "phone off"), offline))
        follows = own.follow and call.forwards < MAX_FORWARDS
        seconds = mobile.SECONDS if follows else REACH_SECONDS
        also = Said(f" et au {own.follow}", f" and {own.follow}") if follows else AT_ONCE
        what = Said(f"sonne chez {name}{also.fr}", f"rings {name}{also.en}")
        last = Branch(_after(seconds), unanswered or voicemail)
        return Step("person", user.id, what, (*branches, last))

    def _on(self, user: User, number: str, call: _Call) -> Step | None:
        """Where ``user`` sends the call; None when not, or when it was sent on too often."""
        if not number or call.forwards >= MAX_FORWARDS:
            return None
        further = replace(call, forwards=call.forwards + 1, wanted=call.wanted or user)
        for key in (number, e164(number)):
            if start := flow(self.exchange, key):
                return self.walk(start.next[0].to, further)
        if not is_outside(number):
            return None
        left = _mailbox(further.wanted or user)
        unanswered = Branch(Said("sans réponse", "unanswered"), left)
        return Step("outside", number, Said(number, number), (unanswered,))


def _mailbox(user: User) -> Step:
    name = user.name
    return Step("voicemail", user.extension, Said(f"messagerie « {name} »", f"voicemail “{name}”"))


def _after(seconds: int) -> Said:
    return Said(f"après {seconds} s", f"after {seconds} s")
