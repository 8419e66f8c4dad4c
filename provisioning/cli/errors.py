"""Expected failures in people's words, with the exit code of each; nobody sees a traceback.

0 ok, 1 failed, 2 bad usage, 3 nothing applied because input is bad.
"""

import contextlib
import errno
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisioning.words import Language, Words

if TYPE_CHECKING:
    from provisioning.problem import Problem

FAILED, USAGE, BAD_INPUT = 1, 2, 3


class CliError(Exception):
    """A command cannot go on; the words say what to do."""

    def __init__(self, words: Words, code: int = FAILED) -> None:
        super().__init__(words.en)
        self.words = words
        self.code = code


@dataclass(frozen=True, slots=True)
class Explained:
    """One failure, ready to print."""

    code: int
    id: str
    message: str
    problems: tuple[dict[str, Any], ...] = ()


def explain(error: Exception, language: Language) -> Explained | None:
    """None for an error that nobody expected: that is a fault of ours, with its traceback."""
    # Imported here: a command that goes well, or only shows its help, does not need them.
    import sqlite3

    import filelock
    from sqlalchemy.exc import DatabaseError

    from pbx_config.errors import PbxError
    from provisioning.ca import CaDamaged
    from provisioning.operations import NotInitialised
    from provisioning.problem import InputRefused
    from provisioning.store.database import StoreTooNew

    match error:
        case CliError():
            return Explained(error.code, "refused", error.words.say(language))
        case InputRefused():
            return _input_refused(error.problems, language)
        case NotInitialised():
            words = Words(
                f"Il n'y a pas encore d'installation dans {error.home.path}. "
                "Lancez « allo init », ou indiquez le dossier avec --home.",
                f"There is no installation in {error.home.path} yet. "
                "Run “allo init”, or name the folder with --home.",
            )
            return Explained(USAGE, "not-initialised", words.say(language))
        case StoreTooNew():
            words = Words(
                f"{error.path} vient d'une version plus récente d'allo. Mettez allo à jour.",
                f"{error.path} was written by a newer allo. Update allo.",
            )
            return Explained(FAILED, "store-too-new", words.say(language))
        case CaDamaged():
            words = Words(
                f"{error.path} est illisible. Restaurez une sauvegarde du dossier ; supprimer "
                "l'autorité de certification obligerait à réenrôler tous les téléphones.",
                f"{error.path} cannot be read. Restore a backup of the folder; deleting the "
                "certificate authority would mean enrolling every telephone again.",
            )
            return Explained(FAILED, "ca-damaged", words.say(language))
        case PbxError():
            return Explained(FAILED, "pbx", error.text(language))
        case filelock.Timeout():
            words = Words(
                "Une autre application des changements est en cours. Réessayez dans une minute.",
                "Another apply is under way. Try again in a minute.",
            )
            return Explained(FAILED, "busy", words.say(language))
        case OSError():
            return Explained(FAILED, "system", _system(error).say(language))
        case DatabaseError() | sqlite3.DatabaseError():
            return Explained(FAILED, "database", _database(error).say(language))
    return None


def show(explained: Explained, *, as_json: bool, intro: str) -> None:
    """On stderr for people; with ``--json`` also on stdout for the program."""
    sys.stderr.write(f"{intro} {explained.message}\n")
    if as_json:
        write_json(explained)


def write_json(explained: Explained) -> None:
    """The one shape of every error, on stdout."""
    error = {
        "id": explained.id,
        "message": explained.message,
        "problems": list(explained.problems),
    }
    with contextlib.suppress(OSError):  # stdout may be what failed
        sys.stdout.write(json.dumps({"error": error}, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()


def _input_refused(problems: "Sequence[Problem]", language: Language) -> Explained:
    count = len(problems)
    head = Words(
        f"{count} problème{'s' if count > 1 else ''}, rien n'a été enregistré :",
        f"{count} problem{'s' if count > 1 else ''}, nothing was stored:",
    ).say(language)
    lines = "\n".join(f"  {problem.say(language)}" for problem in problems)
    return Explained(
        BAD_INPUT,
        "bad-input",
        f"{head}\n{lines}",
        tuple(problem.as_json(language) for problem in problems),
    )


def _system(error: OSError) -> Words:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Words(
            f"Le disque est plein{where}. Libérez de la place, puis recommencez ; "
            "l'état précédent est intact.",
            f"The disk is full{where}. Free some space and try again; "
            "the previous state is intact.",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Words(
            f"Accès refusé{where}. Lancez allo sous le compte propriétaire du dossier, "
            "ou choisissez-en un autre avec --home.",
            f"Permission denied{where}. Run allo as the owner of the folder, "
            "or choose another one with --home.",
        )
    if error.errno == errno.ENOENT:
        return Words(
            f"Fichier introuvable{where}. Vérifiez le chemin, ou le dossier donné par --home.",
            f"File not found{where}. Check the path, or the folder given by --home.",
        )
    if error.errno == errno.EFBIG:
        return Words(
            f"Le système limite la taille des fichiers{where}. Levez cette limite (ulimit -f) et "
            "recommencez ; l'état précédent est intact.",
            f"The system limits the size of files{where}. Raise that limit (ulimit -f) and try "
            "again; the previous state is intact.",
        )
    detail = error.strerror or str(error)
    return Words(
        f"Le système refuse{where} : {detail}. Vérifiez le disque et recommencez.",
        f"The system refuses{where}: {detail}. Check the disk and try again.",
    )


def _database(error: BaseException) -> Words:
    original = getattr(error, "orig", error)
    detail = str(original)
    if getattr(original, "sqlite_errorname", "") == "SQLITE_IOERR_SHMSIZE":
        # A file of SQLite's cannot even be opened for reading without some room.
        return Words(
            "L'annuaire (allo.db) ne peut pas être ouvert : le disque est plein, ou la taille des "
            "fichiers est limitée (ulimit -f). Libérez de la place et recommencez ; rien n'a "
            "changé.",
            "The directory (allo.db) cannot be opened: the disk is full, or the size of files is "
            "limited (ulimit -f). Free some space and try again; nothing changed.",
        )
    if "locked" in detail:
        return Words(
            "L'annuaire est occupé par une autre commande. Réessayez dans un instant.",
            "The directory is in use by another command. Try again in a moment.",
        )
    if "full" in detail:
        return Words(
            "Le disque est plein ; rien n'a été enregistré. Libérez de la place et recommencez.",
            "The disk is full; nothing was stored. Free some space and try again.",
        )
    if "readonly" in detail or "unable to open" in detail:
        return Words(
            "L'annuaire (allo.db) ne peut pas être écrit. Vérifiez le propriétaire du dossier.",
            "The directory (allo.db) cannot be written. Check the owner of the folder.",
        )
    if "malformed" in detail or "not a database" in detail:
        return Words(
            "L'annuaire (allo.db) est abîmé. Restaurez une sauvegarde de ce fichier.",
            "The directory (allo.db) is damaged. Restore a backup of this file.",
        )
    return Words(
        f"L'annuaire (allo.db) ne peut pas être lu ou écrit : {detail}. Vérifiez le disque et ses "
        "limites, puis recommencez ; rien n'a été enregistré.",
        f"The directory (allo.db) cannot be read or written: {detail}. Check the disk and its "
        "limits, then try again; nothing was stored.",
    )
