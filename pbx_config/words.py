"""Two exchanges compared in the administrator's words, French and English.

Owns the sentences; knows nothing of files.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pbx_config import info as info_lines
from pbx_config.hours import Hours, Span
from pbx_config.model import (
    Address,
    Closed,
    Exchange,
    Info,
    Mail,
    Menu,
    Prompt,
    Queue,
    Room,
    Site,
    Target,
    Trunk,
    User,
    Voicemail,
)

What = Literal[
    "user", "queue", "site", "trunk", "network", "hours", "prompt", "menu", "info", "voicemail",
    "mail", "room",
]  # fmt: skip

_DAYS_FR = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Change:
    """One line in the administrator's words."""

    kind: Literal["add", "change", "remove"]
    what: What
    key: str
    """Extension, queue name, site code, trunk name; stable."""
    text_fr: str
    """Without the leading sign: ``2014 Marie Dupont (Population) : numéro public …``."""
    text_en: str

    @property
    def sign(self) -> str:
        """``+``, ``~`` or ``-``."""
        return {"add": "+", "change": "~", "remove": "-"}[self.kind]


class _Thing(NamedTuple):
    """Something with a name of its own: ``identity`` says whether it is the same as before."""

    what: What
    identity: str
    key: str
    title: tuple[str, str]
    """French, English."""
    facts: tuple[tuple[str, str, str], ...]
    """(French name, English name, value) of each property that may change."""


class _Hidden(str):
    """A fact that is compared and never shown."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return "••••"


def compare(old: Exchange | None, new: Exchange) -> tuple[Change, ...]:
    """What differs: network, sites, trunks, hours, prompts, menus, information lines, queues,
    rooms, voicemail, mail, users; each in the new exchange's order."""
    # Names of today: a renamed member is not another member.
    names = {user.id: user.name for user in (*(old.users if old else ()), *new.users)}
    last = _things(old, names) if old else ()
    before = {(thing.what, thing.identity): thing for thing in last}
    after = list(_things(new, names))
    kept = {(thing.what, thing.identity) for thing in after}
    gone = [thing for identity, thing in before.items() if identity not in kept]
    return (
        *(c for thing in after for c in _change(before.get((thing.what, thing.identity)), thing)),
        *(_dates(old, new) if old else ()),
        *(Change("remove", t.what, t.key, *t.title) for t in gone),
    )


def _change(old: _Thing | None, new: _Thing) -> Iterator[Change]:
    if old is None:
        yield Change("add", new.what, new.key, *new.title)
    elif old.facts != new.facts:
        pairs = [
            (fr, en, last or "—", value or "—")
            for (_, _, last), (fr, en, value) in zip(old.facts, new.facts, strict=True)
            if last != value
        ]
        french = ", ".join(f"{fr} {last} → {value}" for fr, _, last, value in pairs)
        english = ", ".join(f"{en} {last} → {value}" for _, en, last, value in pairs)
        title_fr, title_en = new.title
        yield Change(
            "change", new.what, new.key, f"{title_fr} : {french}", f"{title_en}: {english}"
        )


def _things(exchange: Exchange, names: dict[str, str]) -> Iterator[_Thing]:
    yield _network(exchange)
    yield from (_site(site) for site in exchange.sites)
    yield from (_trunk(trunk) for trunk in exchange.trunks)
    yield from (_hours(hours) for hours in exchange.hours)
    yield from (_prompt(prompt) for prompt in exchange.prompts)
    yield from (_menu(menu, exchange) for menu in exchange.menus)
    yield from (_info(info, exchange) for info in exchange.infos)
    yield from (_queue(queue, names, exchange) for queue in exchange.queues)
    yield from (_room(room) for room in exchange.rooms)
    yield _voicemail(exchange.voicemail)
    if exchange.mail:
        yield _mail(exchange.mail)
    sites = {site.code: site.name for site in exchange.sites}
    yield from (_user(user, sites.get(user.site, user.site)) for user in exchange.users)


