"""``allo forward``: what agents decided about the calls to them; deciding it for them at once."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.agents import known_agent
from provisioning.cli.errors import USAGE, CliError
from provisioning.cli.language import say
from provisioning.cli.output import common_options, of
from provisioning.text import did_you_mean
from provisioning.words import Words

if TYPE_CHECKING:
    from pbx_config.model import Exchange
    from pbx_config.personal import Personal, Refusal, Setting

_OFF = ("off", "")
_TITLES: "dict[Setting, Words]" = {
    "always": Words("toujours", "always"),
    "busy": Words("occupé", "busy"),
    "unanswered": Words("sans réponse", "unanswered"),
    "offline": Words("éteint", "offline"),
    "follow": Words("mobile", "mobile"),
    "filter": Words("secrétariat", "secretary"),
}
_DND = Words("ne pas déranger", "do not disturb")
_REFUSED: "dict[Refusal, Words]" = {
    "no number": Words(
        "n'est pas un numéro. Donnez un numéro interne ou belge, ou « off »",
        "is not a number. Give an extension or a Belgian number, or “off”",
    ),
    "oneself": Words("est cet agent même", "is this agent"),
    "emergency": Words("est un numéro d'urgence ou d'aide", "is an emergency or help number"),
    "barred": Words("est un numéro surtaxé", "is a premium-rate number"),
    "abroad": Words("est un numéro étranger", "is a foreign number"),
    "nobody": Words("n'est à personne", "is nobody's"),
    "inside": Words(
        "est à la commune : un mobile est à l'extérieur (pour un collègue, --always ou --filter)",
        "is the town's own: a mobile is outside (for a colleague, --always or --filter)",
    ),
    "no person": Words(
        "n'est pas le numéro interne d'un agent", "is not the extension of an agent"
    ),
}


def _number(fr: str, en: str) -> Any:
    return typer.Option(metavar=say("NUMÉRO|off", "NUMBER|off"), help=say(fr, en))


def add_to(app: typer.Typer) -> None:
    app.command(
        "forward",
        epilog=common_options(),
        help=say(
            "Renvois, « ne pas déranger », mobile, secrétariat : voir et changer aussitôt, sans "
            "« apply ». Les agents le font par code (voir docs/agent.md).\n\n"
            "\b\n"
            "  allo forward                            tout ce qui est réglé\n"
            "  allo forward 2002                       cet agent\n"
            '  allo forward 2002 --always "0475 12 34 56"\n'
            "  allo forward 2002 --always off --dnd on\n"
            "  allo forward 2002 --filter 2003         les appels vont chez 2003",
            "Forwards, do not disturb, mobile, secretary: look, and change at once, without "
            "“apply”. Agents do it by code (see docs/agent.md).\n\n"
            "\b\n"
            "  allo forward                            all that is set\n"
            "  allo forward 2002                       this agent\n"
            '  allo forward 2002 --always "0475 12 34 56"\n'
            "  allo forward 2002 --always off --dnd on\n"
            "  allo forward 2002 --filter 2003         calls go to 2003",
        ),
    )(forward)


def forward(
    context: typer.Context,
    extension: Annotated[
        str | None,
        typer.Argument(help=say("Numéro interne ou e-mail.", "Extension or e-mail.")),
    ] = None,
    always: Annotated[
        str | None, _number("Renvoyer tous les appels.", "Forward all calls.")
    ] = None,
    busy: Annotated[str | None, _number("Si occupé.", "When busy.")] = None,
    unanswered: Annotated[str | None, _number("Sans réponse.", "When unanswered.")] = None,
    offline: Annotated[
        str | None, _number("Si le téléphone est éteint.", "When the phone is off.")
    ] = None,
    follow: Annotated[
        str | None,
        _number(
            "Un mobile qui sonne aussi ; on y tape 1 pour prendre l'appel.",
            "A mobile that rings too; one presses 1 there to take the call.",
        ),
    ] = None,
    secretary: Annotated[
        str | None,
        typer.Option(
            "--filter",
            metavar=say("INTERNE|off", "EXTENSION|off"),
            help=say(
                "Qui répond à sa place, et seul peut lui passer des appels.",
                "Who answers instead, and alone can put calls through.",
            ),
        ),
    ] = None,
    dnd: Annotated[
        str | None, typer.Option(metavar="on|off", help=say("Ne pas déranger.", "Do not disturb."))
    ] = None,
) -> None:
    from pbx_config.personal import Personal, decide, disturb, personal
    from provisioning.directory import present_agents
    from provisioning.operations import exchange_of, opened

    cli = of(context)
    given: dict[Setting, str | None] = {
        "always": always,
        "busy": busy,
        "unanswered": unanswered,
        "offline": offline,
        "follow": follow,
        "filter": secretary,
    }
    wanted = {setting: _plain(text) for setting, text in given.items() if text is not None}
    if dnd not in (None, "on", "off"):
        raise CliError(
            Words(f"--dnd {dnd} : « on » ou « off ».", f"--dnd {dnd}: “on” or “off”."), USAGE
        )
    if extension is None and (wanted or dnd):
        raise CliError(
            Words(
                "De quel agent ? Par exemple : allo forward 2002 --dnd on",
                "Of which agent? For example: allo forward 2002 --dnd on",
            ),
            USAGE,
        )
    with opened(cli.home) as installation, installation.store.read() as session:
        names = {agent.extension: agent.name for agent in present_agents(session)}
        agent = known_agent(session, extension) if extension is not None else None
        if agent and wanted:
            _check(exchange_of(installation, session), agent.extension, wanted)
    asterisk = installation.asterisk
    if agent:
        decide(asterisk, agent.extension, wanted)
        if dnd:
            disturb(asterisk, agent.extension, allowed=dnd == "off")
    found = personal(asterisk)
    if agent:
        found = {agent.extension: found.get(agent.extension, Personal())}
    table = cli.table(
        say("Interne", "Ext."),
        say("Nom", "Name"),
        *(say(*title) for title in _TITLES.values()),
        say(*_DND),
    )
    for number, one in found.items():
        table.add_row(
            number,
            names.get(number, "—"),
            *(one.number(setting) or "—" for setting in _TITLES),
            say("oui", "yes") if one.dnd else "—",
        )
    if found:
        cli.console.print(table)
    else:
        cli.text(
            say(
                "Personne n'a de renvoi, de mobile ou de secrétariat, ni « ne pas déranger ».",
                "Nobody has a forward, a mobile or a secretary, nor do not disturb.",
            )
        )
    shown = [_as_json(number, names.get(number), one) for number, one in found.items()]
    cli.result(shown[0] if agent else {"agents": shown})


def _plain(text: str) -> str:
    """As it would be dialled; empty for off."""
    packed = re.sub(r"[\s./()\u00a0\u202f-]", "", text)
    return "" if packed.lower() in _OFF else packed


def _check(exchange: "Exchange", own: str, wanted: "dict[Setting, str]") -> None:
    """All that cannot be, at once."""
    from pbx_config.personal import refusal

    people = [user.extension for user in exchange.users]
    lines: list[Words] = []
    for setting, number in wanted.items():
        why = refusal(exchange, own, setting, number) if number else None
        if why is None:
            continue
        near = did_you_mean(number, people) if why in ("nobody", "no person") else Words("", "")
        said = _REFUSED[why]
        lines.append(
            Words(
                f"--{setting} : « {number} » {said.fr}. {near.fr}".strip(),
                f"--{setting}: “{number}” {said.en}. {near.en}".strip(),
            )
        )
    if lines:
        raise CliError(
            Words(
                "\n".join(each.fr for each in lines) + "\nRien n'a été changé.",
                "\n".join(each.en for each in lines) + "\nNothing was changed.",
            ),
            USAGE,
        )


def _as_json(extension: str, name: str | None, one: "Personal") -> dict[str, Any]:
    data: dict[str, Any] = {"extension": extension, "name": name}
    data |= {setting: one.number(setting) or None for setting in _TITLES}
    return {**data, "dnd": one.dnd}
