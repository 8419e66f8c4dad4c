"""``allo agents``: look into the directory."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.errors import CliError
from provisioning.cli.language import say
from provisioning.cli.output import common_options, of
from provisioning.numbers import as_written
from provisioning.text import did_you_mean
from provisioning.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from provisioning.commune import Commune
    from provisioning.directory import PhoneState
    from provisioning.store.tables import Agent

_STATES = {
    "enrolled": Words("enrôlé", "enrolled"),
    "invited": Words("lien envoyé", "link given"),
    "none": Words("—", "—"),
}
_ROLES = {
    "agent": Words("agent", "agent"),
    "receptionist": Words("réceptionniste", "receptionist"),
}


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help=say("Voir les agents de l'annuaire.", "Look at the agents of the directory."),
    )
    group.command(
        "list",
        epilog=common_options(),
        help=say(
            "Tous les agents, par numéro interne.\n\n"
            "\b\n"
            "  allo agents list\n"
            "  allo agents list --service population",
            "All agents by extension.\n\n"
            "\b\n"
            "  allo agents list\n"
            "  allo agents list --service population",
        ),
    )(list_agents)
    group.command(
        "show",
        epilog=common_options(),
        help=say(
            "Un agent en détail, par numéro interne ou e-mail.\n\n\b\n  allo agents show 2014",
            "One agent in detail, by extension or e-mail.\n\n\b\n  allo agents show 2014",
        ),
    )(show_agent)
    app.add_typer(group, name="agents")


def list_agents(
    context: typer.Context,
    service: Annotated[
        str | None, typer.Option(help=say("Seulement ce service.", "Only this service."))
    ] = None,
) -> None:
    from provisioning.directory import invited, phone_state, present_agents
    from provisioning.operations import opened

    cli = of(context)
    with opened(cli.home) as installation, installation.store.read() as session:
        commune = installation.commune
        wanted = None
        if service is not None:
            found = commune.service_named(service)
            if found is None:
                hint = did_you_mean(service, [one.name for one in commune.service])
                raise CliError(
                    Words(
                        f"Service inconnu « {service} ». {hint.fr}",
                        f"Unknown service “{service}”. {hint.en}",
                    ),
                    code=2,
                )
            wanted = found.slug
        holders = invited(session)
        agents = [a for a in present_agents(session) if wanted in (None, a.service)]
        states = [phone_state(agent, holders) for agent in agents]
    table = cli.table(
        say("Interne", "Ext."),
        say("Nom", "Name"),
        say("Service", "Service"),
        say("Site", "Site"),
        say("Numéro public", "Public number"),
        say("Téléphone", "Telephone"),
    )
    for agent, state in zip(agents, states, strict=True):
        table.add_row(
            agent.extension,
            agent.name,
            _service(commune, agent.service),
            _site(commune, agent.site),
            as_written(agent.public_number) if agent.public_number else "",
            say(*_STATES[state]),
        )
    if not agents:
        cli.text(
            say(
                "Aucun agent. Commencez par « allo import agents.csv ».",
                "No agent. Begin with “allo import agents.csv”.",
            )
        )
    elif not cli.json:
        cli.console.print(table)
    cli.result(
        {
            "agents": [
                _as_json(agent, state, commune) for agent, state in zip(agents, states, strict=True)
            ]
        }
    )


def show_agent(context: typer.Context, extension: str) -> None:
    from provisioning.directory import invited, phone_state
    from provisioning.operations import opened

    cli = of(context)
    with opened(cli.home) as installation, installation.store.read() as session:
        commune = installation.commune
        agent = known_agent(session, extension)
        data = _as_json(agent, phone_state(agent, invited(session)), commune)
    lines = {
        say("Nom", "Name"): agent.name,
        say("Numéro interne", "Extension"): agent.extension,
        say("Numéro public", "Public number"): as_written(agent.public_number)
        if agent.public_number
        else "—",
        say("Fonction", "Function"): agent.function or "—",
        say("Service", "Service"): _service(commune, agent.service),
        say("Site", "Site"): _site(commune, agent.site),
        say("Rôle", "Role"): say(*_ROLES[agent.role]),
        say("E-mail", "E-mail"): agent.email,
    }
    width = max(map(len, lines))
    for label, value in lines.items():
        cli.text(f"{label:<{width}}  {value}")
    for device in data["devices"]:
        cli.text(f"{device['user']:<{width}}  {device['kind']} {_device_state(device)}")
    for phone in data["desk_phones"]:
        since = phone["returnable_since"]
        state = (
            say(f", à rendre depuis {since[:10]}", f", to return since {since[:10]}")
            if since
            else ""
        )
        euros = f"{phone['yearly_rent_cents'] / 100:.2f}".replace(".", say(",", "."))
        cli.text(
            f"{say('Poste loué', 'Desk phone'):<{width}}  {phone['model']} {phone['mac']} "
            f"{euros} {say('€/an', '€/year')}{state}"
        )
    cli.result(data)


def _device_state(device: dict[str, Any]) -> str:
    if device["revoked_at"]:
        return say("révoqué", "revoked")
    if not device["enrolled_at"]:
        return say("pas encore enrôlé", "not enrolled yet")
    since = datetime.fromisoformat(device["enrolled_at"])
    local = (since if since.tzinfo else since.replace(tzinfo=UTC)).astimezone()
    name = f"{device['name']} " if device["kind"] == "softphone" and device["name"] else ""
    return name + say(f"depuis le {local:%d/%m/%Y %H:%M}", f"since {local:%d/%m/%Y %H:%M}")


def known_agent(session: "Session", text: str) -> "Agent":
    """The agent, or an error naming somebody near (exit 2)."""
    from provisioning.directory import find_agent, present_agents

    agent = find_agent(session, text)
    if agent is not None:
        return agent
    everyone = present_agents(session)
    hint = did_you_mean(text, [one.extension for one in everyone]) if everyone else Words("", "")
    raise CliError(
        Words(
            f"Aucun agent n'a le numéro interne « {text} ». {hint.fr} "
            "« allo agents list » les montre tous.",
            f"No agent has extension “{text}”. {hint.en} “allo agents list” shows all.",
        ),
        code=2,
    )


def _service(commune: "Commune", slug: str) -> str:
    return next((one.name for one in commune.service if one.slug == slug), slug)


def _site(commune: "Commune", code: str) -> str:
    return next((one.name for one in commune.site if one.code == code), code)


def _as_json(agent: "Agent", state: "PhoneState", commune: "Commune") -> dict[str, Any]:
    return {
        "id": agent.uid,
        "extension": agent.extension,
        "first_name": agent.first_name,
        "last_name": agent.last_name,
        "name": agent.name,
        "email": agent.email,
        "site": _site(commune, agent.site),
        "service": _service(commune, agent.service),
        "function": agent.function,
        "role": agent.role,
        "public_number": agent.public_number,
        "phone": state,
        "devices": [
            {
                "user": device.sip_user,
                "kind": device.kind,
                "name": device.name,
                "algorithm": device.algorithm,
                "enrolled_at": device.enrolled_at and device.enrolled_at.isoformat(),
                "revoked_at": device.revoked_at and device.revoked_at.isoformat(),
            }
            for device in agent.devices
        ],
        "desk_phones": [
            {
                "model": phone.model,
                "mac": phone.mac,
                "yearly_rent_cents": phone.yearly_rent_cents,
                "returnable_since": phone.returnable_since and phone.returnable_since.isoformat(),
            }
            for phone in agent.desk_phones
        ],
    }
