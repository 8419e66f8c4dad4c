"""``allo flow``: what a caller of a number meets, as a picture, and at a moment."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.errors import USAGE, CliError
from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from rich.tree import Tree

    from pbx_config.flow import Said, Step

_STYLES = {
    "number": "bold", "hours": "cyan", "queue": "green", "group": "green", "person": "green",
    "prompt": "yellow", "info": "cyan", "dates": "yellow", "directory": "cyan", "menu": "cyan",
    "voicemail": "magenta", "callback": "magenta", "outside": "blue", "again": "dim", "end": "dim",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command(
        "flow",
        epilog=common_options(),
        help=say(
            "Ce que rencontre qui appelle un numéro.\n\n"
            "\b\n"
            "  allo flow 071 00 00 10                          l'arbre de l'appel\n"
            '  allo flow 2910 --at "2027-01-01 10:00"          ce qu\'on rencontre alors\n'
            "  allo flow 2910 --svg appel.svg                  une image",
            "What a caller of a number meets.\n\n"
            "\b\n"
            "  allo flow 071 00 00 10                          the tree of the call\n"
            '  allo flow 2910 --at "2027-01-01 10:00"          what one meets then\n'
            "  allo flow 2910 --svg call.svg                   a picture",
        ),
    )(flow)


def flow(
    context: typer.Context,
    number: Annotated[
        list[str],
        typer.Argument(help=say("Numéro public ou interne.", "Public number or extension.")),
    ],
    at: Annotated[
        str | None,
        typer.Option(help=say("Moment, ou « now ».", "Moment, or “now”.")),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(help=say("Écrire une image SVG.", "Write an SVG picture.")),
    ] = None,
) -> None:
    from pbx_config import flow as flows
    from pbx_config.flow_personal import with_decisions
    from provisioning.operations import exchange_of, opened
    from provisioning.text import did_you_mean

    cli = of(context)
    written = " ".join(number)
    with opened(cli.home) as installation, installation.store.read() as session:
        exchange = exchange_of(installation, session)
        decisions = _decisions(installation)
        decided = _personal(installation)
    start = flows.flow(exchange, _number(written))
    if start is None:
        hint = did_you_mean(written, flows.numbers(exchange))
        raise CliError(
            Words(
                f"Personne ne répond au « {written} ». {hint.fr}",
                f"Nobody answers “{written}”. {hint.en}",
            ),
            USAGE,
        )
    start = with_decisions(start, exchange, decided)
    if at is None:
        tree = _tree(start, None)
        cli.console.print(tree)
        cli.result(_as_json(start))
    else:
        moment = _moment(at)
        steps = list(flows.path(exchange, start, moment, decisions))
        tree = _line(steps, moment)
        cli.console.print(tree)
        cli.result(
            [{"when": _say(when), "kind": s.kind, "key": s.key, "what": _say(s.what)}
             for when, s in steps]
        )  # fmt: skip
    if svg:
        _draw(tree, svg, title=f"allo flow {written}")
        cli.text(say(f"Écrit : {svg}", f"Written: {svg}"))


def _number(written: str) -> str:
    """As the directory has it; what is no public number stays as it is."""
    from provisioning.numbers import belgian
    from provisioning.problem import Wrong

    digits = "".join(c for c in written if c.isdigit() or c == "+")
    try:
        return belgian(written)
    except Wrong:
        return digits


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now().astimezone()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CliError(
            Words(
                f"« {text} » n'est pas un moment. Par exemple « 2027-01-01 10:00 ».",
                f"“{text}” is not a moment. For example “2027-01-01 10:00”.",
            ),
            USAGE,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_zone())


def _zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Brussels")


def _decisions(installation: Any) -> Any:
    from pbx_config.asterisk.process import AsteriskFailed
    from pbx_config.asterisk.runtime import AsteriskNotFound
    from pbx_config.decisions import decided

    try:
        return decided(installation.asterisk)
    except (AsteriskFailed, AsteriskNotFound):
        return {}


def _personal(installation: Any) -> Any:
    """None: nobody knows."""
    from pbx_config.asterisk.process import AsteriskFailed
    from pbx_config.asterisk.runtime import AsteriskNotFound
    from pbx_config.personal import personal

    try:
        return personal(installation.asterisk)
    except (AsteriskFailed, AsteriskNotFound):
        return None


def _tree(step: "Step", parent: "Tree | None", when: str = "") -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    label = Text()
    if when:
        label.append(f"{when} → ", style="dim")
    label.append(_say(step.what), style=_STYLES[step.kind])
    tree = parent.add(label) if parent else Tree(label)
    for branch in step.next:
        _tree(branch.to, tree, _say(branch.when))
    return tree


def _line(steps: "list[tuple[Said, Step]]", moment: datetime) -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    root = tree = Tree(Text(f"{moment:%Y-%m-%d %H:%M}", style="dim"))
    for when, step in steps:
        label = Text()
        if _say(when):
            label.append(f"{_say(when)} → ", style="dim")
        tree = tree.add(label.append(_say(step.what), style=_STYLES[step.kind]))
    return root


def _draw(tree: "Tree", file: Path, title: str) -> None:
    import io

    from rich.console import Console

    console = Console(record=True, width=110, file=io.StringIO())
    console.print(tree)
    console.save_svg(str(file), title=title)


def _say(said: "Said") -> str:
    return said.fr if LANGUAGE == "fr" else said.en


def _as_json(step: "Step") -> dict[str, Any]:
    return {
        "kind": step.kind,
        "key": step.key,
        "what": _say(step.what),
        "next": [{"when": _say(b.when), "state": b.state, "to": _as_json(b.to)} for b in step.next],
    }
