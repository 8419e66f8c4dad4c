"""A click on an ``allo:`` link opens this phone: its entry among the person's programs (Linux).

Owns one file, ``allo-phone.desktop`` of the freedesktop.org desktop entry specification. Which
program opens such links is the desktop's own choice, asked of ``xdg-mime``: it is made once, and
only where nobody has made one.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import platformdirs

from softphone.files import write_private

FILE = "allo-phone.desktop"
SCHEME = "x-scheme-handler/allo"
OURS = "# Written by allo-phone, anew when it has moved. Without this line the file is yours."

_ENTRY = """[Desktop Entry]
{ours}
Type=Application
Name=allo
Comment=The telephone of the town administration
Comment[fr]=Le téléphone de la commune
Exec={program} %u
Icon=phone
Categories=Network;Telephony;
MimeType={scheme};
"""
_TIMEOUT = 10.0


def register(program: Path | None = None) -> None:
    """Enter the program for ``allo:`` links; nothing where it is entered, or not installed.

    Takes some 100 ms the first time. Raises OSError, UnicodeDecodeError or SubprocessError.
    """
    program = program or Path(sys.executable).with_name("allo-phone")
    if not sys.platform.startswith("linux") or not program.exists():
        return
    file = platformdirs.user_data_path() / "applications" / FILE
    entry = _ENTRY.format(ours=OURS, program=_quoted(str(program)), scheme=SCHEME)
    before = file.read_text("utf-8") if file.exists() else ""
    if before == entry or (before and OURS not in before):
        return
    handler = _xdg_mime("query", "default", SCHEME)
    if handler == FILE and not before:
        return  # the system has an entry of this name for everybody
    write_private(file, entry.encode())
    if not handler:
        try:
            _xdg_mime("default", FILE, SCHEME)
        except (OSError, subprocess.SubprocessError):
            file.unlink()  # or the next start would think that all is done
            raise


def _quoted(program: str) -> str:
    """One argument of ``Exec``, quoted only if it must be: plain ``xdg-open`` knows no quotes."""
    if re.fullmatch(r"[\w/.+@:,-]+", program):
        return program
    argument = re.sub(r'(["`$\\])', r"\\\1", program)
    # Then escaped again, as every string of the file is.
    return f'"{argument}"'.replace("\\", "\\\\").replace("%", "%%")


def _xdg_mime(*words: str) -> str:
    """Its answer; empty where there is no such command, as on a machine without a desktop."""
    if shutil.which("xdg-mime") is None:
        return ""
    done = subprocess.run(
        ["xdg-mime", *words], capture_output=True, text=True, check=True, timeout=_TIMEOUT
    )
    return done.stdout.strip()
