"""What a caller of a number meets: the dialplan as a tree, for people, and at a moment as a path.

Built from the same model that is rendered. Tests hold it against what real calls meet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from pbx_config import info as info_lines
from pbx_config import words
from pbx_config.hours import Decision, State
from pbx_config.model import Closed, Exchange, Info, Menu, Queue, Target, User
from pbx_config.render.by_name import LETTERS
from pbx_config.render.callback import KEY as CALLBACK_KEY
from pbx_config.render.callback import LAST
from pbx_config.render.closed import URGENT_KEY
from pbx_config.render.info import HELP_KEY
from pbx_config.render.inside import REACH_SECONDS


class Said(NamedTuple):
    """The same words twice."""

    fr: str
    en: str


Kind = Literal[
    "number", "menu", "info", "dates", "queue", "group", "person", "hours", "prompt", "voicemail",
    "outside", "callback", "directory", "again", "end",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a caller meets, and what may come then."""

    kind: Kind
    key: str
    """Queue name, user id, hours name, prompt name, mailbox, number."""
    what: Said
    next: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """When the next step comes."""

    when: Said
    """Empty: at once."""
    to: Step
    state: State | None = None
    """Only while the hours that it follows say so."""


AT_ONCE = Said("", "")
MOST_ZONES = 9
"""So many are told at a moment; the tree has them all."""
_STATES: dict[State, Said] = {
    "open": Said("ouvert", "open"),
    "closed": Said("fermé", "closed"),
    "night": Said("nuit", "night"),
}


def flow(exchange: Exchange, number: str) -> Step | None:
    """From an extension or a public number (E.164); None when nobody has it."""
    queues = {queue.name: queue.extension for queue in exchange.queues}
    menus = {menu.name: menu.extension for menu in exchange.menus}
    for site in exchange.sites:
        inside = menus.get(site.main_menu) or queues.get(site.main_queue)
        if number == site.main_number and inside:
            what = Said(f"{number}, {site.name}", f"{number}, {site.name}")
            return _start(number, what, exchange, inside)
    answering: tuple[Menu | Info | Queue, ...]
    answering = (*exchange.menus, *exchange.infos, *exchange.queues)
    for one in answering:
        if number in (one.number, one.extension):
            return _start(number, Said(number, number), exchange, one.extension)
    for user in exchange.users:
        if number in (user.public_number, user.extension):
            return _start(number, Said(number, number), exchange, user.extension)
    return None


def numbers(exchange: Exchange) -> tuple[str, ...]:
    """All that ``flow`` knows, public ones first."""
    public = [site.main_number for site in exchange.sites]
    public += [menu.number for menu in exchange.menus if menu.number]
    public += [info.number for info in exchange.infos if info.number]
    public += [queue.number for queue in exchange.queues if queue.number]
    public += [user.public_number for user in exchange.users if user.public_number]
    inside = [menu.extension for menu in exchange.menus]
    inside += [info.extension for info in exchange.infos]
    inside += [queue.extension for queue in exchange.queues]
    inside += [user.extension for user in exchange.users]
    return tuple(dict.fromkeys((*public, *inside)))


def path(
    exchange: Exchange, start: Step, moment: datetime, decisions: Mapping[str, Decision]
) -> Iterator[tuple[Said, Step]]:
    """What is met at ``moment`` (aware), one after the other, by who touches no key and whom
    nobody answers; with what leads there."""
    hours = {each.name: each for each in exchange.hours}
    step: Step | None = start
    when = AT_ONCE
    infos = {info.name: info for info in exchange.infos}
    while step:
        if step.kind in ("info", "dates"):
            step = _now(infos[step.key], step, moment)
        yield when, step
        state: State | None = None
        if step.kind == "hours":
            state = hours[step.key].at(moment, decisions.get(step.key)).state
        following = [b for b in step.next if b.state == state]
        # The last one is what comes by itself.
        step, when = (following[-1].to, following[-1].when) if following else (None, AT_ONCE)


def _start(number: str, what: Said, exchange: Exchange, extension: str) -> Step | None:
    step = _inside(exchange, extension, ())
    return Step("number", number, what, _at_once(step)) if step else None


def _inside(exchange: Exchange, extension: str, through: tuple[str, ...]) -> Step | None:
    """``through``: menus that lead here, each drawn once."""
    for menu in exchange.menus:
        if menu.extension == extension:
            return _menu(exchange, menu, through)
    for info in exchange.infos:
        if info.extension == extension:
            return _info(exchange, info, through)
    for queue in exchange.queues:
        if queue.extension == extension:
            return _queue(exchange, queue, through)
    for user in exchange.users:
        if user.extension == extension:
            return _person(user)
    return None


