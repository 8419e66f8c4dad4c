"""Directory + commune.toml → the exchange that ``pbx_config`` renders.

Owns the translation (slugs, ids, who answers in which queue). Reads rows, decides nothing about
files. What no longer fits together is reported, never guessed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from pbx_config.hours import Hours
from pbx_config.model import (
    Address,
    Ami,
    Certificates,
    Closed,
    Device,
    Digest,
    Exchange,
    Menu,
    Network,
    Queue,
    Room,
    Site,
    Target,
    Trunk,
    User,
)
from provisioning import commune as written
from provisioning import info_lines, mail_settings, prompts
from provisioning.ca import CaFiles
from provisioning.commune import Commune
from provisioning.home import Home
from provisioning.opening_hours import build_hours
from provisioning.problem import InputRefused, Problem
from provisioning.store import tables
from provisioning.targets import after_wait_target, service_target, target
from provisioning.text import did_you_mean
from provisioning.words import Words

AMI_USER = "allo"
GROUP_MOST = 100
"""People of a ring group: each call rings them all."""


def build_exchange(
    session: Session, commune: Commune, home: Home, *, calendars_matter: bool = True
) -> Exchange:
    """Raises InputRefused when stored agents refer to what commune.toml no longer has; OSError.

    ``calendars_matter=False``: where nothing of the dialplan will be written, a calendar that is
    being edited is no reason to refuse.
    """
    files = CaFiles(home.ca)
    calendars, unread = info_lines.read(commune, home) if calendars_matter else ({}, [])
    own = commune.installation
    agents = session.execute(
        select(
            tables.Agent.id,
            tables.Agent.extension,
            tables.Agent.first_name,
            tables.Agent.last_name,
            tables.Agent.email,
            tables.Agent.site,
            tables.Agent.service,
            tables.Agent.role,
            tables.Agent.public_number,
            tables.Agent.language,
            tables.Agent.node,
        )
        .where(tables.Agent.removed_at.is_(None))
        .order_by(tables.Agent.extension)
    ).all()
    problems = [
        *_lost_places(commune, {a.site for a in agents}, {a.service for a in agents}, home),
        *_claimed_twice(
            commune,
            {
                value: f"{a.extension} {a.first_name} {a.last_name}"
                for a in agents
                for value in (a.extension, a.public_number)
                if value
            },
            home,
        ),
        *prompts.problems(commune, home),
        *unread,
        *mail_settings.problems(commune, home),
        *_crowds(commune, Counter(a.service for a in agents), home),
    ]
    if problems:
        raise InputRefused(problems)
    devices = _devices(session)
    titles = {service.slug: service.name for service in commune.service}
    users = tuple(
        User(
            id=f"u{a.id}",
            extension=a.extension,
            name=f"{a.first_name} {a.last_name}",
            site=a.site,
            email=a.email,
            public_number=a.public_number,
            devices=tuple(devices.get(a.id, ())),
            language=cast(Literal["fr", "nl", "en", "de"], a.language),
            node=a.node,
            service=titles[a.service],
            surname=a.last_name,
        )
        for a in agents
    )
    main = {_main_queue(commune, site.main_service) for site in commune.site}
    members: dict[str, list[str]] = {}
    for agent in agents:
        served = {agent.service} | (main if agent.role == "receptionist" else set())
        for service in served:
            members.setdefault(service, []).append(f"u{agent.id}")
    return Exchange(
        network=Network(
            host=own.host,
            bind=own.bind,
            sip_phone_port=own.sip_phone_port,
            sip_tls_port=own.sip_tls_port,
            sip_udp_port=own.sip_udp_port,
            ami_port=own.ami_port,
            rtp_start=own.rtp_start,
            rtp_end=own.rtp_end,
        ),
        ami=Ami(AMI_USER, home.ami_secret.read_text(encoding="ascii").strip()),
        certificates=Certificates(files.certificate, files.private_key, files.ca),
        sites=tuple(
            Site(
                code=site.code,
                name=site.name,
                main_number=site.main_number,
                main_queue=_main_queue(commune, site.main_service),
                emergency_number=site.emergency_number,
                main_menu=_menu_of(commune, site.main_menu),
                shown_number=site.shown_number,
                address=_address(site),
                zone=site.zone,
                mark=site.voice_mark,
            )
            for site in commune.site
        ),
        users=users,
        queues=tuple(
            Queue(
                name=service.slug,
                title=service.name,
                extension=service.extension,
                number=service.number,
                strategy=service.queue,
                members=tuple(members.get(service.slug, ())),
                hours=_hours_of(commune, service),
                closed=_closed(commune, service, service.closed) if service.hours else None,
                night=_closed(commune, service, service.night) if service.hours else None,
                max_wait=service.max_wait,
                after_wait=_after_wait(commune, service),
                helpers=_helpers(commune, service, members),
                wrapup=service.wrapup,
                announce=service.announce,
                weight=service.priority,
                callback=service.callback,
                email=service.email or "",
            )
            for service in commune.service
            if service.queue != "none"
        ),
        trunks=tuple(
            Trunk(trunk.name, trunk.host, trunk.port, trunk.emergency_location)
            for trunk in commune.trunk
        ),
        hours=hours_of(commune),
        prompts=prompts.as_model(commune, home),
        menus=tuple(_menu(commune, menu) for menu in commune.menu),
        infos=info_lines.as_model(commune, home, calendars),
        voicemail=mail_settings.limits(commune),
        mail=mail_settings.as_model(commune, home),
        rooms=tuple(
            Room(room.number, room.name, room.pin or "", room.max) for room in commune.room
        ),
    )


def hours_of(commune: Commune, today: date | None = None) -> tuple[Hours, ...]:
    """All opening hours, holidays of the years from ``today``'s on included."""
    return tuple(
        build_hours(
            hours.slug,
            hours.name,
            hours.zone,
            hours.spans,
            hours.closings,
            hours.openings,
            hours.holidays,
            today or datetime.now(ZoneInfo(hours.zone)).date(),
        )
        for hours in commune.hours
    )


