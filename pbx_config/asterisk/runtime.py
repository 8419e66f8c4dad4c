"""Which Asterisk to run: where its program, modules and sounds are.

Owns finding and describing an installed Asterisk; must not know what it is configured to do.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pbx_config.errors import PbxError

FOLDER_VARIABLE = "ALLO_ASTERISK"
_NEEDED = ("res_pjsip.so", "app_queue.so", "app_voicemail.so", "codec_g722.so", "res_srtp.so")


class AsteriskNotFound(PbxError):
    """No suitable Asterisk on this machine."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One installed Asterisk."""

    command: tuple[str, ...]
    """Words that start the program; arguments follow (includes its own loader where it has one)."""
    version: tuple[int, int, int]
    modules: Path
    data: Path
    """Folder with ``documentation/``, ``sounds/`` and ``moh/``."""

    @property
    def moh(self) -> Path:
        """Music on hold (G.722)."""
        return self.data / "moh"

    def sounds(self, language: str) -> Path | None:
        """Prompts in ``language``: Debian names the folder ``fr_CA_f_June``, others ``fr``."""
        folders = [self.data / "sounds" / language]
        folders += sorted((self.data / "sounds").glob(f"{language}_*"))
        return next((folder for folder in folders if folder.is_dir()), None)


def locate(folder: Path) -> Runtime:
    """The Asterisk to use: ``$ALLO_ASTERISK``, else a suitable system one, else ``folder``'s.

    ``$ALLO_ASTERISK`` is where one is installed or will be: while it does not exist, a suitable one
    of the system serves.

    Raises ``AsteriskNotFound`` (which tells about ``allo pbx install``).
    """
    named = os.environ.get(FOLDER_VARIABLE)
    place = Path(named) if named else folder
    finders: list[Callable[[], Runtime]] = [system, lambda: private(place)]
    if named and place.is_dir():
        finders = finders[1:]
    reasons = []
    for find in finders:
        try:
            return find()
        except AsteriskNotFound as reason:
            reasons.append(reason)
    raise AsteriskNotFound(
        " ".join(r.fr for r in reasons)
        + " Installez-le sans toucher au système : allo pbx install",
        " ".join(r.en for r in reasons)
        + " Install it without touching the system: allo pbx install",
    )


def private(folder: Path) -> Runtime:
    """The Asterisk that ``install`` unpacked into ``folder``. Raises ``AsteriskNotFound``."""
    root = folder.absolute() / "root"
    program = root / "usr" / "sbin" / "asterisk"
    loader = next(iter(sorted(root.glob("usr/lib/*-linux-*/ld-linux-*.so.*"))), None)
    if loader is None or not program.is_file():
        raise AsteriskNotFound(
            f"Pas d'Asterisk dans {folder}.", f"There is no Asterisk in {folder}."
        )
    return _described(
        (str(loader), "--library-path", str(loader.parent), str(program)),
        loader.parent / "asterisk" / "modules",
        root / "usr" / "share" / "asterisk",
    )


def system() -> Runtime:
    """The machine's own Asterisk if it is new enough. Raises ``AsteriskNotFound``."""
    program = shutil.which(
        "asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    )
    if program is None:
        raise AsteriskNotFound("Cette machine n'a pas d'Asterisk.", "This machine has no Asterisk.")
    folders = [*Path("/usr/lib").glob("*-linux-*/asterisk/modules")]
    folders += [Path(p) / "asterisk/modules" for p in ("/usr/lib", "/usr/lib64", "/usr/local/lib")]
    modules = next((m for m in folders if (m / "res_pjsip.so").is_file()), folders[-1])
    data = next(
        (
            d
            for d in (Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))
            if (d / "sounds").is_dir()
        ),
        Path("/usr/share/asterisk"),
    )
    return _described((program,), modules, data)


def suitable(version: tuple[int, int, int]) -> bool:
    """Whether it knows SHA-256 digests as we write them (Asterisk 20.12, 21.7, 22.2 and later)."""
    return (
        (20, 12) <= version[:2] < (21, 0)
        or (21, 7) <= version[:2] < (22, 0)
        or version[:2] >= (22, 2)
    )


def _described(command: tuple[str, ...], modules: Path, data: Path) -> Runtime:
    try:
        output = subprocess.run(
            [*command, "-V"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as problem:
        raise AsteriskNotFound(
            f"{command[-1]} ne démarre pas ({problem}).",
            f"{command[-1]} does not start ({problem}).",
        ) from problem
    found = re.search(r"Asterisk (\d+)\.(\d+)(?:\.(\d+))?", output)
    version = tuple(int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    major, minor, patch = version
    if not suitable((major, minor, patch)):
        raise AsteriskNotFound(
            f"{command[-1]} est trop ancien ({output.strip()}) : il faut 20.12, 22.2 ou après.",
            f"{command[-1]} is too old ({output.strip()}): 20.12, 22.2 or later is needed.",
        )
    missing = [name for name in _NEEDED if not (modules / name).is_file()]
    if missing:
        raise AsteriskNotFound(
            f"{command[-1]} : il manque {', '.join(missing)} dans {modules}.",
            f"{command[-1]}: {', '.join(missing)} missing in {modules}.",
        )
    return Runtime(command, (major, minor, patch), modules, data)
