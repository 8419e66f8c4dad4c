"""``allo serve``: run the allo server in the foreground."""

import typer

from provisioning.cli.language import say
from provisioning.cli.output import common_options, of


def add_to(app: typer.Typer) -> None:
    app.command(
        "serve",
        epilog=common_options(),
        help=say(
            "Fait tourner le serveur d'allo : enrôlement, messages, file d'attente en direct.\n\n"
            "Reste au premier plan ; Ctrl-C l'arrête.\n\n\b\n  allo pbx up && allo serve",
            "Runs the allo server: enrolment, messages, the live queue.\n\n"
            "Stays in the foreground; Ctrl-C stops it.\n\n\b\n  allo pbx up && allo serve",
        ),
    )(serve)


def serve(context: typer.Context) -> None:
    from provisioning.server.serve import serve as run

    cli = of(context)
    raise typer.Exit(run(cli.home, json=cli.json))
