"""``allo enrol``: one-time links for laptops, credentials for other SIP phones."""

import io
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from provisioning.cli.agents import known_agent
from provisioning.cli.errors import CliError
from provisioning.cli.language import say
from provisioning.cli.output import Cli, common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from provisioning.operations import Installation


class Hash(StrEnum):
    """Digest algorithms of SIP phones."""

    MD5 = "MD5"
    SHA256 = "SHA-256"


def add_to(app: typer.Typer) -> None:
    app.command(
        "enrol",
        epilog=common_options(),
        help=say(
            "Donne à un agent le lien qui fait de son portable son téléphone.\n\n"
            "Le lien sert une fois et vaut 7 jours ; un nouveau lien annule le précédent.\n\n"
            "\b\n"
            "  allo enrol 2014               lien et code QR\n"
            "  allo enrol 2014 2015 --days 2\n"
            "  allo enrol --all --json       tous ceux qui n'ont pas encore de téléphone\n"
            "  allo enrol 2014 --sip         identifiants d'un téléphone SIP d'une autre marque,\n"
            "                                montrés une seule fois",
            "Gives an agent the link that turns a laptop into their telephone.\n\n"
            "A link works once, for 7 days; a new link cancels the one before.\n\n"
            "\b\n"
            "  allo enrol 2014               link and QR code\n"
            "  allo enrol 2014 2015 --days 2\n"
            "  allo enrol --all --json       everybody who has no telephone yet\n"
            "  allo enrol 2014 --sip         credentials for another maker's SIP phone,\n"
            "                                shown once",
        ),
    )(enrol)


def enrol(
    context: typer.Context,
    extensions: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EXT]...", help=say("Numéros internes.", "Extensions.")),
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option(
            "--all",
            help=say("Tous les agents pas encore enrôlés.", "Every agent not enrolled yet."),
        ),
    ] = False,
    sip: Annotated[
        bool,
        typer.Option("--sip", help=say("Téléphone SIP tiers.", "Third-party SIP phone.")),
    ] = False,
    algorithm: Annotated[
        Hash,
        typer.Option(
            help=say(
                "Avec --sip ; beaucoup de téléphones ne connaissent que MD5.",
                "With --sip; many phones know MD5 only.",
            )
        ),
    ] = Hash.MD5,
    days: Annotated[
        int, typer.Option(min=1, max=90, help=say("Validité du lien.", "Life of the link."))
    ] = 7,
) -> None:
    from provisioning.operations import opened

    cli = of(context)
    names = extensions or []
    if bool(names) == everybody or (sip and len(names) != 1):
        raise CliError(
            Words(
                "Donnez des numéros internes, ou --all ; --sip en prend un seul. "
                "Exemple : allo enrol 2014",
                "Give extensions, or --all; --sip takes exactly one. Example: allo enrol 2014",
            ),
            code=2,
        )
    with opened(cli.home) as installation:
        with installation.store.read() as session:
            for name in names:
                known_agent(session, name)
            _refuse_pending(installation, session)
        if sip:
            _sip(cli, installation, names[0], algorithm)
        else:
            _links(cli, installation, names, timedelta(days=days))


def _refuse_pending(installation: "Installation", session: "Session") -> None:
    """A link is of no use while the PBX does not know the agent."""
    from provisioning.operations import plan_of

    plan = plan_of(installation, session)
    if not plan.empty:
        count = len(plan.changes) or len(plan.files)
        raise CliError(
            Words(
                f"La centrale n'est pas à jour ({count} changement(s) en attente). "
                "Lancez d'abord « allo apply ».",
                f"The PBX is not up to date ({count} change(s) pending). Run “allo apply” first.",
            )
        )


def _links(cli: Cli, installation: "Installation", names: list[str], life: timedelta) -> None:
    from provisioning.directory import invited, phone_state, present_agents
    from provisioning.enrolment import issue

    now = datetime.now(UTC)
    own = installation.commune.installation
    fingerprint = installation.ca_fingerprint
    with installation.store.write() as session:
        if names:
            agents = [known_agent(session, name) for name in names]
        else:
            holders = invited(session, now)
            agents = [
                agent
                for agent in present_agents(session)
                if phone_state(agent, holders) != "enrolled"
            ]
        links = [
            issue(
                session,
                agent,
                host=own.host,
                https_port=own.https_port,
                ca_fingerprint=fingerprint,
                ttl=life,
                now=now,
            )
            for agent in agents
        ]
    until = (now + life).astimezone()
    for agent, link in zip(agents, links, strict=True):
        cli.text(f"{agent.extension} {agent.name}", style="bold")
        cli.secret(f"  {link}")
    if len(links) == 1:
        cli.secret(_qr(links[0]))
    if links:
        cli.text(
            say(
                f"À usage unique, valable jusqu'au {until:%d/%m/%Y %H:%M}.",
                f"Works once, until {until:%d/%m/%Y %H:%M}.",
            )
        )
    else:
        cli.text(say("Tous les agents sont enrôlés.", "Every agent is enrolled."))
    cli.result(
        {
            "links": [
                {
                    "extension": agent.extension,
                    "name": agent.name,
                    "email": agent.email,
                    "link": link,
                    "expires_at": (now + life).isoformat(),
                }
                for agent, link in zip(agents, links, strict=True)
            ]
        }
    )


def _qr(link: str) -> str:
    import segno

    drawn = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def _sip(cli: Cli, installation: "Installation", name: str, algorithm: Hash) -> None:
    from provisioning.enrolment import issue_sip
    from provisioning.operations import apply_all

    own = installation.commune.installation
    with installation.store.write() as session:  # refused by the PBX: the device never existed
        agent = known_agent(session, name)
        credentials = issue_sip(
            session, agent, "MD5" if algorithm is Hash.MD5 else "SHA-256", datetime.now(UTC)
        )
        apply_all(installation, session)
    cli.text(f"{agent.extension} {agent.name}", style="bold")
    for label, value in (
        (say("Serveur", "Server"), own.host),
        (say("Port", "Port"), str(own.sip_tls_port)),
        (say("Transport", "Transport"), "TLS"),
        (say("Utilisateur", "User"), credentials.user),
        ("SRTP", say("obligatoire (SDES)", "mandatory (SDES)")),
        (say("Autorité (CA)", "Authority (CA)"), f"https://{own.host}:{own.https_port}/ca.pem"),
    ):
        cli.text(f"  {label:<14} {value}")
    cli.secret(f"  {say('Mot de passe', 'Password'):<14} {credentials.secret}")
    cli.text(
        say(
            "Le mot de passe n'est montré qu'ici, une fois ; relancer la commande ajoute un autre "
            "téléphone.",
            "The password is shown here once only; running the command again adds another "
            "telephone.",
        )
    )
    cli.result(
        {
            "extension": agent.extension,
            "name": agent.name,
            "server": own.host,
            "port": own.sip_tls_port,
            "transport": "tls",
            "user": credentials.user,
            "password": credentials.secret,
            "algorithm": credentials.algorithm,
            "srtp": "mandatory",
        }
    )
