"""``allo mail``: the server that mails voicemails: its password, a trial, what waits."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from provisioning.cli.errors import FAILED, USAGE, CliError
from provisioning.cli.language import LANGUAGE, say
from provisioning.cli.output import common_options, of
from provisioning.words import Words

if TYPE_CHECKING:
    from email.message import EmailMessage

    from pbx_config.model import Mail
    from provisioning.operations import Installation

Address = Annotated[
    str, typer.Argument(help=say("À qui envoyer l'essai.", "Where to send the trial."))
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        invoke_without_command=True,
        rich_markup_mode=None,
        help=say(
            "Les messages vocaux par e-mail (bloc [mail] de commune.toml) : ce qui attend.\n\n"
            "\b\n"
            "  allo mail                           le serveur, et ce qui attend d'y partir\n"
            "  allo mail password                  donner le mot de passe du compte\n"
            "  allo mail test moi@commune.be       un essai, tout de suite",
            "Voicemail by e-mail (the [mail] block of commune.toml): what waits.\n\n"
            "\b\n"
            "  allo mail                           the server, and what waits to go there\n"
            "  allo mail password                  give the password of the account\n"
            "  allo mail test me@town.be           a trial, right now",
        ),
        epilog=common_options(),
    )
    group.callback()(show)
    group.command(
        "password",
        help=say(
            "Garde le mot de passe du compte dans mail.secret, lisible par son propriétaire seul."
            "\n\nDemandé au clavier, ou lu sur l'entrée standard.\n\n\b\n  allo mail password",
            "Keeps the password of the account in mail.secret, which only its owner can read."
            "\n\nAsked for, or read from standard input.\n\n\b\n  allo mail password",
        ),
        epilog=common_options(),
    )(password)
    group.command(
        "test",
        help=say(
            "Envoie un e-mail d'essai avec les réglages de commune.toml, appliqués ou non.\n\n"
            "\b\n  allo mail test moi@commune.be",
            "Sends a trial with the settings of commune.toml, applied or not.\n\n"
            "\b\n  allo mail test me@town.be",
        ),
        epilog=common_options(),
    )(test)
    app.add_typer(group, name="mail")


def show(context: typer.Context) -> None:
    from provisioning import mail_queue
    from provisioning.operations import opened

    if context.invoked_subcommand:
        return
    cli = of(context)
    with opened(cli.home) as installation:
        written = installation.commune.mail
        waiting = mail_queue.waiting(cli.home)
    if written:
        cli.text(f"{written.host}:{written.port} ({written.encryption}), {written.sender}")
    else:
        cli.text(
            say(
                "Rien n'est envoyé : il n'y a pas de bloc [mail] dans commune.toml.",
                "Nothing is mailed: there is no [mail] block in commune.toml.",
            )
        )
    count = len(waiting)
    if waiting:
        cli.text(
            say(
                f"{count} en attente du serveur ; voyez {cli.home.mail_log}",
                f"{count} waiting for the server; see {cli.home.mail_log}",
            ),
            style="yellow",
        )
    cli.result({"server": f"{written.host}:{written.port}" if written else None, "waiting": count})


def password(context: typer.Context) -> None:
    from provisioning.home import write_private
    from provisioning.operations import opened

    cli = of(context)
    with opened(cli.home):  # there is an installation
        pass
    if sys.stdin.isatty():
        given = typer.prompt(say("Mot de passe", "Password"), hide_input=True, err=True)
    else:
        given = sys.stdin.readline()
    given = given.strip()
    if not given:
        raise CliError(Words("Le mot de passe est vide.", "The password is empty."), USAGE)
    write_private(cli.home.mail_secret, f"{given}\n".encode())
    cli.text(say(f"Gardé dans {cli.home.mail_secret}.", f"Kept in {cli.home.mail_secret}."))
    cli.result({"kept": str(cli.home.mail_secret)})


def test(context: typer.Context, address: Address) -> None:
    import smtplib

    from pbx_config import escape
    from provisioning import mail_queue
    from provisioning.operations import opened

    cli = of(context)
    if not escape.email(address):
        raise CliError(
            Words(f"« {address} » n'est pas une adresse.", f"“{address}” is not an address."),
            USAGE,
        )
    with opened(cli.home) as installation:
        mail = _settings(installation)
    message = _trial(mail, address)
    try:
        mail_queue.send_now(cli.home, mail, message, address)
    except (OSError, smtplib.SMTPException) as why:
        raise CliError(
            Words(
                f"{mail.host}:{mail.port} n'a pas pris l'essai : {why}. Corrigez [mail] dans "
                "commune.toml, ou le mot de passe (allo mail password).",
                f"{mail.host}:{mail.port} did not take the trial: {why}. Correct [mail] in "
                "commune.toml, or the password (allo mail password).",
            ),
            FAILED,
        ) from why
    cli.text(
        say(f"{mail.host} a pris l'essai pour {address}.", f"{mail.host} took it for {address}.")
    )
    cli.result({"sent": address})


def _settings(installation: "Installation") -> "Mail":
    """Of commune.toml as it stands. Raises CliError, InputRefused."""
    from provisioning import mail_settings
    from provisioning.problem import InputRefused

    commune, home = installation.commune, installation.home
    if problems := list(mail_settings.problems(commune, home)):
        raise InputRefused(problems)
    if (mail := mail_settings.as_model(commune, home)) is None:
        raise CliError(
            Words(
                "Il n'y a pas de bloc [mail] dans commune.toml.",
                "There is no [mail] block in commune.toml.",
            )
        )
    return mail


def _trial(mail: "Mail", address: str) -> "EmailMessage":
    """Looks like what agents get."""
    from provisioning import voicemail_text
    from provisioning.voicemail_mail import ZONE

    note = voicemail_text.Note(address, "allo", LANGUAGE, "*98", "0:00", "allo mail test")
    return voicemail_text.compose(note, mail, datetime.now(ZONE))
