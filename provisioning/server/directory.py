"""The directory as the server shows it: people and queues by the numbers that the PBX uses.

Owns the reading of both sources (database, commune.toml) into one value. Frozen: a changed
directory is another value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from pbx_config.live.state import Member
from provisioning.commune import Commune
from provisioning.commune_file import read_commune
from provisioning.operations import Installation
from provisioning.problem import InputRefused
from provisioning.store.tables import Agent

_HINT = re.compile(r"hint:(\d+)@")


@dataclass(frozen=True, slots=True)
class Person:
    """An agent in the words of their colleagues."""

    id: int
    extension: str
    name: str
    function: str
    service: str
    site: str


@dataclass(frozen=True, slots=True)
class Line:
    """A queue: its name on the PBX, and how people know it."""

    name: str
    title: str
    extension: str


@dataclass(frozen=True, slots=True)
class Directory:
    people: Mapping[str, Person]
    """By extension."""
    lines: Mapping[str, Line]
    """By the queue's name."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """Titles of ring groups, by their names. Asterisk has no queue of them: nobody waits there."""

    @property
    def queue_titles(self) -> dict[str, str]:
        """What people call each queue and group, by its name: no secret, unlike who waits in
        it."""
        return {name: line.title for name, line in self.lines.items()} | dict(self.groups)

    def member(self, member: Member) -> tuple[str, str]:
        """Extension and name of a queue member; its state is the hint of its extension."""
        found = _HINT.match(member.state_interface)
        extension = found[1] if found else ""
        person = self.people.get(extension)
        return extension, person.name if person is not None else member.name


def read(installation: Installation) -> Directory:
    """Read it now. A commune.toml that is being edited and wrong counts as it was at the start."""
    commune = commune_now(installation)
    with installation.store.read() as session:
        agents = session.scalars(
            select(Agent).where(Agent.removed_at.is_(None)).order_by(Agent.extension)
        ).all()
    return Directory(
        {a.extension: person(a, commune) for a in agents},
        {
            s.slug: Line(s.slug, s.name, s.extension)
            for s in commune.service
            if s.queue not in ("group", "none")
        },
        {s.slug: s.name for s in commune.service if s.queue == "group"},
    )


def commune_now(installation: Installation) -> Commune:
    try:
        return read_commune(installation.home.commune)
    except (InputRefused, OSError):
        return installation.commune


def person(agent: Agent, commune: Commune) -> Person:
    services = {s.slug: s.name for s in commune.service}
    sites = {s.code: s.name for s in commune.site}
    return Person(
        agent.id,
        agent.extension,
        agent.name,
        agent.function,
        services.get(agent.service, agent.service),
        sites.get(agent.site, agent.site),
    )
