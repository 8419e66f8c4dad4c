"""``allo prompt``: what is said to callers, listed, and heard before they hear it."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisioning.cli.errors import USAGE, CliError
from provisioning.cli.language import say
from provisioning.cli.output import common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from provisioning.commune import Commune
    from provisioning.home import Home
    from provisioning.prompts import Source

_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""What plays a file here, whichever is there: PipeWire's, PulseAudio's, ALSA's own."""
_LONGEST_S = 700.0


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help=say(
            "Ce qu'on dit aux appelants.\n\n"
            "\b\n"
            "  allo prompt list                            tous les messages\n"
            "  allo prompt play Fermé --language nl        l'écouter\n"
            "  allo prompt play Fermé --to ferme.wav       l'écrire dans un fichier",
            "What is said to callers.\n\n"
            "\b\n"
            "  allo prompt list                            all prompts\n"
            "  allo prompt play Fermé --language nl        hear it\n"
            "  allo prompt play Fermé --to ferme.wav       write it to a file",
        ),
        epilog=common_options(),
    )
    group.command("list", help=say("Tous les messages.", "All prompts."), epilog=common_options())(
        list_
    )
    group.command(
        "play",
        help=say(
            "Écouter un message tel que les appelants l'entendent, appliqué ou non.",
            "Hear a prompt as callers hear it, applied or not.",
        ),
        epilog=common_options(),
    )(play)
    app.add_typer(group, name="prompt")


def list_(
    context: typer.Context,
    every: Annotated[
        bool,
        typer.Option(
            "--all",
            help=say(
                "Aussi ce que disent les lignes d'information.",
                "What information lines say as well.",
            ),
        ),
    ] = False,
) -> None:
    from pbx_config.layout import Layout
    from provisioning import info_lines, prompts
    from provisioning.operations import opened

    cli = of(context)
    with opened(cli.home) as installation:
        sources = list(prompts.sources(installation.commune, cli.home))
        if every:
            sources += info_lines.sources(installation.commune, cli.home)
    table = cli.table(
        say("Message", "Prompt"),
        say("Langue", "Language"),
        say("Secondes", "Seconds"),
        say("Ce qui est dit", "What is said"),
    )
    found: list[dict[str, Any]] = []
    for source in sources:
        seconds = _seconds(source, Layout(cli.home.asterisk).prompts)
        said = source.text or str(source.sound)
        shown = "—" if seconds is None else f"{seconds:.1f}"
        table.add_row(source.title, source.language, shown, _plain(said))
        found.append(
            {
                "name": source.title,
                "language": source.language,
                "seconds": None if seconds is None else round(seconds, 1),
                "text": source.text or None,
                "file": str(source.sound) if source.sound else None,
            }
        )
    if found:
        cli.console.print(table)
    else:
        cli.text(
            say(
                "Aucun message. Ajoutez un bloc [[prompt]] dans commune.toml.",
                "No prompt. Add a [[prompt]] block to commune.toml.",
            )
        )
    if any(one["seconds"] is None for one in found):
        cli.text(
            say(
                "— : pas encore enregistré ; « allo apply » le fait, « allo prompt play » le dit.",
                "—: not made yet; “allo apply” does it, “allo prompt play” says it.",
            )
        )
    cli.result({"prompts": found})


def play(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help=say("Nom du message (commune.toml).", "Name of the prompt."))
    ],
    language: Annotated[
        str | None,
        typer.Option(help=say("fr, nl, en ou de ; sinon sa première.", "fr, nl, en or de.")),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(help=say("Écrire un fichier WAV au lieu de jouer.", "Write a WAV file.")),
    ] = None,
) -> None:
    from provisioning.home import write_private
    from provisioning.operations import opened
    from provisioning.prompts import sound_of

    cli = of(context)
    with opened(cli.home) as installation:
        source = _wanted(installation.commune, cli.home, name, language)
    sound = sound_of(source)
    result = {"name": source.title, "language": source.language, "text": source.text or None}
    if to is not None:
        write_private(to, sound)
        cli.text(say(f"Écrit : {to}", f"Written: {to}"))
        cli.result({**result, "file": str(to), "player": None})
        return
    if source.text:
        cli.text(f"« {source.text} »", style="dim")
    with tempfile.TemporaryDirectory(prefix="allo-") as folder:
        file = Path(folder) / "prompt.wav"
        write_private(file, sound)
        player = _play(file, source)
    cli.result({**result, "file": None, "player": player})


def _wanted(commune: "Commune", home: "Home", name: str, language: str | None) -> "Source":
    """Raises CliError."""
    from provisioning import info_lines, prompts
    from provisioning.text import did_you_mean, fold

    sources = [*prompts.sources(commune, home), *info_lines.sources(commune, home)]
    of_name = [one for one in sources if fold(name) in (fold(one.title), fold(one.prompt))]
    if not of_name:
        hint = did_you_mean(name, dict.fromkeys(one.title for one in sources))
        raise CliError(
            Words(f"Message inconnu « {name} ». {hint.fr}", f"Unknown prompt “{name}”. {hint.en}"),
            USAGE,
        )
    if language is None:
        return of_name[0]
    for one in of_name:
        if one.language == language.strip().lower():
            return one
    known = ", ".join(one.language for one in of_name)
    title = of_name[0].title
    raise CliError(
        Words(
            f"« {title} » n'existe pas en « {language} », mais en {known}.",
            f"“{title}” does not exist in “{language}”, but in {known}.",
        ),
        USAGE,
    )


def _play(file: Path, source: "Source") -> str:
    """The player that did it. Raises CliError."""
    reasons = []
    for program, *options in _PLAYERS:
        path = shutil.which(program)
        if path is None:
            continue
        try:
            done = subprocess.run(
                [path, *options, str(file)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_LONGEST_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            reasons.append(f"{program} : {problem}")
            continue
        if done.returncode == 0:
            return program
        lines = done.stderr.strip().splitlines()
        reasons.append(f"{program} : {lines[-1][:120] if lines else done.returncode}")
    order = f'allo prompt play "{source.title}" --language {source.language} --to message.wav'
    why = "; ".join(reasons)
    raise CliError(
        Words(
            f"Cette machine n'a pas de haut-parleur que l'on puisse utiliser "
            f"({why or 'ni pw-play, ni paplay, ni aplay'}). Pour un fichier à écouter ailleurs : "
            f"{order}",
            f"This machine has no loudspeaker that can be used "
            f"({why or 'neither pw-play nor paplay nor aplay'}). For a file to hear elsewhere: "
            f"{order}",
        )
    )


def _seconds(source: "Source", folder: Path) -> float | None:
    """Of the file that callers hear; of a recording of the town's own before it is applied."""
    import soundfile

    from provisioning.prompts import ENDING

    try:
        made = folder / f"{source.name}{ENDING}"
        file = made if made.exists() else source.sound
        return float(soundfile.info(str(file)).duration) if file else None
    except (OSError, soundfile.SoundFileError):
        return None


def _plain(text: str) -> str:
    """On one line, and no markup of the table's."""
    from rich.markup import escape

    line = " ".join(text.split())
    return escape(line if len(line) <= 90 else f"{line[:89]}…")
