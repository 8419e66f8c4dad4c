"""``allo pbx``: Asterisk as a process."""

import time
from collections import deque
from pathlib import Path
from typing import Annotated

import typer

from provisioning.cli.errors import CliError
from provisioning.cli.language import say
from provisioning.cli.output import Cli, common_options, of
from provisioning.words import Words

_STAGES = {
    "update": Words("liste des paquets", "package lists"),
    "download": Words("téléchargement", "download"),
    "unpack": Words("déballage", "unpacking"),
    "trim": Words("nettoyage", "trimming"),
    "check": Words("essai", "trial"),
}


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help=say("Démarrer, arrêter, surveiller Asterisk.", "Start, stop and watch Asterisk."),
    )
    for name, function, fr, en in (
        (
            "install",
            install,
            "Installe Asterisk dans un dossier privé, sans toucher à la machine.\n\n"
            "\b\n  allo pbx install",
            "Installs Asterisk into a private folder, the machine stays as it is.\n\n"
            "\b\n  allo pbx install",
        ),
        (
            "up",
            up,
            "Démarre Asterisk et attend qu'il soit prêt.\n\n\b\n  allo pbx up",
            "Starts Asterisk and waits until it is ready.\n\n\b\n  allo pbx up",
        ),
        (
            "down",
            down,
            "Arrête Asterisk ; les appels en cours sont coupés.\n\n\b\n  allo pbx down",
            "Stops Asterisk; calls are cut.\n\n\b\n  allo pbx down",
        ),
        (
            "status",
            status,
            "Dit si Asterisk tourne (code 0) ou non (code 1).\n\n\b\n  allo pbx status --json",
            "Tells whether Asterisk runs (code 0) or not (code 1).\n\n\b\n  allo pbx status --json",
        ),
        (
            "logs",
            logs,
            "Les dernières lignes du journal d'Asterisk.\n\n"
            "\b\n  allo pbx logs -n 100\n  allo pbx logs --follow",
            "The last lines of Asterisk's log.\n\n"
            "\b\n  allo pbx logs -n 100\n  allo pbx logs --follow",
        ),
    ):
        group.command(name, epilog=common_options(), help=say(fr, en))(function)
    app.add_typer(group, name="pbx")


def install(
    context: typer.Context,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help=say("Seulement dire s'il y en a un (code 0 ou 1).", "Only tell (code 0 or 1)."),
        ),
    ] = False,
) -> None:
    from pbx_config.asterisk.install import install as install_into
    from pbx_config.asterisk.runtime import AsteriskNotFound, locate
    from provisioning.operations import runtime_folder

    cli = of(context)
    folder = runtime_folder(cli.home)
    try:
        runtime = locate(folder)
    except AsteriskNotFound:
        if check:
            raise

        def progress(stage: str, seconds: float) -> None:
            words = _STAGES.get(stage, Words(stage, stage))
            cli.text(f"{seconds:6.1f} s  {say(*words)}")

        install_into(folder, progress)
        runtime = locate(folder)
    version = ".".join(map(str, runtime.version))
    cli.text(say(f"Asterisk {version} est prêt.", f"Asterisk {version} is ready."), style="bold")
    cli.result({"version": version, "command": list(runtime.command)})


def up(context: typer.Context) -> None:
    from provisioning.operations import asterisk_of

    cli = of(context)
    asterisk = asterisk_of(cli.home)
    if not asterisk.layout.conf.exists():
        raise CliError(
            Words(
                "La centrale n'est pas encore configurée. Lancez d'abord « allo apply ».",
                "The PBX is not configured yet. Run “allo apply” first.",
            )
        )
    began = time.monotonic()
    if not asterisk.status().running:
        _renew_certificate(cli)
    state = asterisk.up()
    cli.text(
        say(
            f"Asterisk {state.version} tourne (pid {state.pid}).",
            f"Asterisk {state.version} runs (pid {state.pid}).",
        ),
        style="bold green",
    )
    cli.result(
        {
            "running": state.running,
            "pid": state.pid,
            "version": state.version,
            "seconds": round(time.monotonic() - began, 3),
        }
    )


def _renew_certificate(cli: Cli) -> None:
    """Phones are refused a call's end by a certificate that lacks the address of ``bind``."""
    from provisioning.commune_file import read_commune
    from provisioning.operations import renew_certificate
    from provisioning.problem import InputRefused

    try:
        commune = read_commune(cli.home.commune)
    except InputRefused:  # half edited: what was applied starts all the same
        return
    if renew_certificate(cli.home, commune):
        host = commune.installation.host
        cli.text(say(f"Certificat refait pour « {host} ».", f"Certificate made for “{host}”."))


def down(context: typer.Context) -> None:
    from provisioning.operations import asterisk_of

    cli = of(context)
    asterisk = asterisk_of(cli.home)
    was_running = asterisk.status().running
    asterisk.down()
    cli.text(
        say("Asterisk est arrêté.", "Asterisk is stopped.")
        if was_running
        else say("Asterisk ne tournait pas.", "Asterisk was not running.")
    )
    cli.result({"running": False, "was_running": was_running})


def status(context: typer.Context) -> None:
    from provisioning.operations import asterisk_of

    cli = of(context)
    state = asterisk_of(cli.home).status()
    if state.running:
        since = time.time() - state.started_at if state.started_at else 0.0
        cli.text(
            say(
                f"Asterisk {state.version} tourne depuis {_duration(since)} (pid {state.pid}).",
                f"Asterisk {state.version} has been running for {_duration(since)} "
                f"(pid {state.pid}).",
            )
        )
    else:
        cli.text(
            say("Asterisk ne tourne pas : « allo pbx up ».", "Asterisk is down: “allo pbx up”.")
        )
    cli.result(
        {
            "running": state.running,
            "pid": state.pid,
            "version": state.version,
            "started_at": state.started_at,
        }
    )
    if not state.running:
        raise typer.Exit(1)


def logs(
    context: typer.Context,
    lines: Annotated[
        int, typer.Option("-n", "--lines", min=1, help=say("Combien de lignes.", "How many."))
    ] = 50,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help=say("Continuer à lire.", "Keep reading."))
    ] = False,
) -> None:
    from provisioning.operations import asterisk_of

    cli = of(context)
    path = asterisk_of(cli.home).log_path
    if not path.exists():
        raise CliError(
            Words(
                f"Pas encore de journal ({path}). Démarrez avec « allo pbx up ».",
                f"No log yet ({path}). Start with “allo pbx up”.",
            )
        )
    with path.open(encoding="utf-8", errors="replace") as log:
        last = [line.rstrip("\n") for line in deque(log, maxlen=lines)]
    for line in last:
        cli.text(line)
    cli.result({"file": str(path), "lines": last})
    if follow:
        _follow(cli, path)


def _follow(cli: Cli, path: Path) -> None:
    """Print what is added until Ctrl-C, across a rotation of the file."""
    place = path.stat().st_size
    try:
        while True:
            time.sleep(0.25)  # a log has no event to wait for that works everywhere
            size = path.stat().st_size if path.exists() else 0
            place = 0 if size < place else place
            if size > place:
                with path.open(encoding="utf-8", errors="replace") as log:
                    log.seek(place)
                    cli.text(log.read().rstrip("\n"))
                    place = log.tell()
    except KeyboardInterrupt:
        return


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return say(f"{days} j {hours} h", f"{days} d {hours} h")
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
