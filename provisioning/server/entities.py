"""Live state and directory into the entities of docs/api.md. Pure."""

from pbx_config.live.state import LiveState
from provisioning.server import frames
from provisioning.server.directory import Directory

Key = tuple[str, str]
"""Kind and name of an entity: ``("colleague", "2014")``, ``("queue", "population")``."""


def everything(state: LiveState, directory: Directory) -> dict[Key, bytes]:
    """All entities, as JSON."""
    keys = [("colleague", e) for e in directory.people] + [("queue", n) for n in directory.lines]
    shown = ((key, entity(key, state, directory)) for key in keys)
    return {key: json for key, json in shown if json is not None}


def entity(key: Key, state: LiveState, directory: Directory) -> bytes | None:
    """One entity as JSON; None for one that the directory does not have."""
    kind, name = key
    if kind == "colleague":
        return _colleague(name, state, directory)
    return _queue(name, state, directory)


def _colleague(extension: str, state: LiveState, directory: Directory) -> bytes | None:
    person = directory.people.get(extension)
    if person is None:
        return None
    live = state.extensions.get(extension)
    return frames.encode(
        frames.Colleague(
            extension=extension,
            name=person.name,
            function=person.function,
            service=person.service,
            site=person.site,
            presence="unknown" if live is None else live.presence.value,
            since=None if live is None else live.since,
        )
    )


def _queue(name: str, state: LiveState, directory: Directory) -> bytes | None:
    line = directory.lines.get(name)
    if line is None:
        return None
    live = state.queues.get(name)
    members = []
    for member in () if live is None else live.members:
        extension, called = directory.member(member)
        members.append(
            frames.Member(
                extension=extension, name=called, state=member.state.value, since=member.since
            )
        )
    return frames.encode(
        frames.Queue(
            name=name,
            title=line.title,
            extension=line.extension,
            callers=[
                frames.Caller(
                    id=c.uniqueid, number=c.number, name=c.name, position=place, since=c.since
                )
                for place, c in enumerate(() if live is None else live.callers, start=1)
            ],
            members=sorted(members, key=lambda m: m.extension),
        )
    )