def _address(site: written.Site) -> Address | None:
    if not (site.address and site.town):
        return None
    written_so = site.address.strip()
    number = re.search(r"[ ,]+(\d+\s*\w{0,3})$", written_so)
    street = written_so[: number.start()] if number else written_so
    return Address(street, number[1] if number else "", site.postcode, site.town)


def _menu(commune: Commune, menu: written.Menu) -> Menu:
    return Menu(
        menu.slug,
        menu.name,
        menu.extension,
        menu.number,
        prompts.name_of(commune, menu.prompt),
        tuple((key, target(commune, to)) for key, to in menu.keys.items()),
        target(commune, menu.otherwise),
        menu.times,
        menu.seconds,
        menu.direct,
    )


def _menu_of(commune: Commune, name: str) -> str:
    found = commune.menu_named(name) if name else None
    return found.slug if found else ""


def _hours_of(commune: Commune, service: written.Service) -> str:
    found = commune.hours_named(service.hours) if service.hours else None
    return found.slug if found else ""


def _closed(
    commune: Commune, service: written.Service, closed: written.Closed | None
) -> Closed | None:
    if closed is None:
        return None
    then = service_target(commune, service, closed.then)
    return Closed(prompts.name_of(commune, closed.prompt), then, closed.urgent)


def _after_wait(commune: Commune, service: written.Service) -> Target | None:
    found = after_wait_target(commune, service)
    return None if found == Target("voicemail", service.extension) else found


def _helpers(
    commune: Commune, service: written.Service, members: Mapping[str, list[str]]
) -> tuple[str, ...]:
    others = [commune.service_named(name) for name in service.helped_by]
    own = members.get(service.slug, ())
    found = [one for other in others if other for one in members.get(other.slug, ())]
    return tuple(dict.fromkeys(one for one in found if one not in own))


def _devices(session: Session) -> dict[int, list[Device]]:
    """Devices in use by agent id, in order of their number."""
    devices: dict[int, list[Device]] = {}
    table = tables.Device
    for agent_id, number, kind, algorithm, ha1 in session.execute(
        select(table.agent_id, table.number, table.kind, table.algorithm, table.ha1)
        .where(table.revoked_at.is_(None))
        .order_by(table.agent_id, table.number)
    ):
        devices.setdefault(agent_id, []).append(
            Device(
                id=f"u{agent_id}-{number}",
                kind=cast(Literal["softphone", "sip"], kind),
                digest=Digest(cast(Literal["SHA-256", "MD5"], algorithm), ha1),
            )
        )
    return devices


def _main_queue(commune: Commune, name: str) -> str:
    service = commune.service_named(name)
    assert service is not None  # commune_rules
    return service.slug


def _lost_places(
    commune: Commune, sites: set[str], services: set[str], home: Home
) -> Iterator[Problem]:
    """Sites and services that agents belong to and commune.toml no longer has."""
    known_sites = {site.code for site in commune.site}
    known_services = {service.slug for service in commune.service}
    for name in sorted(sites - known_sites):
        yield _lost(home, "site", name, sorted(known_sites))
    for name in sorted(services - known_services):
        yield _lost(home, "service", name, sorted(known_services))


def _claimed_twice(commune: Commune, owners: Mapping[str, str], home: Home) -> Iterator[Problem]:
    """Extensions and numbers that commune.toml gives to a service or site but an agent has."""
    answering: list[written.Service | written.Menu | written.Info]
    answering = [*commune.service, *commune.menu, *commune.info]
    claims = [("extension", one.extension, one.name) for one in answering]
    claims += [("number", one.number, one.name) for one in answering if one.number]
    claims += [("main_number", s.main_number, s.name) for s in commune.site]
    for key, value, name in claims:
        if (who := owners.get(value)) is not None:
            yield Problem(
                home.commune.name,
                None,
                key,
                Words(
                    f"{value} est donné à « {name} » mais appartient à {who}.",
                    f"{value} is given to “{name}” but belongs to {who}.",
                ),
                Words("Choisissez-en un autre.", "Choose another one."),
            )


def _crowds(commune: Commune, members: Mapping[str, int], home: Home) -> Iterator[Problem]:
    """Groups of more people than telephones should ring at once."""
    for service in commune.service:
        if service.queue == "group" and members.get(service.slug, 0) > GROUP_MOST:
            yield Problem(
                home.commune.name,
                None,
                f"service « {service.name} »",
                Words(
                    f"un groupe de {members[service.slug]} personnes : {GROUP_MOST} au plus.",
                    f"a group of {members[service.slug]} people: {GROUP_MOST} at most.",
                ),
                Words(
                    "Prenez une file, par exemple « ringall ».",
                    "Take a queue, for example “ringall”.",
                ),
            )


def _lost(home: Home, kind: str, name: str, known: list[str]) -> Problem:
    hint = did_you_mean(name, known)
    return Problem(
        home.commune.name,
        None,
        kind,
        Words(
            f"des agents sont rattachés à « {name} », qui n'y figure plus.",
            f"agents belong to “{name}”, which is not there any more.",
        ),
        Words(
            f"Remettez-le, ou réimportez la liste corrigée. {hint.fr}",
            f"Put it back, or import the corrected list again. {hint.en}",
        ),
    )