def _menu(exchange: Exchange, menu: Menu, through: tuple[str, ...]) -> Step:
    title = Said(f"menu « {menu.title} »", f"menu “{menu.title}”")
    if menu.name in through:
        return Step("again", menu.name, title)
    further = (*through, menu.name)
    branches = []
    for key, target in menu.keys:
        spoken = f" ({target.language})" if target.language else ""
        when = Said(f"touche {key}{spoken}", f"key {key}{spoken}")
        branches.append(Branch(when, _target(exchange, menu.name, target, further)))
    if menu.direct:
        person = Step("person", "", Said("la personne", "the person"))
        branches.append(Branch(Said("un numéro interne", "an extension"), person))
    prompt = next((each for each in exchange.prompts if each.name == menu.prompt), None)
    text = prompt.recordings[0].text if prompt else ""
    said = f" : « {_short(text)} »" if text else ""
    nothing = Said(f"rien, {menu.times} fois", f"nothing, {menu.times} times")
    branches.append(Branch(nothing, _target(exchange, menu.name, menu.otherwise, further)))
    what = Said(f"{title.fr}{said}", f"{title.en}{said}")
    return Step("menu", menu.name, what, tuple(branches))


def _info(exchange: Exchange, info: Info, through: tuple[str, ...]) -> Step:
    title = Said(f"info « {info.title} »", f"info “{info.title}”")
    if info.name in through:
        return Step("again", info.name, title)
    branches = []
    for key, zone in info_lines.keys(info):
        kinds = ", ".join(series.title for series in zone.series)
        last = max((series.dates[-1] for series in zone.series), default="—")
        what = Said(
            f"{zone.title} : {kinds} (jusqu'au {last})", f"{zone.title}: {kinds} (until {last})"
        )
        when = Said(f"touche {key}", f"key {key}") if key else AT_ONCE
        branches.append(Branch(when, Step("dates", info.name, what)))
    otherwise = _target(exchange, info.name, info.otherwise, (*through, info.name))
    nothing = Said(f"rien, ou touche {HELP_KEY}", f"nothing, or key {HELP_KEY}")
    if info.pages:
        branches.append(Branch(nothing, otherwise))
    else:
        branches.insert(0, Branch(Said(f"touche {HELP_KEY}", f"key {HELP_KEY}"), otherwise))
    return Step("info", info.name, title, tuple(branches))


def _now(info: Info, step: Step, moment: datetime) -> Step:
    """The same with the dates that are said at ``moment``."""
    today = info_lines.today(info, moment)
    if step.kind == "dates":
        return replace(step, what=Said(*info_lines.said(info.zones[0], today)))
    if not info.pages:
        return step
    shown = [(key, info_lines.said(zone, today)) for key, zone in info_lines.keys(info)]
    rest = f" ; + {len(shown) - MOST_ZONES}" if len(shown) > MOST_ZONES else ""
    first = shown[:MOST_ZONES]
    return replace(
        step,
        what=Said(
            step.what.fr + " ; ".join(["", *(f"{key} → {said.fr}" for key, said in first)]) + rest,
            step.what.en + "; ".join(["", *(f"{key} → {said.en}" for key, said in first)]) + rest,
        ),
    )


def _target(exchange: Exchange, here: str, target: Target, through: tuple[str, ...]) -> Step:
    """``here``: the menu's name."""
    match target.kind:
        case "inside":
            nobody = Said(f"{target.key} : personne", f"{target.key}: nobody")
            return _inside(exchange, target.key, through) or Step("end", target.key, nobody)
        case "voicemail":
            owners = {one.extension: one.title for one in exchange.queues}
            owners |= {user.extension: user.name for user in exchange.users}
            return _voicemail(target.key, owners.get(target.key, target.key))
        case "outside":
            return Step("outside", target.key, Said(target.key, target.key))
        case "prompt":
            title = next((p.title for p in exchange.prompts if p.name == target.key), target.key)
            again = Step("again", here, Said("le menu à nouveau", "the menu again"))
            what = Said(f"message « {title} »", f"prompt “{title}”")
            return Step("prompt", target.key, what, _at_once(again))
        case "back":
            return Step("again", "", Said("le menu d'avant", "the menu before"))
        case "repeat":
            return Step("again", here, Said("le menu à nouveau", "the menu again"))
        case "directory":
            return _directory(exchange, here, through)
        case "goodbye" | "callback":  # the latter is a queue's alone, see ``_after_wait``
            return Step("end", "", Said("fin de l'appel", "end of the call"))


