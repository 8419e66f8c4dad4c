"""``allo hours``: what is open now, and deciding otherwise at once."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from provisioning.cli.errors import USAGE, CliError
from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import Cli, common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from pbx_config.hours import Decision, Hours, Opening
    from provisioning.operations import Installation

_STATES = {
    "open": Words("ouvert", "open"),
    "closed": Words("fermé", "closed"),
    "night": Words("nuit", "night"),
}
_STYLES = {"open": "green", "closed": "red", "night": "blue"}
_NOBODY = Words("décidé, jusqu'à nouvel ordre", "decided, until further notice")
_DAYS = {
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}

Name = Annotated[
    str, typer.Argument(help=say("Nom de l'horaire (commune.toml).", "Name of the hours."))
]
Until = Annotated[
    str | None,
    typer.Option(
        help=say(
            "Fin automatique : « 14:00 » ou « 2026-12-24 12:00 ».",
            "Ends by itself: “14:00” or “2026-12-24 12:00”.",
        )
    ),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        invoke_without_command=True,
        rich_markup_mode=None,
        help=say(
            "Ce qui est ouvert maintenant ; fermer ou ouvrir aussitôt, sans « apply ».\n\n"
            "\b\n"
            "  allo hours                              l'état de chaque horaire\n"
            "  allo hours close Guichets --until 14:00 fermer tout de suite\n"
            "  allo hours auto Guichets                revenir au calendrier",
            "What is open now; close or open at once, without “apply”.\n\n"
            "\b\n"
            "  allo hours                              how each stands\n"
            "  allo hours close Guichets --until 14:00 close right now\n"
            "  allo hours auto Guichets                back to the calendar",
        ),
        epilog=common_options(),
    )
    group.callback()(show)
    for name, text in (
        ("open", say("Ouvrir, quoi que dise le calendrier.", "Open, whatever the calendar says.")),
        (
            "close",
            say("Fermer, quoi que dise le calendrier.", "Close, whatever the calendar says."),
        ),
        ("night", say("Passer au service de nuit.", "Switch to night service.")),
    ):
        group.command(name, help=text, epilog=common_options())(_decision(name))
    group.command(
        "auto",
        help=say("Revenir au calendrier.", "Back to the calendar."),
        epilog=common_options(),
    )(auto)
    app.add_typer(group, name="hours")


def show(context: typer.Context) -> None:
    from pbx_config.asterisk.process import AsteriskDown
    from pbx_config.decisions import decided
    from provisioning.operations import opened

    if context.invoked_subcommand:
        return
    cli = of(context)
    with opened(cli.home) as installation:
        hours = _all(installation)
        try:
            decisions = decided(installation.asterisk)
        except AsteriskDown:
            decisions = {}
            cli.text(say("La centrale est arrêtée.", "The PBX is stopped."), style="yellow")
        services = {
            one.slug: [s.name for s in installation.commune.service if _uses(installation, s, one)]
            for one in installation.commune.hours
        }
    if not hours:
        cli.text(
            say(
                "Aucun horaire : tout est toujours ouvert. Ajoutez un bloc [[hours]] dans "
                "commune.toml.",
                "No hours: everything is always open. Add a [[hours]] block to commune.toml.",
            )
        )
    table = cli.table(
        say("Horaire", "Hours"),
        say("Maintenant", "Now"),
        say("Jusqu'à", "Until"),
        say("Pourquoi", "Why"),
        say("Services", "Services"),
    )
    found: list[dict[str, Any]] = []
    for one in hours:
        opening = one.at(datetime.now(ZoneInfo(one.zone)), decisions.get(one.name))
        style = _STYLES[opening.state]
        table.add_row(
            one.title,
            f"[{style}]{say(*_STATES[opening.state])}[/]",
            _when(opening.until, one) if opening.until else "—",
            _why(opening),
            ", ".join(services[one.name]),
        )
        found.append(_as_json(one, opening, services[one.name]))
    if hours:
        cli.console.print(table)
    cli.result({"hours": found})


def auto(context: typer.Context, name: Name) -> None:
    _decide(of(context), name, None)


def _decision(kind: str) -> Any:
    states: dict[str, Literal["open", "closed", "night"]] = {
        "open": "open", "close": "closed", "night": "night",
    }  # fmt: skip

    def command(context: typer.Context, name: Name, until: Until = None) -> None:
        from pbx_config.hours import Decision

        def decision(hours: "Hours") -> "Decision":
            return Decision(states[kind], _moment(until, hours.zone) if until else None)

        _decide(of(context), name, decision)

    return command


def _decide(cli: Cli, name: str, decision: Any) -> None:
    from pbx_config.decisions import decide
    from provisioning.operations import opened
    from provisioning.text import did_you_mean

    with opened(cli.home) as installation:
        wanted = installation.commune.hours_named(name)
        if wanted is None:
            hint = did_you_mean(name, [one.name for one in installation.commune.hours])
            raise CliError(
                Words(
                    f"Horaire inconnu « {name} ». {hint.fr}", f"Unknown hours “{name}”. {hint.en}"
                ),
                USAGE,
            )
        hours = next(one for one in _all(installation) if one.name == wanted.slug)
        made = decision(hours) if decision else None
        decide(installation.asterisk, hours.name, made)
    opening = hours.at(datetime.now(ZoneInfo(hours.zone)), made)
    state = say(*_STATES[opening.state])
    until = _when(opening.until, hours) if opening.until else say(*_NOBODY)
    cli.text(
        say(
            f"{hours.title} : {state}, jusqu'à {until}."
            if opening.until
            else f"{hours.title} : {state}, jusqu'à « allo hours auto {hours.name} ».",
            f"{hours.title}: {state} until {until}."
            if opening.until
            else f"{hours.title}: {state} until “allo hours auto {hours.name}”.",
        )
    )
    cli.result(_as_json(hours, opening, []))


def _moment(text: str, zone: str) -> datetime:
    """``14:00``: the next one."""
    here = ZoneInfo(zone)
    now = datetime.now(here)
    if found := re.fullmatch(r"(\d{1,2})[:hH](\d\d)?", text.strip()):
        hour, minute = int(found[1]), int(found[2] or 0)
        if hour < 24 and minute < 60:
            then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return then if then > now else then + timedelta(days=1)
    try:
        then = datetime.fromisoformat(text.strip())
    except ValueError:
        then = now
    then = then if then.tzinfo else then.replace(tzinfo=here)
    if then <= now:
        raise CliError(
            Words(
                f"« {text} » n'est pas un moment à venir. Par exemple 14:00, ou "
                "« 2026-12-24 12:00 ».",
                f"“{text}” is not a moment to come. For example 14:00, or “2026-12-24 12:00”.",
            ),
            USAGE,
        )
    return then


def _all(installation: "Installation") -> tuple["Hours", ...]:
    from provisioning.exchange import hours_of

    return hours_of(installation.commune)


def _uses(installation: "Installation", service: Any, hours: Any) -> bool:
    return bool(service.hours) and installation.commune.hours_named(service.hours) is hours


def _why(opening: "Opening") -> str:
    if opening.decided:
        return say("décidé", "decided")
    return opening.reason


def _when(moment: datetime, hours: "Hours") -> str:
    local = moment.astimezone(ZoneInfo(hours.zone))
    if local.date() == datetime.now(local.tzinfo).date():
        return f"{local:%H:%M}"
    return f"{_DAYS[LANGUAGE][local.weekday()]} {local:%d.%m. %H:%M}"


def _as_json(hours: "Hours", opening: "Opening", services: list[str]) -> dict[str, Any]:
    return {
        "name": hours.name,
        "title": hours.title,
        "state": opening.state,
        "until": opening.until.isoformat() if opening.until else None,
        "reason": opening.reason,
        "decided": opening.decided,
        "services": services,
    }
