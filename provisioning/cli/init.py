"""``allo init``: make an installation, or bring its certificates up to date."""

from pathlib import Path
from typing import Annotated

import typer

from provisioning.cli.errors import CliError
from provisioning.cli.language import say
from provisioning.cli.output import common_options, of
from provisioning.words import Words


def add_to(app: typer.Typer) -> None:
    app.command(
        "init",
        epilog=common_options(),
        help=say(
            "Crée une installation : commune.toml à adapter, certificats, secrets internes.\n\n"
            "Peut être relancé : ce qui existe est gardé, un certificat presque échu est "
            "renouvelé.\n\n"
            "\b\n"
            "  allo init --host pbx.commune.be\n"
            "  allo init --from examples/commune.toml --host localhost --free-ports",
            "Makes an installation: commune.toml to adapt, certificates, internal passwords.\n\n"
            "Safe to repeat: what exists is kept, a certificate near its end is renewed.\n\n"
            "\b\n"
            "  allo init --host pbx.town.example\n"
            "  allo init --from examples/commune.toml --host localhost --free-ports",
        ),
    )(init)


def init(
    context: typer.Context,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help=say("Partir de ce commune.toml.", "Start from this commune.toml."),
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            help=say("Nom que les portables voient.", "Name that laptops see."),
        ),
    ] = None,
    free_ports: Annotated[
        bool,
        typer.Option(
            "--free-ports",
            help=say("Choisir des ports libres (essais).", "Choose free ports (for trials)."),
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help=say(
                "Remplacer le commune.toml existant.", "Replace the commune.toml that is there."
            ),
        ),
    ] = False,
) -> None:
    from provisioning.initialise import initialise

    cli = of(context)
    if cli.home.path.exists() and not cli.home.path.is_dir():
        words = Words(
            f"{cli.home.path} n'est pas un dossier. Choisissez-en un avec --home.",
            f"{cli.home.path} is not a folder. Choose one with --home.",
        )
        raise CliError(words, code=2)
    done = initialise(cli.home, source=source, host=host, choose_ports=free_ports, replace=force)
    own = done.commune.installation
    if done.wrote_commune:
        cli.text(
            say(
                f"Installation créée dans {cli.home.path}",
                f"Installation made in {cli.home.path}",
            ),
            style="bold",
        )
    else:
        cli.text(
            say(
                f"{cli.home.commune} existe et a été gardé (--force le remplace).",
                f"{cli.home.commune} exists and was kept (--force replaces it).",
            )
        )
    if host is not None and not done.wrote_commune and host != own.host:
        cli.text(
            say(
                f"Le nom reste « {own.host} » : pour « {host} », changez host dans commune.toml "
                "et relancez « allo init ».",
                f"The name stays “{own.host}”: for “{host}”, change host in commune.toml "
                "and run “allo init” again.",
            ),
            style="yellow",
        )
    if done.certificates:
        cli.text(
            say(
                f"Certificats faits pour « {own.host} » : {', '.join(done.certificates)}",
                f"Certificates made for “{own.host}”: {', '.join(done.certificates)}",
            )
        )
    cli.text(
        say(
            f"Ensuite : adaptez {cli.home.commune}, puis « allo import agents.csv ».",
            f"Next: adapt {cli.home.commune}, then “allo import agents.csv”.",
        )
    )
    cli.result(
        {
            "home": str(cli.home.path),
            "created": done.wrote_commune,
            "certificates": list(done.certificates),
            "ca_fingerprint": done.ca_fingerprint,
            "installation": own.model_dump(),
        }
    )