def _dates(old: Exchange, new: Exchange) -> Iterator[Change]:
    """Dates of information lines that came or went: counted, for there may be thousands."""
    before = {info.name: info for info in old.infos}
    for info in new.infos:
        known = before.get(info.name)
        if known and (what := info_lines.changed(known, info)):
            title = f"info {info.extension} {info.title}"
            texts = (f"{title} : {what.fr}", f"{title}: {what.en}")
            yield Change("change", "info", info.name, *texts)


def _info(info: Info, exchange: Exchange) -> _Thing:
    texts = {prompt.name: prompt.title for prompt in info.prompts}
    sentences = dict.fromkeys(texts[s.before] for zone in info.zones for s in zone.series)
    streets = ", ".join(f"{zone.title} {key}".strip() for key, zone in info_lines.keys(info))
    files = "".join(each.file for prompt in info.prompts for each in prompt.recordings)
    return _Thing(
        "info",
        info.name,
        info.name,
        _titled("info", "info", f"{info.extension} {info.title}"),
        (
            ("nom", "name", info.title),
            ("poste", "extension", info.extension),
            ("numéro public", "public number", info.number or ""),
            ("langues", "languages", " + ".join(info.languages)),
            ("message", "prompt", info.intro),
            ("choix", "choices", streets if len(info.zones) <= 9 else str(len(info.zones))),
            ("phrases", "sentences", ", ".join(f"« {text} »" for text in sentences)),
            ("sinon", "otherwise", target(info.otherwise, exchange)),
            # So that another name among many, or another voice, is seen as a change.
            ("sons", "sounds", hashlib.sha256(files.encode()).hexdigest()[:6]),
        ),
    )


def _titled(french: str, english: str, name: str) -> tuple[str, str]:
    return f"{french} {name}", f"{english} {name}"


def _network(exchange: Exchange) -> _Thing:
    network = exchange.network
    return _Thing(
        "network",
        "pbx",
        "pbx",
        _titled("centrale", "PBX", f"{network.host}:{network.sip_phone_port}"),
        (
            ("serveur", "server", network.host),
            ("adresse", "address", network.bind),
            ("port des téléphones", "phones' port", str(network.sip_phone_port)),
            ("port SIP/TLS", "SIP/TLS port", str(network.sip_tls_port)),
            ("port SIP/UDP", "SIP/UDP port", str(network.sip_udp_port)),
            ("port AMI", "AMI port", str(network.ami_port)),
            ("ports RTP", "RTP ports", f"{network.rtp_start}-{network.rtp_end}"),
            ("compte AMI", "AMI account", exchange.ami.username),
        ),
    )


def _site(site: Site) -> _Thing:
    return _Thing(
        "site",
        site.code,
        site.code,
        _titled("site", "site", site.name),
        (
            ("nom", "name", site.name),
            ("numéro principal", "main number", site.main_number),
            ("file principale", "main queue", site.main_queue),
            ("menu principal", "main menu", site.main_menu),
            ("numéro montré dehors", "number shown outside", site.shown_number),
            ("numéro montré au 112", "number shown to 112", site.emergency_number),
            ("adresse dite au 112", "address told to 112", _address(site.address)),
            ("fuseau horaire", "time zone", site.zone),
            ("marque du son", "mark of the sound", site.mark),
        ),
    )


def _address(address: Address | None) -> str:
    if not address:
        return ""
    street = " ".join(filter(None, (address.street, address.number)))
    return f"{street}, {address.postcode} {address.town}"


def _trunk(trunk: Trunk) -> _Thing:
    facts = (
        ("adresse", "address", f"{trunk.host}:{trunk.port}"),
        ("adresse du bâtiment dite au 112", "building's address told to 112",
         "oui / yes" if trunk.location else ""),
    )  # fmt: skip
    title = _titled("ligne opérateur", "operator line", trunk.name)
    return _Thing("trunk", trunk.name, trunk.name, title, facts)


