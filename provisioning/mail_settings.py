"""commune.toml's ``[mail]`` and ``[voicemail]`` as the PBX takes them, and what lacks beside them.

The password lies in a file of its own, which only its owner may read.
"""

import ssl
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from pbx_config import model
from provisioning.commune import Commune
from provisioning.home import Home
from provisioning.problem import Problem
from provisioning.words import Words

PROGRAM = "provisioning.voicemail_mail"


def limits(commune: Commune) -> model.Voicemail:
    """Of all mailboxes."""
    written = commune.voicemail
    return model.Voicemail(written.max_seconds, written.max_messages, written.keep_days)


def as_model(commune: Commune, home: Home) -> model.Mail | None:
    """The server; None where nothing is mailed."""
    written = commune.mail
    if written is None:
        return None
    return model.Mail(
        host=written.host,
        port=written.port,
        encryption=written.encryption,
        sender=written.sender,
        user=written.user,
        attach=written.attach,
        ca=str(_ca(written.ca, home)) if written.ca else "",
        hello=commune.installation.host,
        # -P: the folder in which Asterisk happens to run is no place for modules.
        command=(sys.executable, "-P", "-m", PROGRAM, str(home.path)),
    )


def problems(commune: Commune, home: Home) -> Iterator[Problem]:
    """A password or an authority that is not there, or is everybody's."""
    written = commune.mail
    if written is None:
        return
    if written.user:
        yield from _secret(home)
    if written.ca:
        try:
            ssl.create_default_context(cafile=_ca(written.ca, home))
        except (OSError, ssl.SSLError):
            yield Problem(
                home.commune.name,
                None,
                "mail.ca",
                Words(
                    f"« {written.ca} » n'est pas un certificat (PEM) du dossier.",
                    f"“{written.ca}” is no certificate (PEM) in the folder.",
                ),
                Words("Mettez-le à côté de commune.toml.", "Put it beside commune.toml."),
            )


def _secret(home: Home) -> Iterator[Problem]:
    file = home.mail_secret
    try:
        mode, content = file.stat().st_mode, file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        mode, content = 0, ""
    if not content:
        yield Problem(
            home.commune.name,
            None,
            "mail.user",
            Words(f"le mot de passe manque ({file}).", f"the password is missing ({file})."),
            Words("Donnez-le : allo mail password", "Give it: allo mail password"),
        )
    elif mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Problem(
            home.commune.name,
            None,
            "mail.user",
            Words(f"d'autres peuvent lire {file}.", f"others can read {file}."),
            Words(f"chmod 600 {file}", f"chmod 600 {file}"),
        )


def _ca(written: str, home: Home) -> Path:
    return home.path / written
