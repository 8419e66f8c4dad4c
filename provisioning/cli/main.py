"""``allo``: the root command, common options, and the one place where errors become exit codes."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning.cli import (
    agents,
    enrol,
    flow,
    forward,
    hours,
    importing,
    init,
    mail,
    pbx,
    planning,
    prompt,
    serve,
)
from provisioning.cli.errors import FAILED, USAGE, CliError, Explained, explain, show, write_json
from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import Cli
from provisioning.home import Home, default_home
from provisioning.words import Words

_COMMON = {"--home": True, "--lang": True, "--json": False}
"""Options of the root command → whether a value follows."""

_UsageError: Any = typer.BadParameter.__base__
"""Mother of all usage errors; typer exports only this child of it."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=say(
        "La téléphonie d'une commune : annuaire, centrale Asterisk, téléphones.\n\n"
        "Pour commencer :\n\n"
        "\b\n"
        "  allo init --host pbx.commune.be   puis adaptez commune.toml\n"
        "  allo import agents.csv            la liste des agents\n"
        "  allo plan                         ce qui va changer\n"
        "  allo apply                        l'appliquer\n"
        "  allo pbx up && allo serve         démarrer\n"
        "  allo enrol 2014                   le lien pour un portable\n\n"
        "Codes de sortie : 0 bien, 1 échec, 2 mauvais usage, 3 données refusées.",
        "Telephony of a town administration: directory, Asterisk, telephones.\n\n"
        "To begin:\n\n"
        "\b\n"
        "  allo init --host pbx.town.example   then adapt commune.toml\n"
        "  allo import agents.csv              the list of agents\n"
        "  allo plan                           what would change\n"
        "  allo apply                          do it\n"
        "  allo pbx up && allo serve           start\n"
        "  allo enrol 2014                     the link for a laptop\n\n"
        "Exit codes: 0 fine, 1 failed, 2 bad usage, 3 input refused.",
    ),
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"allo {version('allo')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "Dossier de l'installation (ou ALLO_HOME).",
                "Folder of the installation (or ALLO_HOME).",
            )
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help=say("Résultat en JSON sur la sortie standard.", "Result as JSON on stdout."),
        ),
    ] = False,
    lang: Annotated[
        str | None, typer.Option(help=say("fr ou en (ou ALLO_LANG).", "fr or en (or ALLO_LANG)."))
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_print_version,
            help=say("Montrer la version d'allo.", "Show the version of allo."),
        ),
    ] = False,
) -> None:
    del lang  # read in language.py, before the help texts
    del version  # its callback has ended the command
    context.obj = Cli(Home((home or default_home()).absolute()), as_json)


init.add_to(app)
importing.add_to(app)
planning.add_to(app)
agents.add_to(app)
hours.add_to(app)
forward.add_to(app)
flow.add_to(app)
prompt.add_to(app)
enrol.add_to(app)
mail.add_to(app)
pbx.add_to(app)
serve.add_to(app)


def common_first(arguments: Sequence[str]) -> list[str]:
    """Common options may stand anywhere: ``allo plan --json`` is ``allo --json plan``."""
    first: list[str] = []
    rest: list[str] = []
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            rest += [argument, *left]
            break
        name, assigned, _ = argument.partition("=")
        if name not in _COMMON:
            rest.append(argument)
            continue
        first.append(argument)
        if _COMMON[name] and not assigned and left:
            first.append(left.pop(0))
    return first + rest


def main() -> None:
    """Entry point. Ends the process with an exit code of design (0, 1, 2, 3; 130 for Ctrl-C)."""
    arguments = common_first(sys.argv[1:])
    as_json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    os.environ["ALLO_LANG"] = LANGUAGE  # where the server and programs we start read it
    try:
        try:
            status = app(args=arguments, prog_name="allo", standalone_mode=False)
        except typer.Abort:  # Ctrl-D or Ctrl-C at a question
            raise CliError(Words("Interrompu.", "Stopped.")) from None
        finally:
            sys.stdout.flush()  # a full disk behind a redirection shows here
        sys.exit(status or 0)
    except _UsageError as error:
        error.show()
        if as_json:
            write_json(Explained(USAGE, "usage", error.format_message()))
        sys.exit(USAGE)
    except BrokenPipeError:  # `allo agents list | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except Exception as error:
        explained = explain(error, LANGUAGE)
        if explained is None:
            raise
        show(explained, as_json=as_json, intro=say("Erreur :", "Error:"))
        sys.exit(explained.code)


if __name__ == "__main__":
    main()