def _hours(hours: Hours) -> _Thing:
    return _Thing(
        "hours",
        hours.name,
        hours.name,
        _titled("horaire", "hours", hours.title),
        (
            ("nom", "name", hours.title),
            ("semaine", "week", week(hours.week, "fr")),
            (
                "jours particuliers",
                "special days",
                ", ".join(
                    " ".join(filter(None, (day.date, spans(day.spans), day.reason)))
                    for day in hours.days
                ),
            ),
            ("fuseau", "time zone", hours.zone),
        ),
    )


def week(days: tuple[tuple[Span, ...], ...], language: Literal["fr", "en"]) -> str:
    """``lun-ven 08:30-12:00; sam 09:00-12:00``: days that follow each other and are alike, once."""
    names = _DAYS_FR if language == "fr" else _DAYS_EN
    parts: list[tuple[int, int]] = []
    for number, day in enumerate(days):
        if parts and days[parts[-1][0]] == day:
            parts[-1] = parts[-1][0], number
        else:
            parts.append((number, number))
    return "; ".join(
        f"{names[first]}{f'-{names[last]}' if last > first else ''} {spans(days[first])}"
        for first, last in parts
        if days[first]
    )


def spans(of_a_day: tuple[Span, ...]) -> str:
    """``08:30-12:00, 13:30-16:00``; a dash for a day without any."""
    return ", ".join(str(span) for span in of_a_day) or "—"


def _voicemail(voicemail: Voicemail) -> _Thing:
    days = f"{voicemail.keep_days}" if voicemail.keep_days else ""
    return _Thing(
        "voicemail",
        "voicemail",
        "voicemail",
        ("messageries vocales", "voicemail"),
        (
            ("longueur maximale", "longest message", f"{voicemail.max_seconds} s"),
            ("messages au plus", "most messages", str(voicemail.max_messages)),
            ("jours de conservation", "days kept", days),
        ),
    )


def _mail(mail: Mail) -> _Thing:
    return _Thing(
        "mail",
        "mail",
        "mail",
        _titled("messages vocaux par e-mail, serveur", "voicemail by e-mail, server", mail.host),
        (
            ("serveur", "server", f"{mail.host}:{mail.port}"),
            ("chiffrement", "encryption", mail.encryption),
            ("expéditeur", "sender", mail.sender),
            ("compte", "account", mail.user),
            ("pièce jointe", "attachment", "+" if mail.attach else ""),
            ("autorité", "authority", mail.ca),
        ),
    )


def _prompt(prompt: Prompt) -> _Thing:
    # The file's name, so that another text, or another sound, is seen as a change.
    facts = tuple(
        (each.language, each.language, each.text[:60] or each.file) for each in prompt.recordings
    )
    languages = " + ".join(each.language for each in prompt.recordings)
    said = ", ".join(f"{language} « {text} »" for language, _, text in facts)
    return _Thing(
        "prompt",
        prompt.name,
        prompt.name,
        _titled("message", "prompt", prompt.title),
        (
            ("langues", "languages", languages),
            ("texte", "text", said),
            ("fichiers", "files", " + ".join(each.file[-12:] for each in prompt.recordings)),
        ),
    )


def _menu(menu: Menu, exchange: Exchange) -> _Thing:
    keys = ", ".join(f"{key} → {target(to, exchange)}" for key, to in menu.keys)
    return _Thing(
        "menu",
        menu.name,
        menu.name,
        _titled("menu", "menu", f"{menu.extension} {menu.title}"),
        (
            ("nom", "name", menu.title),
            ("poste", "extension", menu.extension),
            ("numéro public", "public number", menu.number or ""),
            ("message", "prompt", menu.prompt),
            ("touches", "keys", keys),
            ("sinon", "otherwise", target(menu.otherwise, exchange)),
            ("répétitions", "times", str(menu.times)),
            ("patience", "patience", f"{menu.seconds} s"),
            ("numéros internes", "extensions", "+" if menu.direct else ""),
        ),
    )


