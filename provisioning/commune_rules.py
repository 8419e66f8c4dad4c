"""Rules between the parts of commune.toml: nothing twice, nothing overlapping, no loose ends."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress

from pbx_config.model import Target
from provisioning import hours_rules
from provisioning.commune import Commune, Service
from provisioning.problem import Wrong
from provisioning.targets import after_wait_target, calls_back, info_target, service_target, target
from provisioning.text import did_you_mean, fold
from provisioning.words import Words

Place = tuple[str | int, ...]
Fault = tuple[Place, Words, Words]
"""Key path, what is wrong, what to do."""

_GROUP_LONGEST = 180
"""Seconds: longer nobody listens to ringing, and operators end it."""

_CHOOSE_OTHER = Words("Choisissez-en un autre.", "Choose another one.")


def faults(commune: Commune) -> Iterator[Fault]:
    """Every fault of a file whose single values are right."""
    yield from _ports(commune)
    yield from _twice(commune)
    yield from _ranges(commune)
    yield from _main_services(commune)
    yield from _addresses(commune)
    yield from _hours(commune)
    yield from _services(commune)
    yield from _menus(commune)
    yield from _infos(commune)
    yield from _circles(commune)
    for i, hours in enumerate(commune.hours):
        for key, what, remedy in hours_rules.contradictions(hours):
            yield ("hours", i, key), what, remedy
    yield from _mail(commune)


def _ports(commune: Commune) -> Iterator[Fault]:
    own = commune.installation
    if own.rtp_end - own.rtp_start < 19:
        yield (
            ("installation", "rtp_end"),
            Words(
                "la plage RTP est trop petite (un appel prend 4 ports).",
                "the RTP range is too small (a call takes 4 ports).",
            ),
            Words(
                "Laissez au moins 20 ports entre rtp_start et rtp_end.",
                "Leave at least 20 ports between rtp_start and rtp_end.",
            ),
        )
    tcp: dict[int, str] = {}
    for key in ("https_port", "sip_phone_port", "sip_tls_port", "ami_port"):
        port = getattr(own, key)
        if port in tcp:
            yield (
                ("installation", key),
                Words(
                    f"le port {port} sert déjà à {tcp[port]}.",
                    f"port {port} already serves {tcp[port]}.",
                ),
                _CHOOSE_OTHER,
            )
        tcp[port] = key
    if own.rtp_start <= own.sip_udp_port <= own.rtp_end:
        yield (
            ("installation", "sip_udp_port"),
            Words(
                f"le port {own.sip_udp_port} est dans la plage RTP.",
                f"port {own.sip_udp_port} is inside the RTP range.",
            ),
            _CHOOSE_OTHER,
        )


def _twice(commune: Commune) -> Iterator[Fault]:
    """Names, extensions and numbers that two parts claim."""
    names: dict[tuple[str, str], tuple[tuple[str | int, ...], str]] = {}
    claims: list[tuple[str, str, tuple[str | int, ...], str]] = []
    for i, site in enumerate(commune.site):
        for name in {fold(n) for n in (site.code, site.name, *site.aliases)}:
            claims.append(("site", name, ("site", i, "name"), site.name))
        claims.append(("number", site.main_number, ("site", i, "main_number"), site.name))
    for i, service in enumerate(commune.service):
        for name in {fold(n) for n in (service.slug, service.name, *service.aliases)}:
            claims.append(("service", name, ("service", i, "name"), service.name))
        claims.append(("extension", service.extension, ("service", i, "extension"), service.name))
        if service.number is not None:
            claims.append(("number", service.number, ("service", i, "number"), service.name))
    for i, hours in enumerate(commune.hours):
        claims.append(("hours", fold(hours.slug), ("hours", i, "name"), hours.name))
    for i, menu in enumerate(commune.menu):
        # With the services: a key names either.
        claims.append(("service", fold(menu.slug), ("menu", i, "name"), menu.name))
        claims.append(("extension", menu.extension, ("menu", i, "extension"), menu.name))
        if menu.number is not None:
            claims.append(("number", menu.number, ("menu", i, "number"), menu.name))
    for i, info in enumerate(commune.info):
        claims.append(("service", fold(info.slug), ("info", i, "name"), info.name))
        claims.append(("extension", info.extension, ("info", i, "extension"), info.name))
        if info.number is not None:
            claims.append(("number", info.number, ("info", i, "number"), info.name))
    for i, prompt in enumerate(commune.prompt):
        claims.append(("prompt", fold(prompt.slug), ("prompt", i, "name"), prompt.name))
    for i, room in enumerate(commune.room):
        claims.append(("room", fold(room.slug), ("room", i, "name"), room.name))
        claims.append(("room number", room.number, ("room", i, "number"), room.name))
    for i, trunk in enumerate(commune.trunk):
        claims.append(("trunk", trunk.name, ("trunk", i, "name"), trunk.name))
        claims.append(("host", trunk.host, ("trunk", i, "host"), trunk.name))
    for kind, value, place, owner in claims:
        first_place, first = names.setdefault((kind, value), (place[:2], owner))
        if first_place != place[:2]:
            yield (
                place,
                Words(
                    f"« {value} » appartient déjà à « {first} ».",
                    f"“{value}” already belongs to “{first}”.",
                ),
                _CHOOSE_OTHER,
            )


def _ranges(commune: Commune) -> Iterator[Fault]:
    for i, site in enumerate(commune.site):
        for other in commune.site[:i]:
            if site.range.start < other.range.stop and other.range.start < site.range.stop:
                yield (
                    ("site", i, "extensions"),
                    Words(
                        f"la plage {site.extensions} recouvre {other.extensions} "
                        f"de « {other.name} ».",
                        f"range {site.extensions} overlaps {other.extensions} of “{other.name}”.",
                    ),
                    Words("Séparez les deux plages.", "Keep the two ranges apart."),
                )
        owners = [
            *(("service", k, one.extension) for k, one in enumerate(commune.service)),
            *(("menu", k, one.extension) for k, one in enumerate(commune.menu)),
            *(("info", k, one.extension) for k, one in enumerate(commune.info)),
        ]
        for table, k, own in owners:
            if int(own) in site.range:
                yield (
                    (table, k, "extension"),
                    Words(
                        f"{own} est dans la plage des agents de « {site.name} ».",
                        f"{own} is inside the agents' range of “{site.name}”.",
                    ),
                    Words(
                        "Prenez un numéro hors de toutes les plages.",
                        "Take one outside all ranges.",
                    ),
                )


def _main_services(commune: Commune) -> Iterator[Fault]:
    queued = [service.name for service in commune.service if service.queue != "none"]
    for i, site in enumerate(commune.site):
        service = commune.service_named(site.main_service)
        place = ("site", i, "main_service")
        if service is None:
            yield (
                place,
                Words(
                    f"le service « {site.main_service} » n'existe pas.",
                    f"service “{site.main_service}” does not exist.",
                ),
                did_you_mean(site.main_service, queued),
            )
        elif service.queue == "none":
            yield (
                place,
                Words(
                    f"« {service.name} » n'a pas de file d'attente et ne peut pas répondre "
                    "au numéro général.",
                    f"“{service.name}” has no queue and cannot answer the main number.",
                ),
                did_you_mean("", queued),
            )


def _addresses(commune: Commune) -> Iterator[Fault]:
    """Whose operator tells 112 where a site is, says it of every site."""
    if not any(trunk.emergency_location for trunk in commune.trunk):
        return
    for i, site in enumerate(commune.site):
        for key in ("address", "postcode", "town"):
            if not getattr(site, key).strip():
                yield (
                    ("site", i, key),
                    Words(
                        f"« {site.name} » n'a pas de {key}, que emergency_location dit au 112.",
                        f"“{site.name}” has no {key}, which emergency_location tells to 112.",
                    ),
                    Words(
                        'Donnez address = "Place communale 1", postcode = "6000", town = "…".',
                        'Give address = "Place communale 1", postcode = "6000", town = "…".',
                    ),
                )


def _hours(commune: Commune) -> Iterator[Fault]:
    """What services say of hours and prompts exists."""
    for i, service in enumerate(commune.service):
        if service.hours and commune.hours_named(service.hours) is None:
            yield (
                ("service", i, "hours"),
                Words(
                    f"l'horaire « {service.hours} » n'existe pas.",
                    f"hours “{service.hours}” do not exist.",
                ),
                did_you_mean(service.hours, [hours.name for hours in commune.hours]),
            )
        for key, closed in (("closed", service.closed), ("night", service.night)):
            if closed and closed.prompt and commune.prompt_named(closed.prompt) is None:
                yield (
                    ("service", i, key),
                    Words(
                        f"le message « {closed.prompt} » n'existe pas.",
                        f"prompt “{closed.prompt}” does not exist.",
                    ),
                    did_you_mean(closed.prompt, [prompt.name for prompt in commune.prompt]),
                )
        if service.hours and service.queue == "none":
            yield (
                ("service", i, "hours"),
                Words(
                    f"« {service.name} » n'a pas de file d'attente : l'horaire ne sert à rien.",
                    f"“{service.name}” has no queue: its hours serve nothing.",
                ),
                Words("Donnez-lui une file, ou retirez hours.", "Give it one, or remove hours."),
            )


def _menus(commune: Commune) -> Iterator[Fault]:
    """What menus and sites say of prompts, menus and where keys lead exists."""
    for i, site in enumerate(commune.site):
        if site.main_menu and commune.menu_named(site.main_menu) is None:
            yield (
                ("site", i, "main_menu"),
                Words(
                    f"le menu « {site.main_menu} » n'existe pas.",
                    f"menu “{site.main_menu}” does not exist.",
                ),
                did_you_mean(site.main_menu, [menu.name for menu in commune.menu]),
            )
    for i, menu in enumerate(commune.menu):
        if commune.prompt_named(menu.prompt) is None:
            yield (
                ("menu", i, "prompt"),
                Words(
                    f"le message « {menu.prompt} » n'existe pas.",
                    f"prompt “{menu.prompt}” does not exist.",
                ),
                did_you_mean(menu.prompt, [prompt.name for prompt in commune.prompt]),
            )
        for place, key in (
            *((("menu", i, "keys", name), key) for name, key in menu.keys.items()),
            (("menu", i, "otherwise"), menu.otherwise),
        ):
            try:
                found = target(commune, key)
            except Wrong as wrong:
                yield place, wrong.what, wrong.remedy
                continue
            if found.kind == "directory" and place[2] == "otherwise":
                yield (
                    place,
                    Words(
                        "qui ne tape rien n'y trouverait personne.",
                        "who types nothing would find nobody there.",
                    ),
                    Words(
                        "Donnez un service ou une messagerie ; l'annuaire à une touche.",
                        "Give a service or a voicemail; the directory to a key.",
                    ),
                )


def _infos(commune: Commune) -> Iterator[Fault]:
    """What information lines say of prompts and where one goes on exists."""
    for i, info in enumerate(commune.info):
        if info.prompt and commune.prompt_named(info.prompt) is None:
            yield (
                ("info", i, "prompt"),
                Words(
                    f"le message « {info.prompt} » n'existe pas.",
                    f"prompt “{info.prompt}” does not exist.",
                ),
                did_you_mean(info.prompt, [prompt.name for prompt in commune.prompt]),
            )
        try:
            info_target(commune, info)
        except Wrong as wrong:
            yield ("info", i, "otherwise"), wrong.what, wrong.remedy


def _services(commune: Commune) -> Iterator[Fault]:
    """Where callers of a service go on, and who helps, exists."""
    for i, service in enumerate(commune.service):
        try:
            after_wait_target(commune, service)
        except Wrong as wrong:
            yield ("service", i, "after_wait"), wrong.what, wrong.remedy
        written = []
        for key, closed in (("closed", service.closed), ("night", service.night)):
            if closed:
                written.append((("service", i, key), closed.then))
        for place, text in written:
            try:
                service_target(commune, service, text)
            except Wrong as wrong:
                yield place, wrong.what, wrong.remedy
        for name in service.helped_by:
            if commune.service_named(name) is None:
                yield (
                    ("service", i, "helped_by"),
                    Words(
                        f"le service « {name} » n'existe pas.", f"service “{name}” does not exist."
                    ),
                    did_you_mean(name, [one.name for one in commune.service]),
                )
        if service.callback and service.queue == "none":
            yield (
                ("service", i, "callback"),
                Words(
                    f"« {service.name} » n'a pas de file d'attente : personne n'y attend.",
                    f"“{service.name}” has no queue: nobody waits there.",
                ),
                Words(
                    "Donnez-lui une file, ou retirez callback.", "Give it one, or remove callback."
                ),
            )
        if service.queue == "group":
            yield from _group(i, service)
        if 0 < service.announce < 15:
            yield (
                ("service", i, "announce"),
                Words(
                    "c'est plus souvent qu'on ne peut parler.",
                    "that is more often than one can speak.",
                ),
                Words("Donnez 15 secondes au moins, ou 0.", "Give 15 seconds at least, or 0."),
            )


def _group(i: int, service: Service) -> Iterator[Fault]:
    """What makes no sense where nobody waits."""
    for key in ("wrapup", "announce", "priority", "callback"):
        if getattr(service, key):
            yield (
                ("service", i, key),
                Words(
                    f"« {service.name} » est un groupe : personne n'y attend.",
                    f"“{service.name}” is a group: nobody waits there.",
                ),
                Words(
                    f"Retirez {key}, ou prenez une file, par exemple « ringall ».",
                    f"Remove {key}, or take a queue, for example “ringall”.",
                ),
            )
    if calls_back(service):
        yield (
            ("service", i, "after_wait"),
            Words(
                f"« {service.name} » est un groupe : on n'y attend pas d'être rappelé.",
                f"“{service.name}” is a group: nobody waits there to be called back.",
            ),
            Words(
                "Donnez une messagerie, ou prenez une file, par exemple « ringall ».",
                "Give a voicemail, or take a queue, for example “ringall”.",
            ),
        )
    if service.max_wait > _GROUP_LONGEST:
        yield (
            ("service", i, "max_wait"),
            Words(
                f"un groupe ne sonne pas plus de {_GROUP_LONGEST} s.",
                f"a group rings no longer than {_GROUP_LONGEST} s.",
            ),
            Words(
                "Donnez moins, ou prenez une file, par exemple « ringall ».",
                "Give less, or take a queue, for example “ringall”.",
            ),
        )


def _circles(commune: Commune) -> Iterator[Fault]:
    """Menus and services that lead to each other by themselves: callers would never get out."""
    after: defaultdict[str, list[tuple[str, Place]]] = defaultdict(list)
    """By extension: where one goes on who does nothing, and where that is written."""
    names: dict[str, str] = {}

    def leads(extension: str, found: Target, place: Place) -> None:
        if found.kind in ("repeat", "prompt"):
            after[extension].append((extension, place))
        elif found.kind == "inside":
            after[extension].append((found.key, place))

    for i, menu in enumerate(commune.menu):
        names[menu.extension] = menu.name
        with suppress(Wrong):  # told elsewhere
            found = target(commune, menu.otherwise)
            itself = commune.menu_named(menu.otherwise.to) is menu
            if itself or found.key != menu.extension:  # else two have that extension: told too
                leads(menu.extension, found, ("menu", i, "otherwise"))
    for i, info in enumerate(commune.info):
        names[info.extension] = info.name
        with suppress(Wrong):
            leads(info.extension, info_target(commune, info), ("info", i, "otherwise"))
    for i, service in enumerate(commune.service):
        own = service.extension
        names[own] = service.name
        with suppress(Wrong):
            leads(own, after_wait_target(commune, service), ("service", i, "after_wait"))
        for key, closed in (("closed", service.closed), ("night", service.night)):
            if service.hours and closed:
                with suppress(Wrong):
                    leads(own, service_target(commune, service, closed.then), ("service", i, key))
    for start in names:
        if circle := _way_back(start, after):
            shown = " → ".join(names[one] for one in (start, *(to for to, _ in circle)))
            yield (
                circle[0][1],
                Words(
                    f"qui ne fait rien tourne en rond : {shown}.",
                    f"who does nothing goes round in circles: {shown}.",
                ),
                Words(
                    "Terminez par une messagerie, une personne ou « goodbye ».",
                    "End with a voicemail, a person or “goodbye”.",
                ),
            )


def _way_back(
    start: str, after: Mapping[str, list[tuple[str, Place]]]
) -> tuple[tuple[str, Place], ...]:
    """The shortest way from there to there; empty: there is none."""
    ways: deque[tuple[tuple[str, Place], ...]] = deque((step,) for step in after.get(start, ()))
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        here = way[-1][0]
        if here == start:
            return way
        if here not in seen:
            seen.add(here)
            ways.extend((*way, step) for step in after.get(here, ()))
    return ()


def _mail(commune: Commune) -> Iterator[Fault]:
    """Nothing goes through the network in clear, and what is to be mailed has a server."""
    mail = commune.mail
    if mail and mail.encryption == "none" and not _on_this_machine(mail.host):
        yield (
            ("mail", "encryption"),
            Words(
                f"sans chiffrement, les messages iraient en clair jusqu'à {mail.host}.",
                f"without encryption messages would go to {mail.host} in clear.",
            ),
            Words("Donnez « starttls » ou « tls ».", "Give “starttls” or “tls”."),
        )
    for i, service in enumerate(commune.service):
        if service.email is None:
            continue
        if service.queue == "none":
            yield (
                ("service", i, "email"),
                Words(
                    f"« {service.name} » n'a pas de file d'attente, donc pas de messagerie.",
                    f"“{service.name}” has no queue, so no voicemail.",
                ),
                Words("Donnez-lui une file, ou retirez email.", "Give it one, or remove email."),
            )
        elif mail is None:
            yield (
                ("service", i, "email"),
                Words("aucun serveur n'enverrait cet e-mail.", "no server would send this e-mail."),
                Words("Ajoutez un bloc [mail].", "Add a [mail] block."),
            )


def _on_this_machine(host: str) -> bool:
    return host == "localhost" or host.startswith("127.")
