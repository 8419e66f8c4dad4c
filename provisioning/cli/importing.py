"""``allo import``: a list of agents into the directory."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.errors import CliError
from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import Cli, common_options, of
from provisioning.cli.planning import NO_TERMINAL, plan_and_apply
from provisioning.words import Words

if TYPE_CHECKING:
    from provisioning.importing import AgentChange, ImportResult

SHOWN = 40
"""Lines of one kind before the rest is only counted."""


def add_to(app: typer.Typer) -> None:
    app.command(
        "import",
        epilog=common_options(),
        help=say(
            "Lit une liste d'agents (CSV) dans l'annuaire. La centrale ne change qu'avec --apply, "
            "ou ensuite par « allo apply ».\n\n"
            "Les agents sont reconnus à leur e-mail et gardent leur numéro interne. S'il y a la "
            "moindre erreur, toutes sont montrées avec leur ligne et rien n'est enregistré "
            "(code 3).\n\n"
            "\b\n"
            "  allo import agents.csv\n"
            "  allo import agents.csv --apply            et l'applique à la centrale\n"
            "  allo import agents.csv --remove-missing   retire ceux qui n'y sont plus\n\n"
            "Colonnes : prénom, nom, e-mail, site, service ; et si vous les avez : fonction, rôle "
            "(agent ou réceptionniste), langue (fr, nl, en, de), numéro public, poste modèle, "
            "poste MAC, loyer annuel €. "
            "Tel qu'Excel l'enregistre : virgule, point-virgule ou tabulation.",
            "Reads a list of agents (CSV) into the directory. The PBX changes only with --apply, "
            "or later by “allo apply”.\n\n"
            "Agents are recognised by their e-mail and keep their extension. If anything is wrong, "
            "every fault is shown with its line and nothing is stored (code 3).\n\n"
            "\b\n"
            "  allo import agents.csv\n"
            "  allo import agents.csv --apply            and applies it to the PBX\n"
            "  allo import agents.csv --remove-missing   removes those no longer in it\n\n"
            "Columns: first name, last name, e-mail, site, service; and if you have them: "
            "function, role (agent or receptionist), language (fr, nl, en, de), public number, "
            "phone model, phone MAC, yearly rent €. As Excel saves it: comma, semicolon or tab.",
        ),
    )(import_file)


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=say("La liste (CSV).", "The list (CSV)."))],
    remove_missing: Annotated[
        bool,
        typer.Option(
            "--remove-missing",
            help=say(
                "Retirer les agents absents de la liste (demande confirmation).",
                "Remove agents who are not in the list (asks first).",
            ),
        ),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help=say(
                "Appliquer ensuite à la centrale (montre et demande, comme allo apply).",
                "Then apply to the PBX (shows and asks, as allo apply does).",
            ),
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=say("Ne pas demander.", "Do not ask."))
    ] = False,
) -> None:
    from provisioning.agents_csv import read_table
    from provisioning.importing import import_agents, missing_agents
    from provisioning.operations import opened

    cli = of(context)
    if not file.is_file():
        raise CliError(
            Words(
                f"Il n'y a pas de fichier {file.absolute()}. Vérifiez son nom et son dossier.",
                f"There is no file {file.absolute()}. Check its name and folder.",
            ),
            code=2,
        )
    if apply:  # asked before anything is stored: half of what was wanted would surprise
        cli.need_somebody(yes=yes, otherwise=NO_TERMINAL)
    with opened(cli.home) as installation:
        table = read_table(file.read_bytes(), file.name)
        remove: frozenset[str] = frozenset()
        if remove_missing:
            with installation.store.read() as session:
                missing = missing_agents(session, table)
            if missing and not yes:
                with installation.store.write() as session:  # a trial: shows every fault first
                    import_agents(
                        session,
                        table,
                        installation.commune,
                        now=datetime.now(UTC),
                        remove=frozenset(agent.email for agent in missing),
                    )
                    session.rollback()
                _list(cli, "-", say("À retirer", "To remove"), missing)
                cli.confirm(
                    say(f"Retirer {len(missing)} agent(s) ?", f"Remove {len(missing)} agent(s)?"),
                    yes=yes,
                    otherwise=Words(
                        "Retirer des agents demande une confirmation : ajoutez --yes.",
                        "Removing agents asks for confirmation: add --yes.",
                    ),
                )
            remove = frozenset(agent.email for agent in missing)
        with installation.store.write() as session:
            result = import_agents(
                session, table, installation.commune, now=datetime.now(UTC), remove=remove
            )
        _show(cli, result)
        if not apply:
            _say_next(cli, result)
            cli.result(_as_json(result))
            return
        applied = plan_and_apply(cli, installation, yes=yes)
    cli.result({**_as_json(result), "apply": applied})


def _show(cli: Cli, result: "ImportResult") -> None:
    _list(cli, "+", say("Nouveaux", "New"), result.added)
    _list(cli, "~", say("Changés", "Changed"), result.changed)
    _list(cli, "-", say("Retirés", "Removed"), result.removed)
    _list(
        cli,
        "?",
        say(
            "Dans l'annuaire mais pas dans la liste (gardés ; --remove-missing les retire)",
            "In the directory but not in the list (kept; --remove-missing removes them)",
        ),
        result.missing,
    )
    if result.ignored_columns:
        names = ", ".join(result.ignored_columns)
        cli.text(say(f"Colonnes ignorées : {names}", f"Columns ignored: {names}"))
    cli.text(
        say(
            f"{len(result.added)} nouveaux, {len(result.changed)} changés, "
            f"{result.unchanged} inchangés, {len(result.removed)} retirés.",
            f"{len(result.added)} new, {len(result.changed)} changed, "
            f"{result.unchanged} unchanged, {len(result.removed)} removed.",
        ),
        style="bold",
    )


def _say_next(cli: Cli, result: "ImportResult") -> None:
    if result.added or result.changed or result.removed:
        cli.text(
            say(
                "Ensuite : « allo plan » montre ce qui change sur la centrale.",
                "Next: “allo plan” shows what changes on the PBX.",
            )
        )


def _list(cli: Cli, sign: str, title: str, agents: Sequence["AgentChange"]) -> None:
    if not agents:
        return
    cli.text(f"{title} :" if LANGUAGE == "fr" else f"{title}:", style="bold")
    for agent in agents[:SHOWN]:
        details = "; ".join(
            f"{change.field.say(LANGUAGE)} {change.old or '—'} → {change.new or '—'}"
            if change.old or change.new
            else change.field.say(LANGUAGE)
            for change in agent.changes
        )
        cli.text(f"  {sign} {agent.extension} {agent.name}" + (f" : {details}" if details else ""))
    if len(agents) > SHOWN:
        rest = len(agents) - SHOWN
        cli.text(say(f"  … et {rest} autres", f"  … and {rest} more"))


def _as_json(result: "ImportResult") -> dict[str, Any]:
    def agents(those: Sequence["AgentChange"]) -> list[dict[str, Any]]:
        return [
            {
                "extension": agent.extension,
                "name": agent.name,
                "email": agent.email,
                "changes": [
                    {"field": change.field.en, "old": change.old, "new": change.new}
                    for change in agent.changes
                ],
            }
            for agent in those
        ]

    return {
        "added": agents(result.added),
        "changed": agents(result.changed),
        "unchanged": result.unchanged,
        "missing": agents(result.missing),
        "removed": agents(result.removed),
        "ignored_columns": list(result.ignored_columns),
    }