def target(to: Target, exchange: Exchange) -> str:
    """``2910 Population (nl)``, ``voicemail 2910``."""
    titles = {queue.extension: queue.title for queue in exchange.queues}
    titles |= {menu.extension: menu.title for menu in exchange.menus}
    titles |= {info.extension: info.title for info in exchange.infos}
    titles |= {user.extension: user.name for user in exchange.users}
    kind = "" if to.kind in ("inside", "outside") else to.kind
    language = f"({to.language})" if to.language else ""
    return " ".join(filter(None, (kind, to.key, titles.get(to.key, ""), language)))


def _closed(closed: Closed | None, exchange: Exchange) -> str:
    if closed is None:
        return ""
    titles = {prompt.name: prompt.title for prompt in exchange.prompts}
    urgent = f", 1 → {closed.urgent}" if closed.urgent else ""
    then = target(closed.then, exchange)
    return f"« {titles.get(closed.prompt, closed.prompt)} »{urgent}, {then}"


def _queue(queue: Queue, names: dict[str, str], exchange: Exchange) -> _Thing:
    titles = {hours.name: hours.title for hours in exchange.hours}
    members = " + ".join(names.get(member, member) for member in queue.members)
    return _Thing(
        "queue",
        queue.name,
        queue.name,
        _titled(
            *(("groupe", "group") if queue.together else ("file", "queue")),
            f"{queue.extension} {queue.title}",
        ),
        (
            ("nom", "name", queue.title),
            ("poste", "extension", queue.extension),
            ("numéro public", "public number", queue.number or ""),
            ("stratégie", "strategy", queue.strategy),
            ("membres", "members", members),
            ("attente maximale", "longest wait", f"{queue.max_wait} s"),
            (
                "ensuite",
                "then",
                target(queue.after_wait, exchange) if queue.after_wait else "voicemail",
            ),
            ("renforts", "helpers", " + ".join(names.get(one, one) for one in queue.helpers)),
            ("répit", "wrap-up", f"{queue.wrapup} s"),
            ("annonces", "announcements", f"{queue.announce} s" if queue.announce else ""),
            ("priorité", "priority", str(queue.weight or "")),
            ("rappel", "callback", "+" if queue.callback else ""),
            ("horaire", "hours", titles.get(queue.hours, queue.hours)),
            ("fermé", "closed", _closed(queue.closed, exchange)),
            ("nuit", "night", _closed(queue.night, exchange)),
            ("e-mail", "e-mail", queue.email),
        ),
    )


def _room(room: Room) -> _Thing:
    return _Thing(
        "room",
        room.number,
        room.number,
        _titled("salle", "room", f"*6{room.number} {room.title}"),
        (
            ("nom", "name", room.title),
            ("code d'accès", "PIN", _Hidden(room.pin)),
            ("places", "places", str(room.most)),
        ),
    )


def _user(user: User, site: str) -> _Thing:
    place = user.service or site
    return _Thing(
        "user",
        user.id,
        user.extension,
        (f"{user.extension} {user.name} ({place})",) * 2,
        (
            ("poste", "extension", user.extension),
            ("nom", "name", user.name),
            ("site", "site", site),
            ("e-mail", "e-mail", user.email),
            ("numéro public", "public number", user.public_number or ""),
            ("appareils", "devices", " + ".join(f"{d.id} ({d.kind})" for d in user.devices)),
            # Enough of a digest to see that it is another one, far too little to use it.
            (
                "accès SIP",
                "SIP credentials",
                " + ".join(f"{d.digest.algorithm} {d.digest.ha1[:4]}…" for d in user.devices),
            ),
            ("langue", "language", user.language),
        ),
    )