def _directory(exchange: Exchange, here: str, through: tuple[str, ...]) -> Step:
    """A person by the letters of their name; else on as the menu ``here`` says."""
    person = Step("person", "", Said("la personne", "the person"))
    branches = [Branch(Said("1, au nom dit", "1, at the name that is said"), person)]
    menu = next((menu for menu in exchange.menus if menu.name == here), None)
    if menu and menu.otherwise.kind != "directory":
        nobody = Said("rien, ou personne de ce nom", "nothing, or nobody of that name")
        branches.append(Branch(nobody, _target(exchange, here, menu.otherwise, through)))
    what = Said(
        f"annuaire : les {LETTERS} premières lettres du nom",
        f"directory: the first {LETTERS} letters of the surname",
    )
    return Step("directory", "", what, tuple(branches))


def _at_once(step: Step) -> tuple[Branch, ...]:
    return (Branch(AT_ONCE, step),)


def _queue(exchange: Exchange, queue: Queue, through: tuple[str, ...]) -> Step:
    names = {user.id: user.name for user in exchange.users}
    members = [names[member] for member in queue.members if member in names]
    who = ", ".join(members[:4]) + (f" + {len(members) - 4}" if len(members) > 4 else "")
    if queue.together:
        what = Said(
            f"groupe « {queue.title} », sonne chez tous : {who or 'personne'}",
            f"group “{queue.title}”, rings at all: {who or 'nobody'}",
        )
        after = _after(queue.max_wait)
        after = Said(f"{after.fr}, ou personne de libre", f"{after.en}, or nobody free")
    else:
        what = Said(
            f"file « {queue.title} » ({queue.strategy}) : {who or 'personne'}",
            f"queue “{queue.title}” ({queue.strategy}): {who or 'nobody'}",
        )
        after = _after(queue.max_wait)
    waits = Step(
        "group" if queue.together else "queue",
        queue.name,
        what,
        (
            *((_callback(queue),) if queue.callback else ()),
            Branch(after, _after_wait(exchange, queue, through)),
        ),
    )
    hours = next((each for each in exchange.hours if each.name == queue.hours), None)
    if not hours or not queue.closed:
        return waits
    week = Said(words.week(hours.week, "fr"), words.week(hours.week, "en"))
    return Step(
        "hours",
        hours.name,
        Said(f"horaire « {hours.title} » ({week.fr})", f"hours “{hours.title}” ({week.en})"),
        (
            Branch(_STATES["open"], waits, "open"),
            Branch(_STATES["closed"], _closed(exchange, queue.closed, through), "closed"),
            Branch(
                _STATES["night"],
                _closed(exchange, queue.night or queue.closed, through),
                "night",
            ),
        ),
    )


def _after_wait(exchange: Exchange, queue: Queue, through: tuple[str, ...]) -> Step:
    if queue.after_wait is None:
        return _voicemail(queue.extension, queue.title)
    if queue.after_wait.kind == "callback":
        return Step(
            "prompt",
            LAST,
            Said("être rappelé ?", "to be called back?"),
            (_callback(queue), Branch(AT_ONCE, _voicemail(queue.extension, queue.title))),
        )
    return _target(exchange, queue.name, queue.after_wait, (*through, queue.name))


def _callback(queue: Queue) -> Branch:
    kept = Said(
        f"rappelé par « {queue.title} » à son tour", f"called back by “{queue.title}” in turn"
    )
    key = Said(f"touche {CALLBACK_KEY}", f"key {CALLBACK_KEY}")
    return Branch(key, Step("callback", queue.name, kept))


def _closed(exchange: Exchange, closed: Closed, through: tuple[str, ...]) -> Step:
    prompt = next(each for each in exchange.prompts if each.name == closed.prompt)
    text = prompt.recordings[0].text
    said = f" : « {_short(text)} »" if text else ""
    branches = []
    if closed.urgent:
        outside = Step("outside", closed.urgent, Said(closed.urgent, closed.urgent))
        key = Said(f"touche {URGENT_KEY}", f"key {URGENT_KEY}")
        branches.append(Branch(key, outside))
    branches.append(Branch(AT_ONCE, _target(exchange, prompt.name, closed.then, through)))
    return Step(
        "prompt",
        prompt.name,
        Said(f"message « {prompt.title} »{said}", f"prompt “{prompt.title}”{said}"),
        tuple(branches),
    )


def _person(user: User) -> Step:
    box = Branch(_after(REACH_SECONDS), _voicemail(user.extension, user.name))
    return Step("person", user.id, Said(f"sonne chez {user.name}", f"rings {user.name}"), (box,))


def _voicemail(extension: str, owner: str) -> Step:
    return Step("voicemail", extension, Said(f"messagerie « {owner} »", f"voicemail “{owner}”"))


def _after(seconds: int) -> Said:
    return Said(f"après {seconds} s", f"after {seconds} s")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59].rstrip()}…"
