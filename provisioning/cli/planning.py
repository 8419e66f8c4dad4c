"""``allo plan`` and ``allo apply``: see what would change on the PBX, then do it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import Cli, common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from pbx_config.plan import Plan
    from provisioning.operations import Installation

SHOWN = 60
"""Changes before the rest is only counted."""

NO_TERMINAL = Words(
    "Sans terminal pour confirmer : ajoutez --yes.", "No terminal to confirm on: add --yes."
)

_STYLES = {"+": "green", "~": "yellow", "-": "red"}


def add_to(app: typer.Typer) -> None:
    app.command(
        "plan",
        epilog=common_options(),
        help=say(
            "Montre ce qui changerait sur la centrale. Ne change rien.\n\n"
            "\b\n"
            "  allo plan            en mots : + nouveau, ~ changé, - retiré\n"
            "  allo plan --files    les fichiers d'Asterisk, ligne par ligne",
            "Shows what would change on the PBX. Changes nothing.\n\n"
            "\b\n"
            "  allo plan            in words: + new, ~ changed, - removed\n"
            "  allo plan --files    Asterisk's files, line by line",
        ),
    )(plan)
    app.command(
        "apply",
        epilog=common_options(),
        help=say(
            "Applique les changements à la centrale : tout ou rien, sans couper les appels.\n\n"
            "\b\n"
            "  allo apply           montre, demande, applique\n"
            "  allo apply --yes     sans demander (scripts)",
            "Applies the changes to the PBX: all or nothing, without cutting calls.\n\n"
            "\b\n"
            "  allo apply           shows, asks, applies\n"
            "  allo apply --yes     without asking (scripts)",
        ),
    )(apply)


AllChanges = Annotated[
    bool,
    typer.Option("--all", help=say("Ne rien abréger.", "Do not shorten anything.")),
]


def plan(
    context: typer.Context,
    files: Annotated[
        bool,
        typer.Option("--files", help=say("Différences des fichiers.", "Differences of the files.")),
    ] = False,
    every: AllChanges = False,
) -> None:
    from provisioning.operations import opened, plan_of

    cli = of(context)
    with opened(cli.home) as installation, installation.store.read() as session:
        found = plan_of(installation, session)
        hinted = _hint(cli, installation)
    _show(cli, found, every=every)
    if files:
        for file in found.files:
            cli.text(file.diff)
    if not found.empty:
        cli.text(say("Ensuite : « allo apply ».", "Next: “allo apply”."))
    cli.result({**_as_json(found, files=files), "hints": hinted})


def apply(
    context: typer.Context,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=say("Ne pas demander.", "Do not ask."))
    ] = False,
    every: AllChanges = False,
) -> None:
    from provisioning.operations import opened

    cli = of(context)
    with opened(cli.home) as installation:
        cli.result(plan_and_apply(cli, installation, yes=yes, every=every))


def plan_and_apply(
    cli: Cli, installation: "Installation", *, yes: bool, every: bool = False
) -> dict[str, Any]:
    """Show what would change, ask, do it; returns the result for ``--json``.

    Raises InputRefused, AsteriskNotFound, PlanStale, ApplyFailed, CliError (not confirmed).
    """
    from provisioning.operations import carry_out, plan_of

    with installation.store.read() as session:
        found = plan_of(installation, session)
    _hint(cli, installation)
    _show(cli, found, every=every)
    if found.empty:
        return {"applied": False, **_as_json(found, files=False)}
    cli.confirm(
        say("Appliquer ?", "Apply?"),
        yes=yes,
        otherwise=NO_TERMINAL,
        refused=Words(
            "La centrale n'a pas changé. Pour appliquer plus tard : allo apply",
            "The PBX has not changed. To apply later: allo apply",
        ),
    )
    done = carry_out(installation, found)
    cli.text(
        say(f"Appliqué en {done.seconds:.2f} s.", f"Applied in {done.seconds:.2f} s."),
        style="bold green",
    )
    if not installation.asterisk.status().running:
        cli.text(
            say("Asterisk ne tourne pas : « allo pbx up ».", "Asterisk is down: “allo pbx up”.")
        )
    elif done.restart_needed:
        cli.text(
            say(
                "Une partie attend un redémarrage : « allo pbx down », puis « allo pbx up ».",
                "Some of it waits for a restart: “allo pbx down”, then “allo pbx up”.",
            ),
            style="yellow",
        )
    return {
        "applied": True,
        **_as_json(found, files=False),
        "reloaded": list(done.reloaded),
        "restart_needed": done.restart_needed,
        "seconds": round(done.seconds, 3),
    }


def _hint(cli: Cli, installation: "Installation") -> list[dict[str, Any]]:
    """What is worth a look, and is no reason to stop."""
    from provisioning.hints import hints

    found = list(hints(installation.commune, installation.home))
    for hint in found:
        cli.text(f"? {hint.say(LANGUAGE)}", style="yellow")
    return [hint.as_json(LANGUAGE) for hint in found]


def _show(cli: Cli, found: "Plan", *, every: bool) -> None:
    for name in found.drift:
        cli.text(
            say(
                f"! {name} a été modifié à la main ; appliquer l'écrase.",
                f"! {name} was edited by hand; applying overwrites it.",
            ),
            style="yellow",
        )
    if found.empty:
        cli.text(say("La centrale est à jour, rien à appliquer.", "The PBX is up to date."))
        return
    shown = found.changes if every else found.changes[:SHOWN]
    for change in shown:
        text = change.text_fr if LANGUAGE == "fr" else change.text_en
        cli.text(f"{change.sign} {text}", style=_STYLES[change.sign])
    if len(shown) < len(found.changes):
        rest = len(found.changes) - len(shown)
        cli.text(
            say(f"… et {rest} autres (--all les montre)", f"… and {rest} more (--all shows them)")
        )
    count = {
        kind: sum(c.kind == kind for c in found.changes) for kind in ("add", "change", "remove")
    }
    cli.text(
        say(
            f"{count['add']} à ajouter, {count['change']} à changer, {count['remove']} à retirer ; "
            f"{len(found.files)} fichier(s). Plan {found.checksum}",
            f"{count['add']} to add, {count['change']} to change, {count['remove']} to remove; "
            f"{len(found.files)} file(s). Plan {found.checksum}",
        ),
        style="bold",
    )


def _as_json(found: "Plan", *, files: bool) -> dict[str, Any]:
    return {
        "empty": found.empty,
        "checksum": found.checksum,
        "changes": [
            {
                "kind": change.kind,
                "what": change.what,
                "key": change.key,
                "text": change.text_fr if LANGUAGE == "fr" else change.text_en,
            }
            for change in found.changes
        ],
        "files": [
            {"name": file.name, "kind": file.kind, **({"diff": file.diff} if files else {})}
            for file in found.files
        ],
        "drift": list(found.drift),
        "reloads": list(found.reloads),
        "restart": found.restart,
    }
